package io.millhand.process;

import static io.millhand.process.Processes.CEILING;
import static io.millhand.process.Processes.awaiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Outcome;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Tiny tasks, which are sent ahead, beside tasks that are long, hang or take their child with them.
@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AheadIT {

    private static final int TASKS = 400;

    /// Opened with workers to which something is sent ahead.
    private static TaskQueue open(int workers) {
        var queue = TaskQueue.on(ProcessWorkers.of(workers).heap(64 << 20));
        long start = System.nanoTime();
        boolean ahead = false;
        while (!ahead) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(CEILING);
            var handles = submit(queue, number -> Task.of(() -> number));
            ahead = queue.snapshot().running().size() > workers;
            handles.forEach(TaskHandle::join);
        }
        return queue;
    }

    private static <T> List<TaskHandle<T>> submit(TaskQueue queue, IntFunction<Task<T>> task) {
        return IntStream.range(0, TASKS)
                .mapToObj(number -> queue.submit(task.apply(number)))
                .toList();
    }

    private static <T> void assertAllOthersSucceeded(List<TaskHandle<T>> handles, TaskHandle<T> but) {
        for (var handle : handles) {
            if (!handle.equals(but)) {
                assertThat(handle.outcome(CEILING).orElseThrow()).isInstanceOf(Outcome.Succeeded.class);
                assertThat(handle.attempts()).hasSize(1);
            }
        }
    }

    private static long pidWhenThere(File file) {
        while (!file.exists()) {
            LockSupport.parkNanos(1_000_000);
        }
        return ProcessHandle.current().pid();
    }

    private static long pid() {
        return ProcessHandle.current().pid();
    }

    @Test
    @Guarantee("6.17.1")
    void letsTinyTasksPassALongOneBehindWhichTheyWereSent(@TempDir File folder) throws IOException {
        var file = new File(folder, "go");
        try (var queue = open(2)) {
            var handles = submit(queue, number -> Task.of(() -> number == TASKS / 4 ? pidWhenThere(file) : pid()));
            var stuck = handles.get(TASKS / 4);

            assertAllOthersSucceeded(handles, stuck);

            assertThat(stuck.isDone()).isFalse();
            Files.createFile(file.toPath());
            assertThat(stuck.join()).isPositive();
            assertThat(stuck.attempts()).hasSize(1);
        }
    }

    @Test
    @Guarantee("6.17.2")
    void blamesACrashOnTheTaskThatRanAlone() {
        var random = new Random(17);
        try (var queue = open(2)) {
            for (int round = 0; round < 5; round++) {
                int culprit = random.nextInt(TASKS);
                var handles = submit(queue, number -> Task.of(() -> haltIf(number == culprit)));

                assertThat(handles.get(culprit).outcome(CEILING).orElseThrow()).isInstanceOf(Outcome.Crashed.class);
                assertAllOthersSucceeded(handles, handles.get(culprit));
            }
        }
    }

    private static boolean haltIf(boolean wanted) {
        if (wanted) {
            Runtime.getRuntime().halt(3);
        }
        return wanted;
    }

    @Test
    @Guarantee("6.17.2")
    void killsForATimeoutWithoutHarmToWhatWaitsBehind() {
        try (var queue = open(1)) {
            for (int round = 0; round < 3; round++) {
                int culprit = TASKS / 2 + round;
                var handles = submit(
                        queue,
                        number -> Task.of(() -> number == culprit ? Loops.nested() : 0)
                                .timeout(Duration.ofSeconds(number == culprit ? 1 : 60)));

                assertThat(handles.get(culprit).outcome(CEILING).orElseThrow()).isInstanceOf(Outcome.TimedOut.class);
                assertAllOthersSucceeded(handles, handles.get(culprit));
            }
        }
    }

    @Test
    @Guarantee("6.17.2")
    void runsNothingMoreInAChildWhoseMemoryRanOut() {
        try (var queue = open(1)) {
            var handles = submit(queue, number -> Task.of(() -> runOutIf(number == TASKS / 2)));
            var culprit = handles.get(TASKS / 2);

            assertThat(culprit.outcome(CEILING).orElseThrow()).isInstanceOf(Outcome.Failed.class);
            assertAllOthersSucceeded(handles, culprit);
            long first = handles.getFirst().join();
            assertThat(handles.subList(TASKS / 2 + 1, TASKS))
                    .extracting(TaskHandle::join)
                    .doesNotContain(first);
        }
    }

    private static long runOutIf(boolean wanted) {
        if (wanted) {
            throw new OutOfMemoryError("on purpose");
        }
        return pid();
    }

    @Test
    @Guarantee("6.17.3")
    void keepsTheChildWhenATaskIsStoppedThatHasNotBegunInIt(@TempDir File folder) throws IOException {
        var file = new File(folder, "go");
        var marks = new File(folder, "marks");
        assertThat(marks.mkdir()).isTrue();
        try (var queue = open(1)) {
            long pid = queue.submit(() -> pid()).join();
            var running = queue.submit(() -> pidWhenThere(file));
            var behind = new ArrayList<TaskHandle<File>>();
            for (int i = 0; i < 20; i++) {
                behind.add(queue.submit(
                        () -> Files.createTempFile(marks.toPath(), "", "").toFile()));
                assertThat(behind.getLast().cancel(i % 2 == 0)).isTrue();
            }
            awaiting().until(() -> queue.snapshot().running().size() == 1);

            Files.createFile(file.toPath());

            assertThat(running.join()).isEqualTo(pid);
            assertThat(queue.submit(() -> pid()).join()).isEqualTo(pid);
            assertThat(marks.list()).isEmpty();
        }
    }

    /// The child's 64 MiB hold one of them at a time.
    @Test
    @Guarantee("6.17.1")
    void sendsNothingLargeAheadOfATaskThatNeedsTheMemory() {
        var argument = new long[(19 << 20) / Long.BYTES];
        try (var queue = open(1)) {
            queue.pause();
            var result = queue.submit(() -> fillForAWhile());
            var next = queue.submit(() -> argument.length);
            queue.resume();

            assertThat(result.outcome(CEILING).orElseThrow()).isEqualTo(new Outcome.Succeeded<>(34 << 20));
            assertThat(next.outcome(CEILING).orElseThrow()).isEqualTo(new Outcome.Succeeded<>(argument.length));
        }
    }

    private static int fillForAWhile() {
        var own = new byte[34 << 20];
        LockSupport.parkNanos(100_000_000);
        return own.length;
    }

    /// In the child.
    private static final AtomicInteger BEGUN = new AtomicInteger();

    @Test
    @Guarantee({"5.1.1", "5.2.1"})
    void beginsTheTasksOfASeriesInTheirOrderAlsoWhereSomeOfThemComeBack() {
        try (var queue = open(1)) {
            var handles = IntStream.range(0, 20 * TASKS)
                    .mapToObj(number -> queue.submit(
                            Task.of(() -> beginAndPauseIf(number % TASKS == 0)).series("s")))
                    .toList();
            for (int i = 0; i < handles.size(); i++) {
                assertThat(handles.get(i).join()).isEqualTo(i);
            }
        }
    }

    private static int beginAndPauseIf(boolean wanted) {
        int place = BEGUN.getAndIncrement();
        if (wanted) {
            LockSupport.parkNanos(3_000_000);
        }
        return place;
    }

    /// When a task ran, and where.
    private record Run(long pid, long beginNanos, long endNanos) implements Serializable {

        static Run here() {
            long begin = System.nanoTime();
            LockSupport.parkNanos(20_000);
            return new Run(ProcessHandle.current().pid(), begin, System.nanoTime());
        }
    }

    @Test
    @Guarantee("5.1.2")
    void neverRunsTwoAtATimeInAWorkerWhoseChildIsReplaced() {
        var workers = ProcessWorkers.of(1)
                .heap(64 << 20)
                .life(ChildLife.defaults().spares(1).recycling(Recycling.never().afterTasks(TASKS / 2)));
        try (var queue = TaskQueue.on(workers)) {
            var runs = IntStream.range(0, 4 * TASKS).mapToObj(_ -> queue.submit(() -> Run.here())).toList().stream()
                    .map(TaskHandle::join)
                    .sorted(Comparator.comparingLong(Run::beginNanos))
                    .toList();

            for (int i = 1; i < runs.size(); i++) {
                assertThat(runs.get(i).beginNanos())
                        .isGreaterThanOrEqualTo(runs.get(i - 1).endNanos());
            }
            assertThat(runs.stream().mapToLong(Run::pid).distinct().count()).isGreaterThan(3);
        }
    }
}
