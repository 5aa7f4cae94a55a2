package io.millhand.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What is needed to run one task again: the task, encoded, and how its child was started.
///
/// @param jvm with the heap that the child really had
record Recording(String taskName, Map<String, String> headers, Encoded encoded, Code code, ChildJvm jvm) {

    /*
     * replay.properties, written by java.util.Properties as bytes, so that every text survives, half a letter among it. Lists are name.0, name.1, ...
     */

    private static final String PROPERTIES = "replay.properties";
    private static final String TASK = "task.bin";
    private static final String TASK_CHECKSUM = "taskCrc32c";
    private static final String SETUP = "setup.bin";
    private static final String SETUP_CHECKSUM = "setupCrc32c";
    private static final String SHARED_CHECKSUM = "sharedCrc32c.";
    private static final String HEADER = "header.";
    private static final String ENVIRONMENT = "environment.";

    /// What travels to the child.
    ///
    /// @param setup what the child runs before its first task; null for nothing
    /// @param shared what both may refer to, by number
    @SuppressWarnings("ArrayRecordComponent") // payloads are handed on, not copied, and never compared
    record Encoded(byte[] task, byte @Nullable [] setup, Map<Long, byte[]> shared) {

        static Encoded of(EncodedCall task, @Nullable EncodedCall setup) {
            var shared = new HashMap<Long, byte[]>();
            addAll(task.shared(), shared);
            if (setup != null) {
                addAll(setup.shared(), shared);
            }
            return new Encoded(task.whole(), setup == null ? null : setup.whole(), shared);
        }

        private static void addAll(List<SharedLoad> loads, Map<Long, byte[]> to) {
            for (var load : loads) {
                to.put(load.value().id(), load.encoded().whole());
                addAll(load.encoded().shared(), to);
            }
        }
    }

    /// What both sides run.
    ///
    /// @param jdk the build of the JDK
    /// @param millhand the version of Millhand, and of its protocol
    /// @param classPath as on the command line
    /// @param modulePath as on the command line
    record Code(String jdk, String millhand, String classPath, String modulePath) {

        static Code own() {
            return of(Optional.empty());
        }

        /// @param override the class path of children that do not have that of this JVM
        static Code of(Optional<ClassPath> override) {
            String version = ChildMain.class.getPackage().getImplementationVersion();
            return new Code(
                    ChildRunner.javaVersion(),
                    (version == null ? "unpackaged" : version) + ", protocol " + Frame.VERSION,
                    override.map(Code::joined).orElseGet(() -> absolute(System.getProperty("java.class.path", ""))),
                    override.isPresent() ? "" : absolute(System.getProperty("jdk.module.path", "")));
        }

        private static String joined(ClassPath path) {
            return path.entries().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        }

        /// The working directory may be another one the next time.
        private static String absolute(String path) {
            var entries = new ArrayList<String>();
            for (String entry : path.split(File.pathSeparator, -1)) {
                entries.add(
                        entry.isEmpty() ? "" : Path.of(entry).toAbsolutePath().toString());
            }
            return String.join(File.pathSeparator, entries);
        }
    }

    void writeTo(Path folder) throws IOException {
        Files.write(folder.resolve(TASK), encoded.task);
        var properties = new Properties();
        properties.setProperty("task", taskName);
        properties.setProperty(TASK_CHECKSUM, checksum(encoded.task));
        if (encoded.setup != null) {
            Files.write(folder.resolve(SETUP), encoded.setup);
            properties.setProperty(SETUP_CHECKSUM, checksum(encoded.setup));
        }
        for (var value : encoded.shared.entrySet()) {
            Files.write(folder.resolve(sharedFile(value.getKey())), value.getValue());
            properties.setProperty(SHARED_CHECKSUM + value.getKey(), checksum(value.getValue()));
        }
        headers.forEach((name, value) -> properties.setProperty(HEADER + name, value));
        properties.setProperty("jdk", code.jdk);
        properties.setProperty("millhand", code.millhand);
        properties.setProperty("classPath", code.classPath);
        properties.setProperty("modulePath", code.modulePath);
        jvm.heapBytes().ifPresent(bytes -> properties.setProperty("heapBytes", Long.toString(bytes)));
        jvm.javaHome().ifPresent(home -> properties.setProperty("javaHome", home.toString()));
        putAll(properties, "option.", jvm.options());
        putAll(properties, "launcher.", jvm.launcher());
        jvm.environment().forEach((name, value) -> properties.setProperty(ENVIRONMENT + name, value));
        try (var out = Files.newOutputStream(folder.resolve(PROPERTIES))) {
            properties.store(out, "A task that crashed its child JVM; run it again by: millhand replay FOLDER");
        }
    }

    /// @throws IOException where something is missing or makes no sense
    static Recording readFrom(Path folder) throws IOException {
        var properties = new Properties();
        try (var in = Files.newInputStream(folder.resolve(PROPERTIES))) {
            properties.load(in);
        } catch (IllegalArgumentException e) {
            throw new IOException(PROPERTIES + " is damaged: " + e.getMessage(), e);
        }
        var code = new Code(
                text(properties, "jdk"),
                text(properties, "millhand"),
                text(properties, "classPath"),
                text(properties, "modulePath"));
        byte[] task = intact(folder, TASK, text(properties, TASK_CHECKSUM));
        String setUp = properties.getProperty(SETUP_CHECKSUM);
        var shared = new HashMap<Long, byte[]>();
        for (var value : mapOf(properties, SHARED_CHECKSUM).entrySet()) {
            long id = number(value.getKey());
            shared.put(id, intact(folder, sharedFile(id), value.getValue()));
        }
        var encoded = new Encoded(task, setUp == null ? null : intact(folder, SETUP, setUp), shared);
        return new Recording(text(properties, "task"), mapOf(properties, HEADER), encoded, code, jvmOf(properties));
    }

    private static String sharedFile(long id) {
        return "shared-" + id + ".bin";
    }

    private static long number(String text) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException(PROPERTIES + " is damaged: a shared value has the number '" + text + "'", e);
        }
    }

    private static byte[] intact(Path folder, String file, String expected) throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(file));
        if (!checksum(bytes).equals(expected)) {
            throw new IOException(file + " is damaged: its checksum is " + checksum(bytes) + ", should be " + expected);
        }
        return bytes;
    }

    private static String checksum(byte[] bytes) {
        var checksum = new CRC32C();
        checksum.update(bytes);
        return Long.toHexString(checksum.getValue());
    }

    private static ChildJvm jvmOf(Properties properties) throws IOException {
        try {
            var jvm = ChildJvm.defaults()
                    .options(listOf(properties, "option."))
                    .launcher(listOf(properties, "launcher."))
                    .environment(mapOf(properties, ENVIRONMENT));
            var heap = value(properties, "heapBytes", Long::valueOf);
            jvm = heap.isEmpty() ? jvm : jvm.heap(heap.getFirst());
            var home = value(properties, "javaHome", Path::of);
            return home.isEmpty() ? jvm : jvm.javaHome(home.getFirst());
        } catch (IllegalArgumentException e) {
            throw new IOException(PROPERTIES + " is damaged: " + e.getMessage(), e);
        }
    }

    /// None or one.
    private static <T> List<T> value(Properties properties, String name, Function<String, T> parser) {
        String text = properties.getProperty(name);
        return text == null ? List.of() : List.of(parser.apply(text));
    }

    private static String text(Properties properties, String name) throws IOException {
        String text = properties.getProperty(name);
        if (text == null) {
            throw new IOException(PROPERTIES + " is damaged: it has no '" + name + "'");
        }
        return text;
    }

    private static void putAll(Properties properties, String prefix, List<String> texts) {
        for (int i = 0; i < texts.size(); i++) {
            properties.setProperty(prefix + i, texts.get(i));
        }
    }

    private static List<String> listOf(Properties properties, String prefix) {
        var texts = new ArrayList<String>();
        String text = properties.getProperty(prefix + 0);
        while (text != null) {
            texts.add(text);
            text = properties.getProperty(prefix + texts.size());
        }
        return texts;
    }

    private static Map<String, String> mapOf(Properties properties, String prefix) {
        var map = new TreeMap<String, String>();
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith(prefix)) {
                map.put(name.substring(prefix.length()), properties.getProperty(name));
            }
        }
        return map;
    }
}
