package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millhand.CrashReport;
import io.millhand.MemoryCause;
import io.millhand.Outcome;
import io.millhand.SerializableCallable;
import io.millhand.TaskContext;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What crash reports say of memory, and where crashes are kept.
class CrashReportIT {

    private static final Duration CEILING = Duration.ofSeconds(60);
    /// Held by the class, as a cache would be.
    private static final List<ByteBuffer> HOARD = new ArrayList<>();

    private static final ProcessWorkers SMALL = ProcessWorkers.of(1).heap(64 << 20);

    @Test
    @Guarantee("6.8.7")
    void tellsAHeapThatIsFull() {
        var report = crashOf(SMALL, CrashReportIT::fillTheHeap);

        assertThat(report.memory()).isEqualTo(MemoryCause.HEAP);
        assertThat(report.summary()).isEqualTo("ran out of heap memory, exited with code 3");
        assertThat(report.jvmOptions()).contains("-Xmx67108864");
        assertThat(report.folder()).isEmpty();
        assertThat(report.folderProblem()).isEmpty();
    }

    @Test
    @Guarantee("6.8.7")
    void tellsAnArrayThatIsTooLarge() {
        assertThat(crashOf(SMALL, () -> new long[Integer.MAX_VALUE].length).memory())
                .isEqualTo(MemoryCause.HEAP);
    }

    @Test
    @Guarantee("6.8.7")
    void tellsAMetaspaceThatIsFull() {
        var workers = SMALL.jvmOptions(List.of("-XX:MaxMetaspaceSize=24m"));

        assertThat(crashOf(workers, CrashReportIT::fillTheMetaspace).memory()).isEqualTo(MemoryCause.METASPACE);
    }

    @Test
    @Guarantee("6.8.7")
    void tellsAnExitAKillAndANativeCrashFromAllOfThat() {
        assertThat(crashOf(SMALL, () -> exit(3)).memory()).isEqualTo(MemoryCause.NONE);
        assertThat(crashOf(SMALL, () -> killMyself("KILL")).memory()).isEqualTo(MemoryCause.NONE);
        assertThat(crashOf(SMALL, () -> killMyself("SEGV")).memory()).isEqualTo(MemoryCause.NONE);
    }

    /// Direct memory is managed by Java code, which throws: nothing of the JVM is at its end.
    @Test
    @Guarantee("6.8.8")
    void failsATaskWhoseDirectMemoryIsFull() {
        try (var queue = TaskQueue.on(SMALL.jvmOptions(List.of("-XX:MaxDirectMemorySize=8m")))) {
            long pid = queue.submit(CrashReportIT::pid).join();
            var outcome = queue.submit(() -> fillTheDirectMemory(1 << 20)).outcome(CEILING);

            assertThat(outcome.orElseThrow())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(OutOfMemoryError.class)
                                    .hasMessageContaining("direct buffer memory"));
            assertThat(queue.submit(CrashReportIT::pid).join()).isNotEqualTo(pid);
        }
    }

    /// Sockets write through direct memory, too: the answer may get through or not.
    @Test
    @Guarantee({"6.8.7", "6.8.8"})
    void tellsOfDirectMemoryThatIsFullToTheLastByte() {
        try (var queue = TaskQueue.on(SMALL.jvmOptions(List.of("-XX:MaxDirectMemorySize=8m")))) {
            var outcome =
                    queue.submit(() -> fillTheDirectMemory(1)).outcome(CEILING).orElseThrow();

            switch (outcome) {
                case Outcome.Failed<?>(var cause) -> assertThat(cause).hasMessageContaining("direct buffer memory");
                case Outcome.Crashed<?>(var report) ->
                    assertThat(report.memory()).isEqualTo(MemoryCause.DIRECT);
                case Outcome.Succeeded<?> _, Outcome.TimedOut<?> _, Outcome.Cancelled<?> _ ->
                    assertThat(outcome).isNull();
            }
            assertThat(queue.submit(() -> "next").join()).isEqualTo("next");
        }
    }

    @Test
    @Guarantee("6.8.8")
    void throwsWhatIsExhaustedWhereTheUserWantsIt() {
        try (var queue = TaskQueue.on(SMALL.jvmOptions(List.of("-XX:-ExitOnOutOfMemoryError")))) {
            long pid = queue.submit(CrashReportIT::pid).join();
            var outcome = queue.submit(CrashReportIT::fillTheHeap).outcome(CEILING);

            assertThat(outcome.orElseThrow())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(OutOfMemoryError.class)
                                    .hasMessage("Java heap space"));
            assertThat(queue.submit(CrashReportIT::pid).join()).isNotEqualTo(pid);
        }
    }

    @Test
    @Guarantee("6.8.8")
    void replacesAChildWhoseTaskWrapsTheErrorOfItsFullMemory() {
        try (var queue = TaskQueue.on(SMALL.jvmOptions(List.of("-XX:-ExitOnOutOfMemoryError")))) {
            long pid = queue.submit(CrashReportIT::pid).join();
            var outcome = queue.submit(CrashReportIT::fillTheHeapAndWrap).outcome(CEILING);

            assertThat(outcome.orElseThrow())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause()).hasRootCauseInstanceOf(OutOfMemoryError.class));
            assertThat(queue.submit(CrashReportIT::pid).join()).isNotEqualTo(pid);
        }
    }

    /// Needs a machine that lets us make control groups, as a container run by root may.
    @Test
    @Guarantee("6.8.7")
    void tellsAContainerThatIsFull() throws IOException {
        var group = ownGroup();
        try {
            assumeThat(made(group)).as("may make control groups").isTrue();
            Files.writeString(group.resolve("memory.limit_in_bytes"), Long.toString(160 << 20));
            var workers = ProcessWorkers.of(1)
                    .heap(1L << 30)
                    .jvm(ChildJvm.defaults()
                            .heap(1L << 30)
                            .launcher(List.of(
                                    "/bin/sh", "-c", "echo $$ > " + group + "/cgroup.procs && exec \"$@\"", "sh")));

            var report = crashOf(workers, CrashReportIT::fillTheHeap);

            assertThat(report.signal()).contains("SIGKILL");
            assertThat(report.memory()).isEqualTo(MemoryCause.CONTAINER);
        } finally {
            var _ = group.toFile().delete();
        }
    }

    private static Path ownGroup() throws IOException {
        var own = Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                .filter(line -> line.contains(":memory:"))
                .map(line -> line.substring(line.lastIndexOf(':') + 2))
                .findFirst()
                .orElse("");
        return Path.of(
                "/sys/fs/cgroup/memory",
                own,
                "millhand-" + ProcessHandle.current().pid());
    }

    private static boolean made(Path group) {
        var parent = Objects.requireNonNull(group.getParent());
        return Files.exists(parent.resolve("memory.limit_in_bytes"))
                && group.toFile().mkdir();
    }

    @Test
    @Guarantee({"6.8.3", "6.8.9"})
    void keepsANativeCrashWithTheWholeReportOfTheJvm(@TempDir Path root) throws IOException {
        var report = crashOf(keeping(root), () -> killMyself("SEGV"));

        var folder = report.folder().orElseThrow();
        assertThat(folder).hasParent(root);
        assertThat(report.signal()).contains("SIGSEGV");
        assertThat(report.fatalError()).contains("SIGSEGV");
        assertThat(folder.resolve("hs_err.log")).content().contains("SIGSEGV", "END.");
        assertThat(folder.resolve("report.txt")).content().contains("killed by SIGSEGV");
        try (var files = Files.list(root)) {
            assertThat(files).containsExactly(folder);
        }
    }

    @Test
    @Guarantee("6.8.10")
    void runsATaskAgainThatCrashed(@TempDir Path root) throws IOException {
        int code = 41;
        var report = crashOf(keeping(root).jvmOptions(List.of("-Dextra=1")), () -> exitWith(code));

        var replay = Replay.of(report.folder().orElseThrow());

        assertThat(replay.taskName()).isNotEmpty();
        for (int i = 0; i < 2; i++) {
            assertThat(replay.run()).isInstanceOfSatisfying(Outcome.Crashed.class, crashed -> {
                assertThat(crashed.report().exitCode()).hasValue(42);
                assertThat(crashed.report().jvmOptions()).contains("-Xmx67108864", "-Dextra=1");
            });
        }
    }

    @Test
    @Guarantee("6.8.10")
    void preparesTheChildAsThen(@TempDir Path root) throws IOException {
        var workers = keeping(root).setup(ChildSetup.of(() -> new int[] {17}));
        var report = crashOf(workers, () -> exit(TaskContext.current().state(int[].class)[0]));

        assertThat(Replay.of(report.folder().orElseThrow()).run())
                .isInstanceOfSatisfying(
                        Outcome.Crashed.class,
                        crashed -> assertThat(crashed.report().exitCode()).hasValue(17));
    }

    /// What went wrong the first time may not go wrong again.
    @Test
    @Guarantee("6.8.10")
    void tellsTheResultWhereATaskDoesNotCrashAgain(@TempDir Path root, @TempDir Path marks) throws IOException {
        String mark = marks.resolve("mark").toString();
        var report = crashOf(keeping(root), () -> crashOnce(mark));

        assertThat(Replay.of(report.folder().orElseThrow()).run()).isEqualTo(new Outcome.Succeeded<>("fine"));
    }

    private static ProcessWorkers keeping(Path root) {
        return SMALL.diagnosis(ChildDiagnosis.defaults().crashFolder(root));
    }

    private static long pid() {
        return ProcessHandle.current().pid();
    }

    private static int exitWith(int code) {
        return exit("1".equals(System.getProperty("extra")) ? code + 1 : 0);
    }

    private static String crashOnce(String mark) throws IOException {
        if (Files.notExists(Path.of(mark))) {
            Files.createFile(Path.of(mark));
            exit(1);
        }
        return "fine";
    }

    private static int fillTheHeapAndWrap() {
        try {
            return fillTheHeap();
        } catch (OutOfMemoryError e) {
            throw new IllegalStateException("the table cannot be built", e);
        }
    }

    private static int fillTheHeap() {
        var hoard = new ArrayList<byte[]>();
        while (hoard.size() < Integer.MAX_VALUE) {
            var block = new byte[1 << 20];
            java.util.Arrays.fill(block, (byte) 1);
            hoard.add(block);
        }
        return hoard.size();
    }

    /// @param least the size of the last pieces
    private static int fillTheDirectMemory(int least) {
        int size = 1 << 20;
        while (HOARD.size() < Integer.MAX_VALUE) {
            try {
                HOARD.add(ByteBuffer.allocateDirect(size));
            } catch (OutOfMemoryError e) {
                if (size <= least) {
                    throw e;
                }
                size /= 32; // each failure waits half a second for the collector
            }
        }
        return HOARD.size();
    }

    /// Defines one class again and again, each time in a loader of its own.
    private static int fillTheMetaspace() throws IOException {
        byte[] bytes;
        try (var stream = CrashReportIT.class.getResourceAsStream("CrashReportIT$Filler.class")) {
            bytes = Objects.requireNonNull(stream).readAllBytes();
        }
        var hoard = new ArrayList<Class<?>>();
        while (hoard.size() < Integer.MAX_VALUE) {
            hoard.add(new Definer().define(bytes));
        }
        return hoard.size();
    }

    static final class Filler {}

    private static final class Definer extends ClassLoader {
        Definer() {
            super(null);
        }

        Class<?> define(byte[] bytes) {
            return defineClass(null, bytes, 0, bytes.length);
        }
    }

    private static int exit(int code) {
        System.exit(code);
        return code;
    }

    private static int killMyself(String signal) throws IOException, InterruptedException {
        long pid = ProcessHandle.current().pid();
        new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
        new CountDownLatch(1).await();
        return 0;
    }

    private static CrashReport crashOf(ProcessWorkers workers, SerializableCallable<?> call) {
        try (var queue = TaskQueue.on(workers)) {
            var outcome = queue.submit(call).outcome(CEILING).orElseThrow();
            assertThat(outcome).isInstanceOf(Outcome.Crashed.class);
            assertThat(queue.submit(() -> "next").join()).isEqualTo("next");
            return ((Outcome.Crashed<?>) outcome).report();
        }
    }
}
