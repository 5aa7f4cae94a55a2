package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.Backend;
import io.millhand.spi.WorkerHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The AOT cache (JEP 514) of the children of a pool: finds it, or makes it beside their work for the pools
/// to come.
final class AotCache {

    /*
     *   LOOKING ---> READY <------------------+        children that start get it
     *      |                                  |
     *      +-------> MISSING ---> MAKING -----+        once a first child is there; the children start without
     *      |                        |
     *      +------------------------+------> NONE      told once in a warning, or somebody else makes it
     *
     * The monitor guards the state; files are read and processes are waited for outside it. A child is never kept from
     * its start: one that is to start while the class path is still read waits for that a moment, and then does without.
     */
    private enum State {
        LOOKING,
        READY,
        MISSING,
        MAKING,
        NONE
    }

    /// What the JDK has to say of a cache that it cannot use is said by nobody: the child starts without.
    private static final String SILENT = "-Xlog:aot*=off,cds*=off:stderr";

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long MAKING_SECONDS = 60;
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ProcessWorkers config;
    private final long heapBytes;
    private final String queueName;
    private final Backend backend;
    private final Guard guard;

    @GuardedBy("this")
    private State state = State.LOOKING;

    @GuardedBy("this")
    private @Nullable Path file;

    /// In READY, MISSING and MAKING.
    @GuardedBy("this")
    private @Nullable Place place;

    @GuardedBy("this")
    private @Nullable Process training;

    @GuardedBy("this")
    private boolean hasChild;

    @GuardedBy("this")
    private boolean closed;

    private record Place(AotFolder folder, AotKey key) {}

    /// @param config of children that want a cache
    AotCache(ProcessWorkers config, long heapBytes, WorkerHost host, Guard guard) {
        this.config = config;
        this.heapBytes = heapBytes;
        this.queueName = host.queueName();
        this.backend = host.backend();
        this.guard = guard;
    }

    /// Begins to look for it, on a thread of its own.
    void look() {
        begin(this::find);
    }

    private void begin(Runnable work) {
        try {
            backend.start("millhand-" + queueName + "-aot", work);
        } catch (RuntimeException | Error e) { // no thread can be had
            become(State.NONE, null);
        }
    }

    private void find() {
        try {
            var found = new Place(
                    AotFolder.open(config.jvm().aotCache().orElseThrow().toAbsolutePath()),
                    AotKey.of(config, heapBytes));
            var known = found.folder().find(found.key());
            synchronized (this) {
                place = found;
            }
            become(known.isPresent() ? State.READY : State.MISSING, known.orElse(null));
            makeIfDue();
        } catch (AotKey.UnfitException e) {
            none(String.valueOf(e.getMessage()), null);
        } catch (IOException | RuntimeException | Error e) {
            none("it cannot be looked for", e);
        }
    }

    private synchronized void become(State next, @Nullable Path found) {
        state = next;
        file = found;
        notifyAll();
    }

    private void none(String reason, @Nullable Throwable cause) {
        become(State.NONE, null);
        System.getLogger("io.millhand.process")
                .log(
                        System.Logger.Level.WARNING,
                        "the children of queue " + queueName + " start without an AOT cache, since " + reason,
                        cause);
    }

    /// Options for a child that starts now; none where there is no cache.
    synchronized List<String> options() {
        long start = System.nanoTime();
        try {
            for (long left = PATIENCE_NANOS; state == State.LOOKING && left > 0; ) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                left = PATIENCE_NANOS - (System.nanoTime() - start);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // then without
        }
        return file == null ? List.of() : List.of("-XX:AOTCache=" + file, SILENT);
    }

    /// A child died before it was there: nobody knows of what, and the next one starts without.
    synchronized void distrust() {
        if (state == State.READY) {
            become(State.NONE, null);
        }
    }

    /// A child is there, so that making a cache takes nothing from the first start.
    void childIsThere() {
        synchronized (this) {
            hasChild = true;
        }
        makeIfDue();
    }

    private void makeIfDue() {
        synchronized (this) {
            if (state != State.MISSING || !hasChild || closed) {
                return;
            }
            state = State.MAKING;
        }
        begin(this::make);
    }

    private void make() {
        Place wanted;
        synchronized (this) {
            wanted = place;
        }
        if (wanted == null) {
            return;
        }
        try {
            var making = wanted.folder().claim(wanted.key());
            if (making.isEmpty()) {
                become(State.NONE, null); // the next pool will find it
                return;
            }
            try {
                var made = trained(making.get());
                if (!AotKey.of(config, heapBytes).equals(wanted.key())) {
                    throw new IOException("the class path was changed meanwhile");
                }
                become(State.READY, wanted.folder().publish(wanted.key(), made));
            } finally {
                AotFolder.remove(making.get());
            }
        } catch (AotKey.UnfitException | IOException | RuntimeException | Error e) {
            if (isClosed()) {
                become(State.NONE, null);
            } else {
                none("it cannot be made", e);
            }
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /// Blocks until a JVM has recorded a child's start and made a cache of it.
    private Path trained(Path making) throws IOException {
        var cache = making.resolve("cache");
        var output = making.resolve("output");
        var folder = PrivateFolder.make();
        try {
            var builder = CommandLine.training(config, heapBytes, "millhand:" + queueName + "#aot", folder, cache)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            var process = start(builder);
            try {
                guard.watch(process.pid());
                process.getOutputStream().close();
                boolean ended = process.waitFor(MAKING_SECONDS, TimeUnit.SECONDS);
                if (!ended || process.exitValue() != 0 || !Files.isRegularFile(cache)) {
                    throw new IOException((ended
                                    ? "the JVM that makes it"
                                    : "within " + MAKING_SECONDS + " s the JVM that makes it did not end; it")
                            + " said: " + tail(output));
                }
                return cache;
            } catch (InterruptedException e) {
                throw new IOException("the thread that makes it was interrupted", e);
            } finally {
                end(process);
            }
        } finally {
            folder.delete();
        }
    }

    private synchronized Process start(ProcessBuilder builder) throws IOException {
        if (closed) {
            throw new IOException("the queue is closed");
        }
        training = builder.start();
        return training;
    }

    private void end(Process process) {
        kill(process);
        guard.forget(process.pid());
        synchronized (this) {
            training = null;
            notifyAll();
        }
    }

    /// With the JVM that it starts to make the cache of what it has recorded.
    private static void kill(Process process) {
        var descendants = process.descendants().toList();
        process.toHandle().destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        ProcessGroup.kill(process.pid());
    }

    private static String tail(Path output) throws IOException {
        String text = Files.readString(output, StandardCharsets.UTF_8).strip();
        return text.substring(Math.max(0, text.length() - 500)).replace('\n', ' ');
    }

    /// Ends what is under way, and waits until nothing of it is left.
    void close() {
        Process unfinished;
        synchronized (this) {
            closed = true;
            unfinished = training;
        }
        if (unfinished != null) {
            kill(unfinished);
        }
        awaitEnd();
    }

    private synchronized void awaitEnd() {
        long start = System.nanoTime();
        try {
            for (long left = CLOSE_NANOS; (state == State.LOOKING || state == State.MAKING) && left > 0; ) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                left = CLOSE_NANOS - (System.nanoTime() - start);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
