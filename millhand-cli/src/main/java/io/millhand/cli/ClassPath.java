package io.millhand.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/// Where the user's classes are: folders and jars, as absolute paths, in order. Classes are read here, never loaded.
record ClassPath(List<Path> entries) {

    ClassPath {
        entries = List.copyOf(entries);
    }

    /// Reads the texts of the option; `lib/*` stands for all jars of `lib`, as in the `java` command.
    static ClassPath parse(List<String> texts) {
        var entries = new ArrayList<Path>();
        texts.stream()
                .flatMap(text -> Stream.of(text.split(File.pathSeparator, -1)))
                .filter(text -> !text.isEmpty())
                .forEach(text -> {
                    try {
                        add(text, entries);
                    } catch (InvalidPathException e) {
                        throw new UsageException("class path entry is no name of a file: " + e.getMessage());
                    }
                });
        return new ClassPath(entries);
    }

    /// As text for another JVM.
    String joined() {
        return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    ClassPath startingWith(Path entry) {
        return new ClassPath(Stream.concat(Stream.of(entry), entries.stream()).toList());
    }

    static ClassPath ofJoined(String joined) {
        return new ClassPath(Stream.of(joined.split(File.pathSeparator, -1))
                .filter(text -> !text.isEmpty())
                .map(Path::of)
                .toList());
    }

    /// The bytes of a class, of the JDK too.
    ///
    /// @param binaryName as in `com.acme.Outer$Inner`
    Optional<byte[]> find(String binaryName) {
        String resource = binaryName.replace('.', '/') + ".class";
        for (Path entry : entries) {
            var bytes = read(entry, resource);
            if (bytes.isPresent()) {
                return bytes;
            }
        }
        try (InputStream stream = ClassLoader.getPlatformClassLoader().getResourceAsStream(resource)) {
            return stream == null ? Optional.empty() : Optional.of(stream.readAllBytes());
        } catch (IOException e) {
            throw new UsageException("cannot read " + resource + ": " + e);
        }
    }

    private static Optional<byte[]> read(Path entry, String resource) {
        try {
            if (Files.isDirectory(entry)) {
                Path file = entry.resolve(resource);
                return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
            }
            try (var jar = new JarFile(entry.toFile(), false, ZipFile.OPEN_READ, Runtime.version())) {
                var found = jar.getJarEntry(resource);
                if (found == null) {
                    return Optional.empty();
                }
                try (InputStream stream = jar.getInputStream(found)) {
                    return Optional.of(stream.readAllBytes());
                }
            }
        } catch (IOException e) {
            throw new UsageException("cannot read class path entry " + entry + ": " + e.getMessage());
        }
    }

    private static void add(String text, List<Path> entries) {
        if (text.equals("*") || text.endsWith("/*")) {
            addJars(Path.of(text.substring(0, text.length() - 1)).toAbsolutePath(), entries);
            return;
        }
        Path entry = Path.of(text).toAbsolutePath().normalize();
        if (!Files.exists(entry)) {
            throw new UsageException("class path entry '" + text + "' does not exist");
        }
        entries.add(entry);
    }

    private static void addJars(Path folder, List<Path> entries) {
        var jars = new ArrayList<Path>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.{jar,JAR}")) {
            found.forEach(jars::add);
        } catch (IOException e) {
            throw new UsageException("cannot list the jars of class path folder " + folder + ": " + e);
        }
        jars.sort(null); // the order of a folder is not defined
        entries.addAll(jars);
    }
}
