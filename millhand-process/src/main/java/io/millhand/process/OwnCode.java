package io.millhand.process;

import io.millhand.TaskQueue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.Utf8Entry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/// Millhand's own classes as a jar, for children that do not find them on the class path: this JVM has them from a
/// nested jar, a web application or a loader of somebody's making.
final class OwnCode {

    private static final String PREFIX = "io/millhand/";
    private static final Pattern NAMES = Pattern.compile("io/millhand/[\\w/$]+");

    /// A few hundred kilobytes that never change.
    private static volatile byte @Nullable [] jar;

    private OwnCode() {}

    /// Whether every JVM that has the class path and the module path of this one finds them.
    static boolean isOnThePath() {
        var module = ChildMain.class.getModule();
        if (module.isNamed()) {
            return module.getLayer() == ModuleLayer.boot();
        }
        var loader = ChildMain.class.getClassLoader();
        return loader == null || ClassServer.isOwnCode(loader);
    }

    /// The jar.
    static byte[] jar() throws IOException {
        byte[] known = jar;
        if (known == null) {
            known = pack(classes());
            jar = known;
        }
        return known;
    }

    /// What can be reached from the front door and from the entry point of a child. A loader lists no classes; but each
    /// class file has the names of all that it uses.
    private static Map<String, byte[]> classes() throws IOException {
        var found = new TreeMap<String, byte[]>();
        Deque<String> wanted = new ArrayDeque<>();
        for (var root : List.of(ChildMain.class, ProcessWorkers.class, TaskQueue.class)) {
            wanted.add(root.getName().replace('.', '/'));
        }
        while (!wanted.isEmpty()) {
            String name = wanted.remove();
            if (found.containsKey(name)) {
                continue;
            }
            var bytes = bytesOf(name);
            if (bytes.isPresent()) { // else some other text that begins like a class
                found.put(name, bytes.get());
                addNames(bytes.get(), wanted);
            }
        }
        return found;
    }

    private static Optional<byte[]> bytesOf(String name) throws IOException {
        try (InputStream in = resource(name + ".class")) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        }
    }

    private static @Nullable InputStream resource(String name) {
        // Core may be another loader's than this module.
        var own = OwnCode.class.getResourceAsStream("/" + name);
        return own != null ? own : TaskQueue.class.getResourceAsStream("/" + name);
    }

    private static void addNames(byte[] classFile, Deque<String> wanted) {
        for (var entry : ClassFile.of().parse(classFile).constantPool()) {
            if (entry instanceof Utf8Entry text && text.stringValue().contains(PREFIX)) {
                NAMES.matcher(text.stringValue()).results().forEach(match -> wanted.add(match.group()));
            }
        }
    }

    private static byte[] pack(Map<String, byte[]> classes) throws IOException {
        if (!classes.containsKey(ChildMain.class.getName().replace('.', '/'))) {
            throw new IOException("the class loader of Millhand, " + OwnCode.class.getClassLoader()
                    + ", does not give its class files, so that no child can be started");
        }
        var bytes = new ByteArrayOutputStream();
        try (var out = new JarOutputStream(bytes)) {
            out.setLevel(1);
            for (var each : classes.entrySet()) {
                out.putNextEntry(new ZipEntry(each.getKey() + ".class"));
                out.write(each.getValue());
            }
        }
        return bytes.toByteArray();
    }
}
