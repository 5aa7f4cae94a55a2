package io.millhand.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;

/// Compiles and packs code in tests.
final class JavaCode {

    private JavaCode() {}

    /// Compiles into a folder.
    ///
    /// @param path `--class-path` or `--module-path`
    /// @param sources by the path of their file
    static Path compile(Path folder, String path, List<Path> entries, Map<String, String> sources) throws IOException {
        var arguments = new ArrayList<>(List.of(path, joined(entries), "-d", folder.toString()));
        for (var source : sources.entrySet()) {
            var file = folder.resolve("src").resolve(source.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, source.getValue());
            arguments.add(file.toString());
        }
        var said = new ByteArrayOutputStream();
        int code = ToolProvider.getSystemJavaCompiler().run(null, said, said, arguments.toArray(String[]::new));
        if (code != 0) {
            throw new IllegalStateException("javac: " + said.toString(StandardCharsets.UTF_8));
        }
        return folder;
    }

    static String joined(List<Path> entries) {
        return String.join(
                System.getProperty("path.separator"),
                entries.stream().map(Path::toString).toList());
    }

    /// The jar or folder that a class comes from.
    static Path locationOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Packs a folder, or copies a jar.
    static Path jar(Path jar, Path from, Map<String, String> manifest) throws IOException {
        if (Files.isRegularFile(from)) {
            return Files.copy(from, jar);
        }
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest(manifest));
                Stream<Path> files = Files.walk(from)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry(from.relativize(file).toString()));
                Files.copy(file, out);
            }
        }
        return jar;
    }

    static Manifest manifest(Map<String, String> entries) {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        entries.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
        return manifest;
    }
}
