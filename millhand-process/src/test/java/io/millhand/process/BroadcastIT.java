package io.millhand.process;

import static io.millhand.process.Processes.CEILING;
import static io.millhand.process.Processes.awaiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.Broadcast;
import io.millhand.NotTransferableException;
import io.millhand.Outcome;
import io.millhand.SerializableCallable;
import io.millhand.Task;
import io.millhand.TaskContext;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.WorkerStartException;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class BroadcastIT {

    /// In each child.
    private static final List<String> SEEN = new CopyOnWriteArrayList<>();

    private static final AtomicInteger INSIDE = new AtomicInteger();

    private static final SerializableCallable<Long> PID =
            () -> ProcessHandle.current().pid();

    @Test
    @Guarantee("5.8.1")
    void reachesEveryChildThatLives() throws Exception {
        try (var queue = TaskQueue.on(small(2))) {
            var pids = pidsOf(queue, 2);

            var told = new HashSet<Long>();
            for (var outcome : outcomes(queue.broadcast(PID))) {
                told.add(((Outcome.Succeeded<Long>) outcome).value());
            }
            assertThat(told).isEqualTo(pids).hasSize(2);
        }
    }

    @Test
    @Guarantee({"5.8.1", "5.8.4"})
    void answersNothingWhereNoChildLivesAndIsInTheFirstOneBeforeItsFirstTask() throws Exception {
        try (var queue = TaskQueue.on(small(1))) {
            assertThat(outcomes(queue.broadcast(() -> see("a")))).isEmpty();
            assertThat(outcomes(queue.broadcast(() -> see("b")))).isEmpty();

            assertThat(queue.submit(() -> seen()).join()).containsExactly("a", "b");
        }
    }

    @Test
    @Guarantee({"5.8.3", "5.8.4"})
    void isReplayedInOrderAfterAKillAndAfterARecycling() throws Exception {
        var workers =
                small(1).life(ChildLife.defaults().recycling(Recycling.never().afterTasks(2)));
        try (var queue = TaskQueue.on(workers)) {
            long pid = queue.submit(PID).join();
            outcomes(queue.broadcast(() -> see("a")));
            outcomes(queue.broadcast(() -> see("b")));
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            awaiting().until(() -> queue.submit(PID).join() != pid);

            for (int i = 0; i < 5; i++) {
                assertThat(queue.submit(() -> seen()).join()).containsExactly("a", "b");
            }
        }
    }

    @Test
    @Guarantee({"5.8.1", "5.8.4"})
    void isInASpareOnce() throws Exception {
        try (var queue =
                TaskQueue.on(small(1).life(ChildLife.defaults().least(1).spares(1)))) {
            outcomes(queue.broadcast(() -> see("early")));
            awaiting()
                    .until(() -> outcomes(queue.broadcast(Broadcast.of(PID).ephemeral()))
                                    .size()
                            == 2);
            outcomes(queue.broadcast(() -> see("late")));

            long pid = queue.submit(PID).join();
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            awaiting().until(() -> queue.submit(PID).join() != pid);
            assertThat(queue.submit(() -> seen()).join()).containsExactly("early", "late");
        }
    }

    @Test
    @Guarantee("5.8.5")
    void remembersTheLastOneOfAKeyAndNothingEphemeral() throws Exception {
        try (var queue = TaskQueue.on(small(1).freshPerTask())) {
            outcomes(queue.broadcast(Broadcast.of(() -> see("first")).key("k")));
            outcomes(queue.broadcast(() -> see("other")));
            outcomes(queue.broadcast(Broadcast.of(() -> see("last")).key("k")));
            outcomes(queue.broadcast(Broadcast.of(() -> see("passing")).ephemeral()));

            for (int i = 0; i < 2; i++) {
                assertThat(queue.submit(() -> seen()).join()).containsExactly("other", "last");
            }
        }
    }

    @Test
    @Guarantee("5.8.4")
    void aReplayThatThrowsIsAFailedStart() throws Exception {
        try (var queue = TaskQueue.on(small(1))) {
            outcomes(queue.broadcast(Broadcast.of(() -> fail()).named("lists")));

            assertThat(queue.submit(PID).outcome(CEILING))
                    .hasValueSatisfying(outcome -> assertThat(outcome)
                            .isInstanceOfSatisfying(
                                    Outcome.Failed.class,
                                    failed -> assertThat(failed.cause())
                                            .isInstanceOf(WorkerStartException.class)
                                            .hasMessageContaining("the broadcast 'lists'")
                                            .hasMessageContaining("no list")));
        }
    }

    @Test
    @Guarantee("5.8.4")
    void aReplayThatHangsOrExitsIsAFailedStartUntilItsKeyIsReplaced() throws Exception {
        try (var queue = TaskQueue.on(small(1))) {
            var hung = Broadcast.of(() -> sleepForEver()).key("k").timeout(Duration.ofMillis(100));
            outcomes(queue.broadcast(hung.named("hung")));
            assertThat(queue.submit(PID).outcome(CEILING).orElseThrow().toString())
                    .contains("the broadcast 'hung'", "did not end within 100 ms");

            outcomes(queue.broadcast(
                    Broadcast.of(() -> Runtime.getRuntime().halt(7)).key("k").named("halting")));
            assertThat(queue.submit(PID).outcome(CEILING).orElseThrow().toString())
                    .contains("died in the broadcast 'halting'", "exited with code 7");

            outcomes(queue.broadcast(Broadcast.of(() -> see("good")).key("k")));
            assertThat(queue.submit(() -> seen()).join()).containsExactly("good");
        }
    }

    @Test
    @Guarantee("5.8.2")
    void neverRunsBesideAnAttempt() throws Exception {
        try (var queue = TaskQueue.on(small(1).slots(2))) {
            List<TaskHandle<Integer>> tasks = new ArrayList<>();
            List<CompletableFuture<List<Outcome<Integer>>>> broadcasts = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                tasks.add(queue.submit(() -> enterAndLeave(1, 1000)));
                if (i % 20 == 10) {
                    broadcasts.add(queue.broadcast(
                            Broadcast.of(() -> enterAndLeave(1000, 1)).ephemeral()));
                    tasks.get(i - 10).join(); // so that it meets tasks that run
                }
            }
            for (var task : tasks) {
                assertThat(task.outcome(CEILING).orElseThrow())
                        .isInstanceOfSatisfying(
                                Outcome.Succeeded.class,
                                succeeded ->
                                        assertThat((Integer) succeeded.value()).isLessThan(1000));
            }
            int met = 0;
            for (var broadcast : broadcasts) {
                for (var outcome : outcomes(broadcast)) {
                    assertThat(outcome).isEqualTo(new Outcome.Succeeded<>(1000));
                    met++;
                }
            }
            assertThat(met).isPositive();
        }
    }

    @Test
    @Guarantee("5.8.2")
    void comesToABusyChildBeforeItsNextTaskHoweverManyAreQueued(@TempDir Path folder) throws Exception {
        var release = folder.resolve("release").toFile();
        try (var queue = TaskQueue.on(small(1))) {
            queue.submit(PID).join();
            var busy = queue.submit(() -> awaitAndSee(release));
            List<TaskHandle<List<String>>> next = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                next.add(queue.submit(() -> seen()));
            }
            var broadcast = queue.broadcast(() -> see("broadcast"));
            assertThat(release.createNewFile()).isTrue();

            assertThat(busy.join()).isEmpty();
            assertThat(outcomes(broadcast)).hasSize(1);
            for (var each : next) {
                assertThat(each.join()).containsExactly("broadcast");
            }
        }
    }

    @Test
    @Guarantee("5.8.2")
    void isRunByAChildThatLeavesAfterItsTask(@TempDir Path folder) throws Exception {
        var release = folder.resolve("release").toFile();
        var begun = folder.resolve("begun").toFile();
        try (var queue = TaskQueue.on(small(1).freshPerTask())) {
            var busy = queue.submit(() -> {
                assertThat(begun.createNewFile()).isTrue();
                return awaitAndSee(release);
            });
            awaiting().until(begun::exists);
            var first = queue.broadcast(() -> see("first"));
            var second = queue.broadcast(() -> see("second"));
            assertThat(release.createNewFile()).isTrue();

            assertThat(busy.join()).isEmpty();
            assertThat(outcomes(first)).containsExactly(new Outcome.Succeeded<>(1));
            assertThat(outcomes(second)).containsExactly(new Outcome.Succeeded<>(2));
        }
    }

    @Test
    @Guarantee("5.8.6")
    void killsAChildThatHangsInItAndLosesNoAttempt() throws Exception {
        try (var queue = TaskQueue.on(small(1))) {
            long pid = queue.submit(PID).join();
            var hung = Broadcast.of(() -> sleepForEver()).ephemeral().timeout(Duration.ofMillis(300));
            var broadcast = queue.broadcast(hung);
            var next = queue.submit(PID);

            assertThat(outcomes(broadcast))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Outcome.TimedOut.class,
                            // By best effort: on a machine that is too busy it may be missing, but not be another.
                            timedOut -> assertThat(timedOut.expiry().stack()).containsPattern("^$|sleepForEver"));
            assertThat(next.join()).isNotEqualTo(pid);
            assertThat(next.attempts()).hasSize(1);
        }
    }

    @Test
    @Guarantee("5.8.6")
    void tellsACrashInItAndLosesNoAttempt() throws Exception {
        try (var queue = TaskQueue.on(small(1).life(ChildLife.defaults().least(1)))) {
            // Also of a child that has run no task yet.
            awaiting()
                    .until(() -> !outcomes(queue.broadcast(Broadcast.of(PID).ephemeral()))
                            .isEmpty());
            var broadcast = queue.broadcast(
                    Broadcast.of(() -> Runtime.getRuntime().halt(7)).ephemeral());
            var next = queue.submit(PID);

            assertThat(outcomes(broadcast)).singleElement().isInstanceOfSatisfying(Outcome.Crashed.class, crashed -> {
                assertThat(crashed.report().exitCode()).hasValue(7);
                assertThat(crashed.report().toString()).contains("while it had broadcast");
            });
            assertThat(next.outcome(CEILING).orElseThrow()).isInstanceOf(Outcome.Succeeded.class);
            assertThat(next.attempts()).hasSize(1);
        }
    }

    @Test
    @Guarantee("5.8.2")
    void isNotDisturbedByTheCancelOfATaskThatWaitsForIt(@TempDir Path folder) throws Exception {
        var release = folder.resolve("release").toFile();
        try (var queue = TaskQueue.on(small(1))) {
            long pid = queue.submit(PID).join();
            var broadcast =
                    queue.broadcast(Broadcast.of(() -> awaitAndSee(release)).ephemeral());
            var waiting = queue.submit(() -> see("never"));
            assertThat(waiting.cancel(true)).isTrue();
            assertThat(release.createNewFile()).isTrue();

            assertThat(outcomes(broadcast)).containsExactly(new Outcome.Succeeded<>(new ArrayList<>()));
            assertThat(queue.submit(PID).join()).isEqualTo(pid);
            assertThat(queue.submit(() -> seen()).join()).isEmpty();
        }
    }

    @Test
    @Guarantee("6.11.1")
    void letsAChildLeaveWhoseLastTaskIsCancelledWhileItWaitsForIt(@TempDir Path folder) throws Exception {
        var release = folder.resolve("release").toFile();
        var workers =
                small(1).life(ChildLife.defaults().recycling(Recycling.never().afterTasks(2)));
        try (var queue = TaskQueue.on(workers)) {
            long pid = queue.submit(PID).join();
            var broadcast =
                    queue.broadcast(Broadcast.of(() -> awaitAndSee(release)).ephemeral());
            var last = queue.submit(() -> see("never"));
            awaiting().until(() -> queue.snapshot().running().size() == 1);
            assertThat(last.cancel(true)).isTrue();
            assertThat(release.createNewFile()).isTrue();

            assertThat(outcomes(broadcast)).containsExactly(new Outcome.Succeeded<>(new ArrayList<>()));
            awaiting().until(() -> ProcessHandle.of(pid).isEmpty());
        }
    }

    @Test
    @Guarantee("5.8.2")
    void reachesTheStateOfTheWorker() throws Exception {
        var setup = ChildSetup.of(() -> new AtomicInteger(1));
        try (var queue = TaskQueue.on(small(1).setup(setup))) {
            outcomes(queue.broadcast(() -> state().incrementAndGet()));
            assertThat(queue.submit(() -> state().get()).join()).isEqualTo(2);
            assertThat(outcomes(queue.broadcast(() -> state().incrementAndGet())))
                    .containsExactly(new Outcome.Succeeded<>(3));
        }
    }

    @Test
    @Guarantee("5.8.8")
    void refusesAtTheDoorWhatCannotTravelAndRemembersNothingOfIt() throws Exception {
        var stuck = new Object();
        try (var queue = TaskQueue.on(small(1))) {
            assertThatThrownBy(() -> queue.broadcast(() -> see("never " + stuck)))
                    .isInstanceOf(NotTransferableException.class)
                    .hasMessageContaining("java.lang.Object");
            assertThat(queue.submit(() -> seen()).join()).isEmpty();
        }
    }

    @Test
    @Guarantee("5.8.7")
    void neitherHangsNorRunsAfterAShutdownThatMeetsABusyChild(@TempDir Path folder) throws Exception {
        var begun = folder.resolve("begun").toFile();
        CompletableFuture<List<Outcome<Integer>>> broadcast;
        try (var queue = TaskQueue.on(small(1))) {
            var busy = queue.submit(Task.of(() -> {
                assertThat(begun.createNewFile()).isTrue();
                return sleepForEver();
            }));
            awaiting().until(begun::exists);
            broadcast = queue.broadcast(() -> see("never"));
            queue.shutdownNow();
            assertThat(busy.outcome(CEILING).orElseThrow()).isInstanceOf(Outcome.Cancelled.class);
        }
        // The child is killed for its task, before or after the broadcast is given up.
        assertThat(outcomes(broadcast)).singleElement().isInstanceOfAny(Outcome.Cancelled.class, Outcome.Crashed.class);
    }

    @Test
    @Guarantee("5.8.10")
    void isInWorkersThatAreAttachedLaterBeforeTheirFirstTask() throws Exception {
        try (var queue = TaskQueue.on(small(1))) {
            var _ = outcomes(queue.broadcast(Broadcast.of(() -> see("old")).key("list")));
            var _ = outcomes(queue.broadcast(Broadcast.of(() -> see("new")).key("list")));
            var _ = outcomes(queue.broadcast(Broadcast.of(() -> see("gone")).ephemeral()));
            queue.attach(small(1).heap(48 << 20).offering("later"));

            assertThat(queue.submit(Task.of(() -> seen()).requires("later")).join())
                    .containsExactly("new");
            var both = outcomes(queue.broadcast(() -> see("both")));
            assertThat(both).isNotEmpty().allMatch(outcome -> outcome instanceof Outcome.Succeeded);
            assertThat(queue.submit(Task.of(() -> seen()).requires("later")).join())
                    .containsExactly("new", "both");
        }
    }

    private static ProcessWorkers small(int workers) {
        return ProcessWorkers.of(workers).heap(64 << 20);
    }

    private static <T> List<Outcome<T>> outcomes(CompletableFuture<List<Outcome<T>>> broadcast) throws Exception {
        return broadcast.get(CEILING.toSeconds(), TimeUnit.SECONDS);
    }

    private static Set<Long> pidsOf(TaskQueue queue, int count) {
        Set<Long> pids = new HashSet<>();
        awaiting().until(() -> {
            List<TaskHandle<Long>> handles = new ArrayList<>();
            for (int i = 0; i < 2 * count; i++) {
                handles.add(queue.submit(() -> {
                    LockSupport.parkNanos(20_000_000);
                    return ProcessHandle.current().pid();
                }));
            }
            handles.forEach(handle -> pids.add(handle.join()));
            return pids.size() == count;
        });
        return pids;
    }

    private static int see(String what) {
        SEEN.add(what);
        return SEEN.size();
    }

    private static List<String> seen() {
        return new ArrayList<>(SEEN);
    }

    private static List<String> awaitAndSee(File release) {
        while (!release.exists()) {
            LockSupport.parkNanos(1_000_000);
        }
        return seen();
    }

    /// Answers the most that was inside while it was.
    private static int enterAndLeave(int weight, int looks) {
        int most = INSIDE.addAndGet(weight);
        for (int i = 0; i < looks; i++) {
            Thread.onSpinWait();
            most = Math.max(most, INSIDE.get());
        }
        LockSupport.parkNanos(100_000);
        most = Math.max(most, INSIDE.get());
        INSIDE.addAndGet(-weight);
        return most;
    }

    private static AtomicInteger state() {
        return TaskContext.current().state(AtomicInteger.class);
    }

    private static int fail() throws IOException {
        throw new IOException("no list");
    }

    private static int sleepForEver() throws InterruptedException {
        new CountDownLatch(1).await();
        return 0;
    }
}
