package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millhand.Outcome;
import io.millhand.SerializableCallable;
import io.millhand.Task;
import io.millhand.TaskContext;
import io.millhand.TaskCrashedException;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.WorkerStartException;
import io.millhand.testkit.Guarantee;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifeIT {

    private static final Duration CEILING = Duration.ofSeconds(60);

    private static final SerializableCallable<Long> PID =
            () -> ProcessHandle.current().pid();

    @Test
    @Guarantee("6.12.1")
    void givesEachAttemptAProcessOfItsOwn() {
        try (var queue = TaskQueue.on(small(1).freshPerTask())) {
            Set<Long> pids = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                pids.add(queue.submit(PID).join());
            }

            assertThat(pids).hasSize(4);
            await().atMost(CEILING).until(() -> ChildProcess.living().isEmpty());
        }
    }

    @Test
    @Guarantee("6.12.1")
    void startsNoMoreProcessesThanThereAreAttempts() {
        try (var queue = TaskQueue.on(small(2).slots(2).freshPerTask())) {
            List<TaskHandle<Long>> handles = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                handles.add(queue.submit(PID));
            }

            assertThat(handles.stream().map(TaskHandle::join).distinct()).hasSize(16);
            await().atMost(CEILING).until(() -> ChildProcess.living().isEmpty());
        }
    }

    @Test
    @Guarantee("6.11.1")
    void replacesAChildAfterExactlySoManyAttempts() {
        var workers =
                small(1).life(ChildLife.defaults().recycling(Recycling.never().afterTasks(3)));
        try (var queue = TaskQueue.on(workers)) {
            List<Long> pids = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                pids.add(queue.submit(PID).join());
            }

            assertThat(Set.copyOf(pids.subList(0, 3))).hasSize(1);
            assertThat(Set.copyOf(pids.subList(3, 6))).hasSize(1);
            assertThat(Set.copyOf(pids)).hasSize(3);
        }
    }

    @Test
    @Guarantee("6.11.1")
    void replacesAChildThatIsOldWithoutDisturbingWhatItRuns() {
        var recycling = Recycling.never().afterAge(Duration.ofMillis(1));
        try (var queue = TaskQueue.on(small(1).life(ChildLife.defaults().recycling(recycling)))) {
            long first = queue.submit(PID).join();
            await().atMost(CEILING).until(() -> queue.submit(PID).join() != first);

            assertThat(queue.submit(() -> {
                                var latch = new CountDownLatch(1);
                                return latch.await(2500, TimeUnit.MILLISECONDS); // over two looks at the children
                            })
                            .join())
                    .isFalse();
        }
    }

    @Test
    @Guarantee("6.11.1")
    void replacesAChildThatHasGrown() {
        var recycling = Recycling.never().aboveMemory(120 << 20);
        try (var queue = TaskQueue.on(
                ProcessWorkers.of(1).heap(256 << 20).life(ChildLife.defaults().recycling(recycling)))) {
            long first = queue.submit(PID).join();

            var grown = queue.submit(() -> {
                        var memory = new byte[100 << 20];
                        for (int i = 0; i < memory.length; i += 1024) {
                            memory[i] = 1;
                        }
                        return memory[1024] + 41;
                    })
                    .join();

            assertThat(grown).isEqualTo(42);
            await().atMost(CEILING).until(() -> queue.submit(PID).join() != first);
        }
    }

    @Test
    @Guarantee("6.11.2")
    void endsIdleChildrenDownToTheLeastNumber() {
        var life = ChildLife.defaults().least(1).idleLimit(Duration.ofMillis(200));
        try (var queue = TaskQueue.on(small(3).life(life))) {
            var pids = pidsOf(queue, 3);
            assertThat(pids).hasSize(3);

            await().atMost(CEILING).until(() -> living(pids) == 1);
            assertThat(queue.submit(() -> "still works").join()).isEqualTo("still works");
        }
    }

    @Test
    @Guarantee("6.11.2")
    void startsTheLeastNumberOfChildrenBeforeThereIsATask() {
        long before = Processes.childJvms().size();
        try (var queue = TaskQueue.on(small(3).life(ChildLife.defaults().least(2)))) {
            await().atMost(CEILING).until(() -> Processes.childJvms().size() == before + 2);
            assertThat(queue.submit(() -> 1).join()).isEqualTo(1);
        }
    }

    @Test
    @Guarantee("6.11.3")
    void putsASpareInThePlaceOfAChildThatDied() {
        long before = Processes.childJvms().size();
        try (var queue = TaskQueue.on(small(1).life(ChildLife.defaults().spares(1)))) {
            var _ = queue.submit(PID).join();
            var spares = awaitChildren(before + 2);
            var crash = queue.submit(() -> {
                Runtime.getRuntime().halt(3);
                return null;
            });
            assertThatThrownBy(crash::join).hasCauseInstanceOf(TaskCrashedException.class);

            assertThat(spares).contains(queue.submit(PID).join());
            awaitChildren(before + 2);
        }
    }

    private static List<Long> awaitChildren(long count) {
        await().atMost(CEILING).until(() -> Processes.childJvms().size() == count);
        return Processes.childJvms().stream().map(ProcessHandle::pid).toList();
    }

    @Test
    @Guarantee("6.11.4")
    void endsTheLargestIdleChildToKeepTheBudget() {
        var life = ChildLife.defaults().memoryBudget(1);
        try (var queue = TaskQueue.on(small(2).life(life.memoryBudget(1 << 20)))) {
            long first = queue.submit(PID).join();

            await().atMost(CEILING).until(() -> living(Set.of(first)) == 0);
        }
    }

    @Test
    @Guarantee("6.11.4")
    void killsTheLargestChildWhereNoneIsIdle() {
        try (var queue = TaskQueue.on(small(1).life(ChildLife.defaults().memoryBudget(1 << 20)))) {
            var running = queue.submit(LifeIT::sleepForEver);

            var outcome = running.outcome();
            assertThat(outcome).isInstanceOf(Outcome.Crashed.class);
            var report = ((Outcome.Crashed<?>) outcome).report();
            assertThat(report.toString()).contains("memory budget");
        }
    }

    @Test
    @Guarantee("6.13.1")
    void preparesEachChildOnceAndTearsItDown(@TempDir Path folder) {
        String path = folder.toString();
        var setup = ChildSetup.of(() -> {
                    Files.createFile(
                            Path.of(path, "up-" + ProcessHandle.current().pid()));
                    return new AtomicInteger(40);
                })
                .teardown(state -> touch(path, "down-" + state.get()));
        try (var queue = TaskQueue.on(small(1).setup(setup))) {
            for (int i = 41; i < 44; i++) {
                assertThat(queue.submit(() -> TaskContext.current()
                                        .state(AtomicInteger.class)
                                        .incrementAndGet())
                                .join())
                        .isEqualTo(i);
            }
        }

        assertThat(folder.toFile().list()).hasSize(2).contains("down-43");
    }

    private static void touch(String folder, String name) {
        try {
            Files.createFile(Path.of(folder, name));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    @Guarantee("6.13.1")
    void letsAnInitializerPrintMoreThanASocketHolds() {
        var setup = ChildSetup.of(() -> {
            for (int i = 0; i < 1_000; i++) {
                System.out.println("x".repeat(4_000));
            }
            return "ready";
        });
        try (var queue = TaskQueue.on(small(1).setup(setup))) {
            assertThat(queue.submit(() -> TaskContext.current().state(String.class))
                            .join())
                    .isEqualTo("ready");
        }
    }

    @Test
    @Guarantee("5.6.3")
    void tellsATaskThatItWasCancelledBeforeItsChildWasThere() {
        try (var queue = TaskQueue.on(small(1).life(ChildLife.defaults().startLimit(CEILING)))) {
            var handle = queue.submit(LifeIT::waitUntilCancelled);
            handle.cancel(false); // while the child starts

            assertThat(queue.submit(() -> 1).join()).isEqualTo(1); // the slot is free again
        }
    }

    private static int waitUntilCancelled() throws InterruptedException {
        while (!TaskContext.current().cancelled()) {
            if (new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS)) {
                return 1;
            }
        }
        return 0;
    }

    @Test
    @Guarantee("6.13.2")
    void tellsEveryWaitingTaskThatTheInitializerThrew() {
        var setup = ChildSetup.of(() -> {
            if (true) {
                throw new IllegalArgumentException("no model");
            }
            return "never";
        });
        try (var queue = TaskQueue.on(small(1).setup(setup))) {
            var first = queue.submit(() -> 1);
            var second = queue.submit(() -> 2);

            for (var each : List.of(first, second)) {
                assertThatThrownBy(each::join)
                        .hasCauseInstanceOf(WorkerStartException.class)
                        .hasStackTraceContaining("the initializer of worker queue#1 threw")
                        .hasStackTraceContaining("no model");
            }
        }
    }

    @Test
    @Guarantee("6.13.2")
    void endsAnInitializerThatHangs() {
        var setup = ChildSetup.of(() -> {
                    sleepForEver();
                    return "never";
                })
                .limit(Duration.ofMillis(300));
        try (var queue = TaskQueue.on(small(1).setup(setup))) {
            assertThatThrownBy(() -> queue.submit(() -> 1).join())
                    .hasStackTraceContaining("the initializer of worker queue#1 did not end within 300 ms");
        }
    }

    @Test
    @Guarantee("6.13.2")
    void reportsAChildThatDiesInItsInitializer() {
        var setup = ChildSetup.of(() -> {
            System.err.println("cannot go on");
            System.exit(3);
            return "never";
        });
        try (var queue = TaskQueue.on(small(1).setup(setup))) {
            assertThatThrownBy(() -> queue.submit(() -> 1).join())
                    .hasCauseInstanceOf(WorkerStartException.class)
                    .hasStackTraceContaining("exited with code 3")
                    .hasStackTraceContaining("cannot go on");
        }
    }

    @Test
    @Guarantee("6.13.1")
    void saysThatThereIsNoStateWithoutAnInitializer() {
        try (var queue = TaskQueue.on(small(1))) {
            assertThatThrownBy(() -> queue.submit(() -> TaskContext.current().state(String.class))
                            .join())
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .hasStackTraceContaining("worker queue#1 has no state");
        }
    }

    @Test
    @Guarantee("6.12.2")
    void runsSeveralAttemptsInOneChild() {
        try (var queue = TaskQueue.on(small(1).slots(3))) {
            // Each waits for the other two, which only works when they run at the same time in one JVM.
            SerializableCallable<Long> meet = () -> {
                Meeting.ARRIVED.countDown();
                assertThat(Meeting.ARRIVED.await(60, TimeUnit.SECONDS)).isTrue();
                return ProcessHandle.current().pid();
            };
            var handles = List.of(queue.submit(meet), queue.submit(meet), queue.submit(meet));

            assertThat(handles.stream().map(TaskHandle::join).distinct()).hasSize(1);
        }
    }

    private static final class Meeting {
        static final CountDownLatch ARRIVED = new CountDownLatch(3);
    }

    @Test
    @Guarantee("6.12.2")
    void interruptsAnAttemptThatSharesItsChild() {
        try (var queue = TaskQueue.on(small(1).slots(2))) {
            long pid = queue.submit(PID).join();
            var sleeper = queue.submit(Task.of((SerializableCallable<Integer>) LifeIT::sleepForEver)
                    .timeout(Duration.ofMillis(200)));

            assertThat(sleeper.outcome()).isInstanceOf(Outcome.TimedOut.class);
            assertThat(queue.submit(PID).join()).isEqualTo(pid);
        }
    }

    /// Both slots are taken by what is cancelled as soon as it is sent, so that the third task waits for its end.
    @Test
    @Guarantee("6.12.2")
    void interruptsAnAttemptThatIsCancelledBeforeItsThreadRuns() {
        try (var queue = TaskQueue.on(small(1).slots(2))) {
            long pid = queue.submit(PID).join();
            for (int i = 0; i < 20; i++) {
                var first = queue.submit(LifeIT::sleepForEver);
                var second = queue.submit(LifeIT::sleepForEver);
                assertThat(first.cancel(true)).isTrue();
                assertThat(second.cancel(true)).isTrue();

                assertThat(queue.submit(PID).join()).isEqualTo(pid);
            }
        }
    }

    @Test
    @Guarantee("6.12.2")
    void killsTheChildOfAnAttemptThatIgnoresItsInterruptAndTellsTheOthersWhy() {
        try (var queue = TaskQueue.on(small(1).slots(2))) {
            var bystander = queue.submit(LifeIT::sleepForEver);
            var spinner = queue.submit(
                    Task.of((SerializableCallable<Long>) Loops::nested).timeout(Duration.ofMillis(200)));

            assertThat(spinner.outcome()).isInstanceOf(Outcome.TimedOut.class);
            assertThat(bystander.outcome()).isInstanceOf(Outcome.Crashed.class);
            assertThat(((Outcome.Crashed<?>) bystander.outcome()).report().toString())
                    .contains("killed to end attempt 1 of task " + spinner.id());
        }
    }

    @Test
    @Guarantee("6.12.4")
    void refusesAPoolInsideATaskUnlessItIsAllowed() {
        SerializableCallable<Integer> nested = () -> {
            try (var inner = TaskQueue.on(small(1))) {
                return inner.submit(() -> 42).join();
            }
        };
        try (var queue = TaskQueue.on(small(1))) {
            assertThatThrownBy(() -> queue.submit(nested).join())
                    .hasCauseInstanceOf(IllegalStateException.class)
                    .hasStackTraceContaining("ChildLife.nesting(true)");
        }
        try (var queue = TaskQueue.on(small(1).life(ChildLife.defaults().nesting(true)))) {
            assertThat(queue.submit(nested).join()).isEqualTo(42);
        }
    }

    private static ProcessWorkers small(int workers) {
        return ProcessWorkers.of(workers).heap(64 << 20);
    }

    /// Of so many children that work at the same time.
    private static Set<Long> pidsOf(TaskQueue queue, int count) {
        List<TaskHandle<Long>> handles = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            handles.add(queue.submit(() -> {
                assertThat(new CountDownLatch(1).await(1, TimeUnit.SECONDS)).isFalse();
                return ProcessHandle.current().pid();
            }));
        }
        Set<Long> pids = new HashSet<>();
        handles.forEach(handle -> pids.add(handle.join()));
        return pids;
    }

    private static long living(Set<Long> pids) {
        return pids.stream()
                .filter(pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
                .count();
    }

    private static int sleepForEver() throws InterruptedException {
        new CountDownLatch(1).await();
        return 0;
    }
}
