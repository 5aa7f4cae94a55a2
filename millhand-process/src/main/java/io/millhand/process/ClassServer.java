package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The parent's side of class finding: gives children the classes and other resources that only class loaders of this
/// JVM have.
@SuppressWarnings("ReferenceEquality") // loaders are the user's code: they are not asked for equality
final class ClassServer {

    /*
     * A child has the class path and the module path of this JVM. What other loaders have (the source launcher's,
     * jshell's, those of fat jars and web applications) it asks for, by the number of the loader, which comes with each
     * attempt. Loaders are not kept alive: what a task in the queue needs is held by the task.
     *
     * The monitor guards the numbers; user code (loaders) runs outside it and on threads of its own, which may block.
     */

    /// The number of the loader whose classes the child finds by itself.
    static final int OWN_CODE = 0;

    private static final int THREADS = 4;
    private static final long IDLE_MILLIS = 500;

    private record Numbered(int id, WeakReference<ClassLoader> loader) {}

    private final long ceiling;
    private final ThreadPoolExecutor threads;

    @GuardedBy("this")
    private final List<Numbered> loaders = new ArrayList<>();

    @GuardedBy("this")
    private int lastId;

    /// @param queue for the names of threads
    /// @param ceiling of one answer, in bytes
    ClassServer(String queue, long ceiling) {
        this(
                ceiling,
                Thread.ofPlatform()
                        .daemon()
                        .inheritInheritableThreadLocals(false)
                        .name("millhand-" + queue + "-classes-", 1)
                        .factory());
    }

    ClassServer(long ceiling, ThreadFactory factory) {
        this.ceiling = ceiling;
        threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_MILLIS, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), factory);
        threads.allowCoreThreadTimeOut(true);
    }

    /// The number under which children ask for what a loader has.
    int idOf(ClassLoader loader) {
        return isOwnCode(loader) ? OWN_CODE : numberOf(loader);
    }

    /// Whether it is one of the JDK's own loaders, of which every JVM has the like.
    static boolean isOwnCode(ClassLoader loader) {
        for (@Nullable ClassLoader own = ClassLoader.getSystemClassLoader(); own != null; own = own.getParent()) {
            if (own == loader) {
                return true;
            }
        }
        return false;
    }

    private synchronized int numberOf(ClassLoader loader) {
        int found = OWN_CODE;
        for (var each = loaders.iterator(); each.hasNext(); ) {
            var known = each.next();
            var alive = known.loader().get();
            if (alive == null) {
                each.remove();
            } else if (alive == loader) {
                found = known.id();
            }
        }
        if (found == OWN_CODE) {
            found = ++lastId;
            loaders.add(new Numbered(found, new WeakReference<>(loader)));
        }
        return found;
    }

    private synchronized @Nullable ClassLoader loaderOf(int id) {
        return loaders.stream()
                .filter(known -> known.id() == id)
                .findFirst()
                .map(known -> known.loader().get())
                .orElse(null);
    }

    /// From any thread; returns at once.
    ///
    /// @param request a RESOURCE_REQUEST
    /// @param reply takes the RESOURCE, on another thread
    void serve(Frame request, Consumer<Frame> reply) throws IOException {
        var asked = ResourceFrames.Request.decode(request.body());
        try {
            threads.execute(() -> reply.accept(frameFor(asked)));
        } catch (RejectedExecutionException _) {
            // the pool is closed, and the child that asks is being stopped
        } catch (OutOfMemoryError e) {
            reply.accept(missing(asked, "the parent, which cannot start a thread to look for it, " + Codec.describe(e))
                    .toFrame());
        }
    }

    /// A child waits: whatever happens, it must be told.
    private Frame frameFor(ResourceFrames.Request asked) {
        try {
            return answer(asked).toFrame();
        } catch (Throwable e) {
            return missing(asked, "the parent, which failed with " + Codec.describe(e))
                    .toFrame();
        }
    }

    /// Runs user code.
    ResourceFrames.Answer answer(ResourceFrames.Request asked) {
        var loader = loaderOf(asked.loader());
        if (loader == null) {
            return missing(asked, "a class loader of the parent that is gone meanwhile");
        }
        String where = "the parent's class loader " + describe(loader);
        try {
            List<byte[]> contents = asked.all() ? all(loader, asked.name()) : first(loader, asked.name());
            return contents.isEmpty()
                    ? missing(asked, where + whyNot(loader, asked.name()))
                    : new ResourceFrames.Answer(asked.request(), where, contents);
        } catch (Throwable e) {
            return missing(asked, where + ", which failed with " + Codec.describe(e));
        }
    }

    private static ResourceFrames.Answer missing(ResourceFrames.Request asked, String where) {
        return new ResourceFrames.Answer(asked.request(), where, List.of());
    }

    private List<byte[]> first(ClassLoader loader, String name) throws IOException {
        refuseJdkClass(loader, name);
        try (var in = loader.getResourceAsStream(name)) {
            return in == null ? List.of() : List.of(bytesOf(in, name, 0));
        }
    }

    /// Such a class would come without its module, and be another class than the JDK's.
    private static void refuseJdkClass(ClassLoader loader, String name) throws IOException {
        var url = name.endsWith(".class") ? loader.getResource(name) : null;
        if (url != null && url.getProtocol().equals("jrt")) {
            throw new FileNotFoundException("it is in a module of the JDK that the child did not load (" + url
                    + "); give the children --add-modules");
        }
    }

    private List<byte[]> all(ClassLoader loader, String name) throws IOException {
        var contents = new ArrayList<byte[]>();
        long sum = 0;
        for (URL url : Collections.list(loader.getResources(name))) {
            var connection = url.openConnection();
            connection.setUseCaches(false); // a cache would keep the jar open
            try (var in = connection.getInputStream()) {
                byte[] bytes = bytesOf(in, name, sum);
                contents.add(bytes);
                sum += bytes.length;
            }
        }
        return contents;
    }

    private byte[] bytesOf(InputStream in, String name, long before) throws IOException {
        int most = (int) Math.min(Integer.MAX_VALUE - 8, ceiling - before);
        byte[] bytes = in.readNBytes(most);
        if (in.read() >= 0) {
            throw new IOException(name + " has more than the " + ceiling + " bytes that a child takes");
        }
        return bytes;
    }

    /// A loader that has a class may yet have no bytes of it.
    private static String whyNot(ClassLoader loader, String name) {
        if (!name.endsWith(".class")) {
            return "";
        }
        try {
            String className =
                    name.substring(0, name.length() - ".class".length()).replace('/', '.');
            var loaded = Class.forName(className, false, loader);
            return ", which has the class but not its class file (" + loaded + " was made at run time, or its loader"
                    + " does not answer getResourceAsStream)";
        } catch (ClassNotFoundException | LinkageError _) {
            return "";
        }
    }

    /// Not by its `toString`, which is the user's.
    private static String describe(ClassLoader loader) {
        String type = loader.getClass().getName();
        try {
            String name = loader.getName();
            return name == null ? type : type + " '" + name + "'";
        } catch (Throwable _) {
            return type; // the user's, too, and not even declared
        }
    }

    /// Nobody is served any more.
    void close() {
        threads.shutdownNow();
    }
}
