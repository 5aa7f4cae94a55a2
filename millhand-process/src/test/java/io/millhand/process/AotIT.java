package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.TaskQueue;
import io.millhand.process.ParentJvm.Ending;
import io.millhand.testkit.Guarantee;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotIT {

    /// A program with a pool of one child. What it prints, and what its child and its log print, is looked at.
    private static final String PROGRAM = """
            package app;

            import io.millhand.QueueConfig;
            import io.millhand.TaskQueue;
            import io.millhand.process.ProcessWorkers;
            import java.io.IOException;
            import java.lang.management.ManagementFactory;
            import java.nio.file.Files;
            import java.nio.file.Path;
            import java.util.List;
            import java.util.concurrent.locks.LockSupport;

            public class Main {

                static String told() {
                    boolean cached = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                            .anyMatch(option -> option.startsWith("-XX:AOTCache="));
                    return "version A, cached " + cached;
                }

                static boolean has(Path folder, String pattern) {
                    try (var files = Files.newDirectoryStream(folder, pattern)) {
                        return files.iterator().hasNext();
                    } catch (IOException e) {
                        return false;
                    }
                }

                public static void main(String[] args) {
                    var folder = Path.of(args[0]);
                    var workers = ProcessWorkers.of(1).heap(64 << 20).aotCache(folder).jvmOptions(
                            List.of("-Xlog:class+load:file=" + args[1] + "/loaded-%p.txt"));
                    try (var queue = TaskQueue.on(workers, QueueConfig.defaults().named("aot"))) {
                        System.out.println(queue.submit(() -> told()).join());
                        switch (args[2]) {
                            case "run" -> { }
                            case "make" -> {
                                while (!has(folder, "*.aot") || has(folder, "*.making")) {
                                    LockSupport.parkNanos(20_000_000);
                                }
                            }
                            case "begin" -> {
                                while (!has(folder, "*.making")) {
                                    LockSupport.parkNanos(1_000_000);
                                }
                            }
                            case "watch" -> {
                                while (!has(folder, "*.making")) {
                                    LockSupport.parkNanos(1_000_000);
                                }
                                while (has(folder, "*.making")) {
                                    LockSupport.parkNanos(1_000_000);
                                }
                            }
                            case "hold" -> LockSupport.park();
                        }
                    }
                }
            }
            """;

    @TempDir
    private Path folder;

    private Path caches;
    private List<Path> classPath;

    @BeforeEach
    void makeJars() throws IOException {
        caches = folder.resolve("caches");
        var own = Files.createDirectory(folder.resolve("own"));
        classPath = new ArrayList<>();
        classPath.add(JavaCode.jar(own.resolve("core.jar"), JavaCode.locationOf(TaskQueue.class), Map.of()));
        classPath.add(JavaCode.jar(own.resolve("process.jar"), JavaCode.locationOf(ChildMain.class), Map.of()));
        classPath.add(program("A"));
    }

    @AfterEach
    void nothingThatMakesACacheIsLeft() {
        Processes.awaiting().until(() -> makers().isEmpty());
    }

    private Path program(String version) throws IOException {
        var classes = Files.createDirectories(folder.resolve("classes-" + version));
        JavaCode.compile(
                classes,
                "--class-path",
                classPath,
                Map.of("app/Main.java", PROGRAM.replace("version A", "version " + version)));
        Files.delete(classes.resolve("src/app/Main.java"));
        return JavaCode.jar(folder.resolve("program-" + version + ".jar"), classes, Map.of());
    }

    private List<String> arguments(String mode) {
        return List.of("-cp", JavaCode.joined(classPath), "app.Main", caches.toString(), folder.toString(), mode);
    }

    private Ending run(String mode) {
        try {
            return ParentJvm.run(folder, "java", arguments(mode), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The processes that make caches in folders of this test.
    private List<ProcessHandle> makers() {
        return ProcessHandle.allProcesses()
                .filter(process -> Stream.of(process.info().arguments().orElse(new String[0]))
                        .anyMatch(argument -> argument.contains("AOTCacheOutput=" + caches)))
                .toList();
    }

    private List<Path> listed(String pattern) throws IOException {
        List<Path> found = new ArrayList<>();
        try (var files = Files.newDirectoryStream(caches, pattern)) {
            files.forEach(found::add);
        }
        return found;
    }

    private Path theCache() throws IOException {
        var made = listed("*.aot");
        assertThat(made).hasSize(1);
        return made.getFirst();
    }

    private void forgetWhatWasLoaded() throws IOException {
        try (var logs = Files.newDirectoryStream(folder, "loaded-*.txt")) {
            for (var log : logs) {
                Files.delete(log);
            }
        }
    }

    private boolean hasLoadedFromCache() throws IOException {
        try (var logs = Files.newDirectoryStream(folder, "loaded-*.txt")) {
            for (var log : logs) {
                if (Files.readString(log, StandardCharsets.ISO_8859_1)
                        .contains(ChildMain.class.getName() + " source: shared objects file")) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    @Guarantee("6.11.6")
    void aCacheIsMadeOnceAndTheNextProgramStartsItsChildrenFromIt() throws IOException {
        assertThat(run("make").output()).isEqualTo("version A, cached false\n");
        var made = theCache();

        forgetWhatWasLoaded(); // who made the cache had it, too
        assertThat(run("run").output()).isEqualTo("version A, cached true\n");
        assertThat(hasLoadedFromCache()).isTrue();
        assertThat(listed("*")).containsExactly(made);
    }

    @Test
    @Guarantee("6.11.6")
    void aJarThatWasRebuiltIsNotRunFromTheCache() throws IOException {
        run("make");
        var jar = classPath.getLast();
        var time = Files.getLastModifiedTime(jar);
        long size = Files.size(jar);
        String version = null;
        for (char each = 'B'; each <= 'Z' && version == null; each++) { // one that compresses as well as the first
            var rebuilt = program(String.valueOf(each));
            if (Files.size(rebuilt) == size) {
                version = String.valueOf(each);
                Files.write(jar, Files.readAllBytes(rebuilt));
            }
        }
        assertThat(version).isNotNull();
        Files.setLastModifiedTime(jar, time); // what the JDK looks at is the same

        assertThat(run("run").output()).isEqualTo("version " + version + ", cached false\n");
    }

    @Test
    @Guarantee("6.11.6")
    void whatIsMadeWhileAJarIsRebuiltIsThrownAway() throws IOException {
        var rebuilt = program("B");
        var watching = CompletableFuture.supplyAsync(() -> run("watch"));
        Processes.awaiting().until(() -> !makers().isEmpty());
        Files.move(rebuilt, classPath.getLast(), StandardCopyOption.REPLACE_EXISTING);

        assertThat(watching.join().output())
                .startsWith("version A, cached false\n")
                .containsOnlyOnce("the children of queue aot start without an AOT cache, since it cannot be made");
        assertThat(listed("*")).isEmpty();
    }

    @Test
    @Guarantee("6.11.7")
    void aCacheThatWasDamagedIsMadeAnew() throws IOException {
        run("make");
        var made = theCache();
        byte[] bytes = Files.readAllBytes(made);
        for (int i = bytes.length / 2; i < bytes.length; i += 4096) {
            bytes[i] ^= 0x55;
        }
        Files.write(made, bytes);

        assertThat(run("make").output()).isEqualTo("version A, cached false\n");
        assertThat(run("run").output()).isEqualTo("version A, cached true\n");
    }

    @Test
    @Guarantee("6.11.7")
    void aCacheThatTheJdkRefusesIsPassedOverInSilence() throws IOException {
        run("make");
        var made = theCache();
        String name = made.getFileName().toString();
        String key = name.substring(0, name.indexOf('.'));
        Files.delete(made);
        var garbage = Files.writeString(caches.resolve("garbage"), "made by another JDK, say");
        Files.move(garbage, caches.resolve(key + "." + AotKey.checksumOf(garbage) + ".aot"));

        assertThat(run("run").output()).isEqualTo("version A, cached true\n"); // it was told of it, no more
    }

    @Test
    @Guarantee("6.11.7")
    void whereTheFolderCannotBeMadeChildrenStartWithoutAndAWarningSaysWhy() throws IOException {
        caches = Files.writeString(folder.resolve("file"), "").resolve("caches");

        assertThat(run("run").output())
                .contains("version A, cached false\n")
                .containsOnlyOnce("the children of queue aot start without an AOT cache, since it cannot be looked for")
                .contains(caches.toString());
    }

    @Test
    @Guarantee("6.11.7")
    void classesInAFolderAreNotCachedAndAWarningSaysSo() {
        classPath.set(classPath.size() - 1, folder.resolve("classes-A"));

        assertThat(run("run").output())
                .contains("version A, cached false\n")
                .containsOnlyOnce("start without an AOT cache, since the class path has a folder of classes, "
                        + classPath.getLast());
    }

    @Test
    @Guarantee("6.11.7")
    void twoProgramsAtOnceMakeOneCache() throws IOException {
        var other = CompletableFuture.supplyAsync(() -> run("make"));

        assertThat(run("make").output()).startsWith("version A, cached ").hasLineCount(1);
        assertThat(other.join().output()).startsWith("version A, cached ").hasLineCount(1);
        theCache();
        assertThat(listed("*.making")).isEmpty();
    }

    @Test
    @Guarantee("6.11.7")
    void aQueueThatClosesEndsTheMakingAndLeavesNothing() throws IOException {
        assertThat(run("begin").output()).isEqualTo("version A, cached false\n");

        assertThat(makers()).isEmpty();
        assertThat(listed("*.making")).isEmpty();
    }

    @Test
    @Guarantee("6.11.7")
    void whatAProgramLeftThatWasKilledWhileItMadeACacheIsTakenOver() throws Exception {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
        command.addAll(arguments("hold"));
        var program = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Processes.awaiting().until(() -> !makers().isEmpty());
        program.destroyForcibly().waitFor();
        Processes.awaiting().until(() -> makers().isEmpty());
        var left = listed("*.making");
        assertThat(left).hasSize(1);
        Files.setLastModifiedTime(left.getFirst(), FileTime.from(Instant.now().minus(Duration.ofMinutes(6))));

        assertThat(run("make").output()).isEqualTo("version A, cached false\n");
        assertThat(listed("*")).containsExactly(theCache());
    }
}
