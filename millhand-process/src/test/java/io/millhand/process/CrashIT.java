package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.Attempt;
import io.millhand.CrashReport;
import io.millhand.Outcome;
import io.millhand.RetryPolicy;
import io.millhand.SerializableCallable;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.WorkerStartException;
import io.millhand.testkit.Guarantee;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashIT {

    private static final Duration CEILING = Duration.ofSeconds(60);

    @Test
    @Guarantee("6.8.1")
    void tellsTheExitCodeThePidAndTheLastLinesOfAChildThatExits() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            long pid = queue.submit(() -> ProcessHandle.current().pid()).join();

            var report = crashOf(queue, () -> {
                System.err.println("first line");
                System.err.println("last line");
                System.exit(42);
                return null;
            });

            assertThat(report.exitCode()).hasValue(42);
            assertThat(report.signal()).isEmpty();
            assertThat(report.pid()).isEqualTo(pid);
            assertThat(report.stderrTail()).contains("first line").endsWith("last line");
            assertThat(report.worker()).isEqualTo("queue#1");
            assertThat(report.attempt()).isEqualTo(1);
        }
    }

    @Test
    @Guarantee("6.8.1")
    void tellsAHaltFromAKillAndAnAnnouncedExitFromBoth() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            var halted = crashOf(queue, () -> {
                Runtime.getRuntime().halt(7);
                return null;
            });
            var exitedWithTheCodeOfAKill = crashOf(queue, () -> {
                System.exit(137);
                return null;
            });
            var killed = crashOf(queue, () -> killMyself("KILL"));

            assertThat(halted.exitCode()).hasValue(7);
            assertThat(exitedWithTheCodeOfAKill.exitCode()).hasValue(137);
            assertThat(exitedWithTheCodeOfAKill.signal()).isEmpty();
            assertThat(killed.signal()).contains("SIGKILL");
        }
    }

    @Test
    @Guarantee("6.8.3")
    void tellsOfANativeCrashWithTheHeadOfTheReportAndLeavesNoFile() throws IOException {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            var report = crashOf(queue, () -> killMyself("SEGV"));

            assertThat(report.signal()).contains("SIGSEGV");
            assertThat(report.fatalError()).contains("SIGSEGV").contains("Problematic frame");
        }
        try (var files = Files.list(Path.of(""))) {
            assertThat(files.filter(file -> file.toString().startsWith("hs_err")))
                    .isEmpty();
        }
    }

    @Test
    @Guarantee("6.8.4")
    void tellsOfAHeapThatIsFull() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(64 << 20))) {
            var report = crashOf(queue, () -> {
                var hoard = new ArrayList<byte[]>();
                while (hoard.size() < Integer.MAX_VALUE) {
                    hoard.add(new byte[1 << 20]);
                }
                return hoard.size();
            });

            assertThat(report.exitCode()).hasValue(3);
            assertThat(report.stderrTail()).contains("java.lang.OutOfMemoryError: Java heap space");
        }
    }

    @Test
    @Guarantee("6.8.2")
    void harmsOnlyTheTaskThatWasRunning() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(2))) {
            var handles = new ArrayList<TaskHandle<Integer>>();
            for (int i = 0; i < 40; i++) {
                int number = i;
                handles.add(queue.submit(() -> number % 10 == 3 ? exit(number) : number));
            }

            for (int i = 0; i < handles.size(); i++) {
                var outcome = handles.get(i).outcome(CEILING).orElseThrow();
                if (i % 10 == 3) {
                    assertThat(outcome).isInstanceOf(Outcome.Crashed.class);
                } else {
                    assertThat(outcome).isEqualTo(new Outcome.Succeeded<>(i));
                }
            }
        }
    }

    @Test
    @Guarantee("5.4.1")
    void runsNothingASecondTimeUnlessToldTo(@TempDir Path folder) throws IOException {
        String marks = folder.toString();
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            assertThat(queue.submit(() -> markAndExit(marks)).outcome(CEILING)).isPresent();
            queue.submit(() -> 1).join();
        }

        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    @Guarantee("5.4.7")
    void quarantinesATaskThatCrashedTwoWorkers() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            var policy = RetryPolicy.exponential(10).withDelays(Duration.ZERO, Duration.ZERO);
            var handle = queue.submit(Task.of(() -> exit(1)).retry(policy));

            var outcome = handle.outcome(CEILING).orElseThrow();

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Crashed.class,
                            crashed ->
                                    assertThat(crashed.report().quarantined()).isTrue());
            assertThat(handle.attempts()).hasSize(2);
        }
    }

    @Test
    @Guarantee("6.8.5")
    void replacesAnIdleChildThatIsKilledFromOutside() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            long pid = queue.submit(() -> ProcessHandle.current().pid()).join();
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);

            var handle = queue.submit(() -> ProcessHandle.current().pid());

            assertThat(handle.outcome(CEILING).orElseThrow())
                    .isInstanceOfSatisfying(
                            Outcome.Succeeded.class,
                            succeeded -> assertThat(succeeded.value()).isNotEqualTo(pid));
            assertThat(handle.attempts()).hasSize(1);
        }
    }

    @Test
    @Guarantee({"5.5.4", "6.8.5"})
    void givesEveryTaskOneOutcomeWhileChildrenAreKilledFromOutside(@TempDir Path folder) throws IOException {
        String marks = folder.toString();
        var handles = new ArrayList<TaskHandle<Integer>>();
        try (var queue = TaskQueue.on(ProcessWorkers.of(2).heap(64 << 20))) {
            for (int i = 0; i < 400; i++) {
                int number = i;
                handles.add(queue.submit(() -> mark(marks, number)));
            }
            var random = new Random(42);
            while (!handles.getLast().isDone()) {
                // At any moment of a child's life, its start included; but never so often in a row that a worker finds
                // no child that starts, which is a failure by rule.
                var begun = attemptsByWorker(handles);
                for (int kills = 0; kills < 8 && !handles.getLast().isDone(); kills++) {
                    LockSupport.parkNanos(random.nextLong(300_000_000));
                    killOneOfTwo(random);
                }
                await().atMost(CEILING)
                        .until(() -> handles.getLast().isDone()
                                || Stream.of("queue#1", "queue#2")
                                        .allMatch(worker ->
                                                attemptsByWorker(handles).getOrDefault(worker, 0L)
                                                        > begun.getOrDefault(worker, 0L)));
            }
        }

        int crashed = 0;
        for (int i = 0; i < handles.size(); i++) {
            switch (handles.get(i).outcome()) {
                case Outcome.Succeeded<Integer>(var value) -> assertThat(value).isEqualTo(i);
                case Outcome.Crashed<Integer> _ -> crashed++;
                case Outcome.Failed<Integer> _, Outcome.TimedOut<Integer> _, Outcome.Cancelled<Integer> _ ->
                    assertThat(handles.get(i).outcome()).as("task %s", i).isNull();
            }
        }
        // mark() fails where its file is there already: no task ran twice. One that crashed may have run or not.
        try (var files = Files.list(folder)) {
            assertThat(files.count()).isBetween((long) handles.size() - crashed, (long) handles.size());
        }
    }

    private static Map<String, Long> attemptsByWorker(List<TaskHandle<Integer>> handles) {
        return handles.stream()
                .flatMap(handle -> handle.attempts().stream())
                .collect(Collectors.groupingBy(Attempt::worker, Collectors.counting()));
    }

    private static void killOneOfTwo(Random random) {
        ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .skip(random.nextInt(2))
                .findFirst()
                .ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    @Guarantee({"5.5.5", "6.8.6"})
    void failsTheQueuedTasksWithTheWordsOfAJvmThatDoesNotStart() {
        var broken = ProcessWorkers.of(2).jvmOptions(List.of("-XX:NoSuchOption"));
        try (var queue = TaskQueue.on(broken)) {
            var first = queue.submit(() -> 1);
            var second = queue.submit(() -> 2);

            for (var handle : List.of(first, second)) {
                assertThat(handle.outcome(CEILING).orElseThrow())
                        .isInstanceOfSatisfying(
                                Outcome.Failed.class,
                                failed -> assertThat(failed.cause())
                                        .isInstanceOf(WorkerStartException.class)
                                        .hasMessageContaining("NoSuchOption"));
                assertThat(handle.attempts()).isEmpty();
            }
        }
    }

    @Test
    @Guarantee("6.9.2")
    void killsWhatACrashedChildLeavesBehind() throws InterruptedException {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            // Where there is a setsid command, the group is led from birth; elsewhere soon after the first task.
            var sleeper = queue.submit(() -> groupIsLed() ? startSleeper() : -1L);
            while (sleeper.join() < 0) {
                sleeper = queue.submit(() -> groupIsLed() ? startSleeper() : -1L);
            }
            assertThat(queue.submit(() -> exit(1)).outcome(CEILING)).isPresent();

            assertThat(Orphans.awaitGone(List.of(sleeper.join()), CEILING)).isTrue();
        }
    }

    private static boolean groupIsLed() throws IOException {
        var stat = Files.readString(Path.of("/proc/self/stat")).split(" ", -1);
        return stat[0].equals(stat[4]);
    }

    private static long startSleeper() throws IOException {
        return new ProcessBuilder("sleep", "600").start().pid();
    }

    private static int exit(int code) {
        System.exit(code);
        return code;
    }

    private static int mark(String folder, int number) throws IOException {
        Files.createFile(Path.of(folder, Integer.toString(number)));
        LockSupport.parkNanos(10_000_000);
        return number;
    }

    private static int markAndExit(String folder) throws IOException {
        Files.createTempFile(Path.of(folder), "run", "");
        return exit(1);
    }

    private static @Nullable Object killMyself(String signal) throws IOException, InterruptedException {
        long pid = ProcessHandle.current().pid();
        new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
        new CountDownLatch(1).await();
        return null;
    }

    private static CrashReport crashOf(TaskQueue queue, SerializableCallable<?> call) {
        var outcome = queue.submit(call).outcome(CEILING).orElseThrow();
        assertThat(outcome).isInstanceOf(Outcome.Crashed.class);
        assertThat(queue.submit(() -> "next").join()).isEqualTo("next");
        return ((Outcome.Crashed<?>) outcome).report();
    }

    private static void hold(CountDownLatch release) {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Guarantee("6.8.5")
    void tellsOfADeathAlthoughTheCommonPoolIsHeldUp() throws Exception {
        var release = new CountDownLatch(1);
        var held = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) {
            held.add(CompletableFuture.runAsync(() -> hold(release)));
        }
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            var crash = queue.submit(() -> {
                Runtime.getRuntime().halt(3);
                return 0;
            });
            assertThat(crash.outcome(CEILING)).get().isInstanceOf(Outcome.Crashed.class);
        } finally {
            release.countDown();
            CompletableFuture.allOf(held.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        }
    }
}
