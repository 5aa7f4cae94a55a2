package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Outcome;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each way to start a Java program, as a program of its own whose tasks use classes of its own.
class ClassFindingIT {

    private static final List<Path> MILLHAND =
            List.of(JavaCode.locationOf(TaskQueue.class), JavaCode.locationOf(ProcessWorkers.class));

    /// The task makes an object of one of the program's classes out of another one's, which comes back as what it was.
    private static final String BODY = """
            record Point(int x, String loader) implements java.io.Serializable {}
            static class Helper {
                static Point point(int x) {
                    return new Point(x + 1, Helper.class.getClassLoader().getClass().getSimpleName());
                }
            }
            static Point inChild(int x) {
                return Thread.currentThread().getContextClassLoader() == Point.class.getClassLoader()
                        ? Helper.point(x) : new Point(-1, "wrong context class loader");
            }
            """;

    private static final String OPEN = "TaskQueue.on(ProcessWorkers.of(1).heap(64 << 20))";

    private static final String MAIN = """
            import io.millhand.TaskQueue;
            import io.millhand.process.ProcessWorkers;
            public class Main {
                %s
                public static void main(String[] args) {
                    int captured = 41;
                    try (var queue = %s) {
                        Point point = queue.submit(() -> inChild(captured)).join();
                        System.out.println("RESULT " + point.x() + " by " + point.loader());
                        queue.map(java.util.List.of(1).iterator(), x -> inChild(x))
                                .forEach(mapped -> System.out.println("MAPPED " + mapped.x()));
                    }
                }
            }
            """.formatted(BODY, OPEN);

    @TempDir
    private Path folder;

    private String run(String tool, List<String> arguments) throws IOException, InterruptedException {
        var ending = ParentJvm.run(folder, tool, arguments, Map.of());
        assertThat(ending.code()).as(ending.output()).isZero();
        return ending.output();
    }

    private static List<Path> with(Path entry) {
        var path = new ArrayList<>(MILLHAND);
        path.add(entry);
        return path;
    }

    @Test
    @Guarantee("6.4.1")
    void findClassesOfTheClassPath() throws Exception {
        var classes = JavaCode.compile(folder, "--class-path", MILLHAND, Map.of("Main.java", MAIN));

        assertThat(run("java", List.of("-cp", JavaCode.joined(with(classes)), "Main")))
                .isEqualTo("RESULT 42 by AppClassLoader\nMAPPED 2\n");
    }

    @Test
    @Guarantee("6.4.1")
    void findClassesOfTheModulePath() throws Exception {
        var module = JavaCode.compile(
                folder,
                "--module-path",
                with(JavaCode.locationOf(Nullable.class)), // to compile only
                Map.of(
                        "module-info.java",
                        "module app { requires io.millhand.process; requires java.sql; }",
                        "app/Main.java",
                        "package app;\n"
                                + MAIN.replace(
                                        "return new Point(",
                                        "var _ = java.sql.Types.INTEGER;"
                                                + " if (!Main.class.getModule().isNamed()) { return null; } return new Point(")));

        assertThat(run("java", List.of("-p", JavaCode.joined(with(module)), "-m", "app/app.Main")))
                .isEqualTo("RESULT 42 by AppClassLoader\nMAPPED 2\n");
    }

    @Test
    @Guarantee("6.4.2")
    void areServedClassesOfTheSourceLauncher() throws Exception {
        // A class that is needed for the first time when the child leaves.
        var late = folder.resolve("late.txt");
        Files.writeString(
                folder.resolve("Main.java"), MAIN.replace("static Point inChild(int x) {", """
                                static class Late implements Runnable {
                                    public void run() {
                                        try {
                                            java.nio.file.Files.writeString(java.nio.file.Path.of("%s"), Later.TEXT.toString());
                                        } catch (java.io.IOException e) {
                                            throw new java.io.UncheckedIOException(e);
                                        }
                                    }
                                }
                                static class Later { static final Object TEXT = "found"; }
                                static Point inChild(int x) {
                                    if (x == 1) Runtime.getRuntime().addShutdownHook(new Thread(new Late()));
                                """.formatted(late)));

        assertThat(run("java", List.of("-cp", JavaCode.joined(MILLHAND), "Main.java")))
                .isEqualTo("RESULT 42 by ServedLoader\nMAPPED 2\n");
        assertThat(late).hasContent("found");
    }

    @Test
    @Guarantee({"6.4.2", "6.4.4"})
    void areServedClassesOfAnInitializerAndToldWhichOneIsMissing() throws Exception {
        Files.writeString(
                folder.resolve("Main.java"),
                MAIN.replace(OPEN, OPEN.replace(".heap", ".setup(ChildSetup.of(() -> Helper.point(7))).heap"))
                        .replace("import io.millhand.TaskQueue", "import io.millhand.*; import io.millhand.TaskQueue")
                        .replace("import io.millhand.process.ProcessWorkers", "import io.millhand.process.*")
                        .replace("int captured = 41;", """
                                int captured = 41;
                                try (var queue = %s) {
                                    System.out.println(queue.submit(() -> TaskContext.current().state(Point.class).x()).join());
                                    System.out.println(queue.submit(() -> Class.forName("acme.Missing")).outcome());
                                }
                                """.formatted(
                                        OPEN.replace(".heap", ".setup(ChildSetup.of(() -> Helper.point(7))).heap"))));

        assertThat(run("java", List.of("-cp", JavaCode.joined(MILLHAND), "Main.java")))
                .startsWith("8\n")
                .contains("acme.Missing; looked for on the class path of the child (" + MILLHAND.getFirst())
                .contains("and in the parent's class loader com.sun.tools.javac.launcher.MemoryClassLoader")
                .endsWith("RESULT 42 by ServedLoader\nMAPPED 2\n");
    }

    @Test
    @Guarantee("6.4.5")
    void findClassesOfAClassPathOfTheirOwnAndMillhandBesides() {
        var own = JavaCode.locationOf(ClassFindingIT.class);
        try (var queue = TaskQueue.on(
                ProcessWorkers.of(1).jvm(ChildJvm.defaults().heap(64 << 20).classPath(ClassPath.of(own))))) {
            assertThat(queue.submit(() -> System.getProperty("java.class.path")).join())
                    .isEqualTo(JavaCode.joined(List.of(
                            own, JavaCode.locationOf(ProcessWorkers.class), JavaCode.locationOf(TaskQueue.class))));
        }
    }

    @Test
    @Guarantee({"6.4.4", "6.4.5"})
    void areToldWhatIsNotOnTheirClassPath() {
        try (var queue = TaskQueue.on(
                ProcessWorkers.of(1).jvm(ChildJvm.defaults().heap(64 << 20).classPath(ClassPath.of(folder))))) {
            assertThat(queue.submit(() -> 1).outcome())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(ClassNotFoundException.class)
                                    .hasMessageStartingWith(ClassFindingIT.class.getName()
                                            + "; looked for on the class path of the child (" + folder));
        }
    }

    @Test
    @Guarantee("6.4.2")
    void areServedClassesOfJshell() throws Exception {
        assertThat(jshell("")).contains("RESULT 42 by ServedLoader\n");
    }

    @Test
    @Guarantee("6.4.2")
    void areServedClassesOfJshellInItsOwnProcess() throws Exception {
        assertThat(jshell("local")).contains("RESULT 42 by ServedLoader\n");
    }

    private String jshell(String execution) throws Exception {
        var script = folder.resolve("script.jsh");
        Files.writeString(script, """
                import io.millhand.*;
                import io.millhand.process.*;
                %s
                var queue = %s;
                Point point(int captured) { return queue.submit(() -> inChild(captured)).join(); }
                var point = point(41);
                System.out.println("RESULT " + point.x() + " by " + point.loader());
                queue.close();
                /exit
                """.formatted(BODY.replaceAll("(?m)^static ", ""), OPEN));
        var arguments = new ArrayList<>(List.of("--class-path", JavaCode.joined(MILLHAND)));
        if (!execution.isEmpty()) {
            arguments.addAll(List.of("--execution", execution));
        }
        arguments.addAll(List.of("-R-Djava.util.prefs.userRoot=" + folder, script.toString()));
        arguments.add("-J-Djava.util.prefs.userRoot=" + folder);
        return run("jshell", arguments);
    }

    @Test
    @Guarantee({"6.4.2", "6.4.3"})
    void areServedClassesOfASpringBootFatJar() throws Exception {
        var classes = JavaCode.compile(folder, "--class-path", MILLHAND, Map.of("Main.java", MAIN));
        var fat = folder.resolve("fat.jar");
        var manifest = JavaCode.manifest(Map.of(
                "Main-Class", "org.springframework.boot.loader.launch.JarLauncher",
                "Start-Class", "Main",
                "Spring-Boot-Classes", "BOOT-INF/classes/",
                "Spring-Boot-Lib", "BOOT-INF/lib/"));
        var loader = JavaCode.locationOf(Class.forName("org.springframework.boot.loader.launch.JarLauncher"));
        try (var out = new JarOutputStream(Files.newOutputStream(fat), manifest)) {
            copyClasses(out, loader);
            out.putNextEntry(new ZipEntry("BOOT-INF/classes/"));
            for (var name : List.of("Main", "Main$Point", "Main$Helper")) {
                out.putNextEntry(new ZipEntry("BOOT-INF/classes/" + name + ".class"));
                Files.copy(classes.resolve(name + ".class"), out);
            }
            for (int i = 0; i < MILLHAND.size(); i++) {
                store(
                        out,
                        "BOOT-INF/lib/" + i + ".jar",
                        JavaCode.jar(folder.resolve(i + ".jar"), MILLHAND.get(i), Map.of()));
            }
        }

        assertThat(run("java", List.of("-jar", fat.toString()))).isEqualTo("RESULT 42 by ServedLoader\nMAPPED 2\n");
    }

    private static void copyClasses(JarOutputStream out, Path jar) throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            for (var entry : file.stream()
                    .filter(entry -> entry.getName().endsWith(".class"))
                    .toList()) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                file.getInputStream(entry).transferTo(out);
            }
        }
    }

    /// A nested jar must not be compressed.
    private static void store(JarOutputStream out, String name, Path jar) throws IOException {
        byte[] bytes = Files.readAllBytes(jar);
        var sum = new CRC32();
        sum.update(bytes);
        var entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        entry.setCrc(sum.getValue());
        out.putNextEntry(entry);
        out.write(bytes);
    }
}
