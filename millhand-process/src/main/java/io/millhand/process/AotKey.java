package io.millhand.process;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/// What an AOT cache of children holds good for: their class path as it is now, their JDK and their options.
///
/// The JDK looks at the length and the time of each jar itself, and was seen to run stale classes all the
/// same: of a jar that was rebuilt within a second. Hence the contents count here.
///
/// @param text a file name
record AotKey(String text) {

    /// With which the JDK makes no archive, or none that it could use, or which name one already. Agents
    /// change classes as they are loaded.
    private static final Pattern UNFIT_OPTION =
            Pattern.compile("-XX:(AOT|SharedArchive|[+-]\\w*(Shared|AOT|CDS)|Archive).*|-Xshare.*|-(javaagent|agentlib"
                    + "|agentpath).*|--(patch-module|limit-modules|upgrade-module-path).*|-Djava\\.system\\.class\\.loader=.*"
                    + "|-Xbootclasspath.*|-Xverify.*");

    /// Beyond that, the JDK has no compressed pointers, which are in the archive.
    private static final long LARGE_HEAP_BYTES = 30L << 30;

    /// Why there can be no cache; the message goes on after "since".
    static final class UnfitException extends Exception {
        private static final long serialVersionUID = 1;

        UnfitException(String message) {
            super(message);
        }
    }

    /// Reads all that the class path of children names.
    static AotKey of(ProcessWorkers config, long heapBytes) throws IOException, UnfitException {
        var javaHome = CommandLine.javaHome(config);
        var jdk = String.join(
                " ",
                javaHome.toString(),
                System.getProperty("java.vm.version", ""),
                System.getProperty("os.arch", ""),
                stamp(javaHome.resolve("lib/modules")),
                heapBytes > LARGE_HEAP_BYTES ? "large" : "small");
        var code = ChildCode.arguments(config.jvm().classPath(), new PrivateFolder(Path.of("/nonexistent")));
        return of(CommandLine.options(config, heapBytes), code, jdk);
    }

    /// @param options of the JVM
    /// @param code where it finds its classes
    /// @param jdk all that tells one JDK from another
    static AotKey of(List<String> options, List<String> code, String jdk) throws IOException, UnfitException {
        var sum = new Checksum();
        sum.add(jdk);
        addOptions(sum, options);
        sum.add(String.join("\n", code));
        for (int i = 0; i + 1 < code.size(); i++) {
            switch (code.get(i)) {
                case "-cp" -> addClassPath(sum, code.get(i + 1));
                case "--module-path" -> addModulePath(sum, code.get(i + 1));
                default -> {
                    // names of modules
                }
            }
        }
        return new AotKey(sum.text());
    }

    /// A setting changes no class. What goes wrong with options of which nobody thought is no cache, as
    /// everywhere.
    private static void addOptions(Checksum sum, List<String> options) throws UnfitException {
        for (String option : options) {
            if (UNFIT_OPTION.matcher(option).matches()) {
                throw new UnfitException("the JDK keeps no cache beside " + option);
            }
            if (!option.startsWith("-D") && !option.startsWith("-Xmx")) {
                sum.add(option);
            }
        }
    }

    private static String stamp(Path file) throws IOException {
        return Files.size(file) + " " + Files.getLastModifiedTime(file);
    }

    /// Jars name others in their manifests.
    private static void addClassPath(Checksum sum, String classPath) throws IOException, UnfitException {
        Deque<Path> open = new ArrayDeque<>();
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            open.add(Path.of(entry));
        }
        Set<Path> seen = new HashSet<>();
        for (var entry = open.poll(); entry != null; entry = open.poll()) {
            if (seen.add(entry) && addEntry(sum, entry)) {
                addNamedBy(entry, open);
            }
        }
    }

    /// Answers whether it is there.
    private static boolean addEntry(Checksum sum, Path entry) throws IOException, UnfitException {
        if (Files.isDirectory(entry)) {
            throw new UnfitException("the class path has a folder of classes, " + entry
                    + ", and the JDK keeps no cache of classes outside jars");
        }
        sum.add(entry.toString());
        boolean exists = Files.exists(entry);
        sum.add(exists ? stamp(entry) : "missing");
        if (exists) {
            sum.add(entry);
        }
        return exists;
    }

    private static void addNamedBy(Path jar, Deque<Path> to) {
        try (var opened = new JarFile(jar.toFile(), false)) {
            var manifest = opened.getManifest();
            String named =
                    manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            for (String each : named == null ? new String[0] : named.strip().split(" +")) {
                URI place = jar.toUri().resolve(each);
                if ("file".equals(place.getScheme())) {
                    to.add(Path.of(place));
                }
            }
        } catch (IOException | IllegalArgumentException _) {
            // no jar, or names that name nothing: the JVM passes over them, too
        }
    }

    private static void addModulePath(Checksum sum, String modulePath) throws IOException, UnfitException {
        for (String entry : modulePath.split(File.pathSeparator, -1)) {
            var path = Path.of(entry);
            if (!Files.isDirectory(path)) {
                addEntry(sum, path);
            } else if (Files.exists(path.resolve("module-info.class"))) {
                throw new UnfitException("the module path has a folder of classes, " + entry
                        + ", and the JDK keeps no cache of classes outside jars");
            } else {
                try (var files = Files.list(path)) {
                    for (var file : files.sorted().toList()) {
                        addEntry(sum, file);
                    }
                }
            }
        }
    }

    /// Of what a file says, after its length.
    static String checksumOf(Path file) throws IOException {
        var sum = new Checksum();
        sum.add(file);
        return sum.text();
    }

    /// Two checksums that the processor computes, from the first byte on: a digest would take a JVM that has
    /// just started a hundred times as long. They tell what has changed; who wants to deceive the owner of a class
    /// path could change that instead.
    private static final class Checksum {

        private static final int BUFFER_BYTES = 256 * 1024;

        private final CRC32 one = new CRC32();
        private final CRC32C other = new CRC32C();
        private long length;

        void add(String text) {
            byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
            add(bytes, bytes.length);
        }

        void add(Path file) throws IOException {
            byte[] buffer = new byte[BUFFER_BYTES];
            try (var in = Files.newInputStream(file)) {
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    add(buffer, count);
                }
            }
        }

        private void add(byte[] bytes, int count) {
            one.update(bytes, 0, count);
            other.update(bytes, 0, count);
            length += count;
        }

        String text() {
            return Long.toHexString(1L << 32 | one.getValue()).substring(1)
                    + Long.toHexString(1L << 32 | other.getValue()).substring(1) + "-" + Long.toHexString(length);
        }
    }
}
