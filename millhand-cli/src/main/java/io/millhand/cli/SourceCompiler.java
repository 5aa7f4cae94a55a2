package io.millhand.cli;

import io.millhand.TaskContext;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// Compiles one source file with the JDK's own compiler. No annotation processor runs, so no code of the user does.
final class SourceCompiler {

    private final ClassPath classPath;
    private final Path output;

    /// @param output an empty folder for the classes
    SourceCompiler(ClassPath classPath, Path output) {
        this.classPath = classPath;
        this.output = output;
    }

    /// Compiles the file.
    ///
    /// @return the class files that came out
    /// @throws UsageException with the compiler's messages, if it does not compile
    List<byte[]> compile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UsageException("there is no source file " + file);
        }
        @Nullable JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new UsageException("this Java has no compiler: a .java file needs a JDK, not only a runtime ("
                    + System.getProperty("java.home") + ")");
        }
        var messages = new DiagnosticCollector<JavaFileObject>();
        try (var files = compiler.getStandardFileManager(messages, Locale.ROOT, StandardCharsets.UTF_8)) {
            var sources = files.getJavaFileObjects(file);
            boolean compiled = compiler.getTask(null, files, messages, options(), null, sources)
                    .call();
            if (!compiled) {
                throw new UsageException(file + " does not compile:\n" + errors(messages));
            }
            return classFiles();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot compile " + file, e);
        }
    }

    private List<String> options() {
        var path = new ArrayList<String>();
        if (!classPath.entries().isEmpty()) {
            path.add(classPath.joined());
        }
        path.add(library()); // so that a function may ask TaskContext
        // The empty source path keeps the compiler from taking up sources that it sees on the class path.
        return List.of(
                "-proc:none",
                "-nowarn",
                "-g",
                "-sourcepath",
                output.toString(),
                "-d",
                output.toString(),
                "-classpath",
                String.join(File.pathSeparator, path));
    }

    private static String library() {
        try {
            return Path.of(TaskContext.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the place of Millhand's own classes is not a path", e);
        }
    }

    private List<byte[]> classFiles() throws IOException {
        try (Stream<Path> found = Files.walk(output)) {
            var classFiles = new ArrayList<byte[]>();
            for (Path file : found.filter(Files::isRegularFile).sorted().toList()) {
                classFiles.add(Files.readAllBytes(file));
            }
            return classFiles;
        }
    }

    private static String errors(DiagnosticCollector<JavaFileObject> messages) {
        return messages.getDiagnostics().stream()
                .filter(message -> message.getKind() == Diagnostic.Kind.ERROR)
                .map(Object::toString) // file:line: error: text, the line itself, a mark below the place
                .collect(Collectors.joining("\n"));
    }
}
