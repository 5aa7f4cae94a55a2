package io.millhand.testkit.sim;

import io.millhand.TaskQueue;
import io.millhand.testkit.VirtualTime;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/// The queue with a planted bug, compiled, in a class loader of its own together with the simulation.
final class Mutant implements AutoCloseable {

    private final URLClassLoader loader;

    /// @param bug planted
    /// @param folder for its sources and classes
    Mutant(PlantedBug bug, Path folder) throws IOException {
        var classes = Files.createDirectories(folder.resolve("classes"));
        compile(plant(bug, Files.createDirectories(folder.resolve("sources"))), classes);
        var urls = new ArrayList<URL>(List.of(classes.toUri().toURL()));
        for (var origin : origins(TaskQueue.class, VirtualTime.class, Mutant.class)) {
            urls.add(origin.toURL());
        }
        // Nothing is shared with the queue under test elsewhere in this JVM.
        loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        loader.setDefaultAssertionStatus(true);
    }

    /// Lets the simulation look for the bug.
    ///
    /// @return what it says; empty if it finds nothing
    Optional<?> hunt(long from, long histories) throws ReflectiveOperationException {
        var hunt = loader.loadClass(Hunt.class.getName()).getMethod("hunt", long.class, long.class);
        return (Optional<?>) hunt.invoke(null, from, histories);
    }

    private static List<Path> plant(PlantedBug bug, Path folder) throws IOException {
        var changed = new LinkedHashSet<Path>();
        for (var change : bug.changes()) {
            var copy = folder.resolve(change.file() + ".java");
            var text = unindented(Files.readString(changed.contains(copy) ? copy : source(change.file())));
            var was = change.was();
            int at = text.indexOf(was);
            if (at < 0 || text.indexOf(was, at + 1) >= 0) {
                throw new AssertionError("bug '" + bug + "': its text must occur exactly once in " + change.file()
                        + ", plant it anew in planted-bugs.txt:\n" + was);
            }
            Files.writeString(copy, text.replace(was, change.becomes()));
            changed.add(copy);
        }
        return List.copyOf(changed);
    }

    /// So that a text may be indented as its place in the table asks for.
    private static String unindented(String text) {
        return text.strip().lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    private static Path source(String type) {
        for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            var file = folder.resolve("millhand-core/src/main/java/io/millhand/" + type + ".java");
            if (Files.exists(file)) {
                return file;
            }
        }
        throw new AssertionError(
                "no source of io.millhand." + type + " above " + Path.of("").toAbsolutePath());
    }

    private static void compile(List<Path> sources, Path classes) {
        var javac = ToolProvider.getSystemJavaCompiler();
        try (var files = javac.getStandardFileManager(null, null, null)) {
            var path = classpath();
            var options = List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", path);
            var output = new java.io.StringWriter();
            var units = files.getJavaFileObjectsFromPaths(sources);
            if (!javac.getTask(output, files, null, options, null, units).call()) {
                throw new AssertionError("a planted bug does not compile:\n" + output);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// The core, and the annotations in its sources.
    private static String classpath() {
        var annotations = Stream.of(
                        org.jspecify.annotations.Nullable.class,
                        com.google.errorprone.annotations.concurrent.GuardedBy.class)
                .toArray(Class<?>[]::new);
        return Stream.concat(origins(TaskQueue.class).stream(), origins(annotations).stream())
                .map(origin -> Path.of(origin).toString())
                .collect(Collectors.joining(java.io.File.pathSeparator));
    }

    private static Set<URI> origins(Class<?>... types) {
        return Stream.of(types)
                .map(type -> URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
