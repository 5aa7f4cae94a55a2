package io.millhand.process;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.millhand.Attempt;
import io.millhand.NotTransferableException;
import io.millhand.Outcome;
import io.millhand.QueueSnapshot;
import io.millhand.SerializableCallable;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import io.millhand.Unfinished;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Threads and child JVMs in one queue.
@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MixedQueueIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static ProcessWorkers children(int count) {
        return ProcessWorkers.of(count).heap(64 << 20);
    }

    private static SerializableCallable<Long> pid() {
        return () -> ProcessHandle.current().pid();
    }

    /// Spins for ever in a child, and answers in the JVM of that pid.
    private static SerializableCallable<String> spinElsewhereThan(long here, File begun) {
        return () -> {
            if (ProcessHandle.current().pid() == here) {
                return "here";
            }
            write(begun, ProcessHandle.current().pid());
            while (here != 0) {
                Thread.onSpinWait();
            }
            return "never";
        };
    }

    private static void write(File file, long pid) {
        try {
            var draft = new File(file.getPath() + ".draft");
            Files.writeString(draft.toPath(), "" + pid);
            Files.move(draft.toPath(), file.toPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> Outcome<T> ended(TaskHandle<T> handle) {
        return handle.outcome(PATIENCE).orElseThrow(() -> new AssertionError("waited in vain for " + handle));
    }

    @Test
    @Guarantee("5.7.5")
    void runsTasksOnBothKinds() {
        long here = ProcessHandle.current().pid();
        try (var queue = TaskQueue.on(ThreadWorkers.of(1).offering("here"))) {
            queue.attach(children(1).offering("there"));
            var near = queue.submit(Task.of(pid()).requires("here"));
            var far = queue.submit(Task.of(pid()).requires("there"));
            assertThat(near.join()).isEqualTo(here);
            assertThat(far.join()).isNotEqualTo(here);
            List<TaskHandle<Long>> handles = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                handles.add(queue.submit(pid()));
            }
            assertThat(handles).allSatisfy(handle -> assertThat(ended(handle)).isInstanceOf(Outcome.Succeeded.class));
        }
    }

    @Test
    @Guarantee("5.7.6")
    void keepsLocalTasksHereAndTellsOfThem() {
        long here = ProcessHandle.current().pid();
        var counter = new AtomicInteger();
        var plain = new Object();
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            queue.attach(children(2));
            List<TaskHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                handles.add(queue.submit(
                        Task.<Integer>of(() -> counter.incrementAndGet()).local()));
            }
            handles.forEach(TaskHandle::join);
            assertThat(counter).as("of this JVM").hasValue(20);
            assertThat(queue.submit(Task.of(pid()).local()).join()).isEqualTo(here);
            assertThatExceptionOfType(NotTransferableException.class)
                    .isThrownBy(() -> queue.submit(Task.of(() -> plain.hashCode())))
                    .withMessageContaining("java.lang.Object")
                    .withMessageEndingWith(
                            "; a task that says local() need not travel: it runs on [queue] only, in" + " this JVM");
        }
    }

    @Test
    @Guarantee("5.9.5")
    void killsASpinningTaskWithItsChildAndRunsItHere(@TempDir Path folder) throws Exception {
        var begun = folder.resolve("begun").toFile();
        long here = ProcessHandle.current().pid();
        try (var queue = TaskQueue.on(children(1))) {
            var handle = queue.submit(Task.of(spinElsewhereThan(here, begun)));
            await().atMost(PATIENCE).until(begun::exists);
            long pid = Long.parseLong(Files.readString(begun.toPath()));
            queue.attach(ThreadWorkers.of(1));
            var detached = queue.workers("queue").detach(Duration.ofMillis(50), Unfinished.REQUEUE);
            assertThat(detached.toCompletableFuture().get(60, TimeUnit.SECONDS)).isEmpty();
            assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive))
                    .as("the child")
                    .isEmpty();
            assertThat(ended(handle)).isEqualTo(new Outcome.Succeeded<>("here"));
            assertThat(handle.attempts())
                    .extracting(Attempt::worker, Attempt::ending)
                    .containsExactly(
                            org.assertj.core.api.Assertions.tuple("queue#1", Attempt.Ending.DETACHED),
                            org.assertj.core.api.Assertions.tuple("queue-2", Attempt.Ending.SUCCEEDED));
            assertThat(queue.submit(Task.of(pid())).join()).isEqualTo(here);
        }
    }

    /// Answers the pid of its child when so many run beside each other.
    private static SerializableCallable<Long> pidAmong(int count, File folder) {
        return () -> {
            long pid = ProcessHandle.current().pid();
            write(new File(folder, "" + pid), pid);
            while (pidsIn(folder).size() < count) {
                Thread.onSpinWait();
            }
            return pid;
        };
    }

    private static List<String> pidsIn(File folder) {
        return Arrays.stream(requireNonNull(folder.list()))
                .filter(name -> !name.endsWith(".draft"))
                .toList();
    }

    @Test
    @Guarantee("5.9.11")
    void letsIdleChildrenLeaveWhenThereAreFewer(@TempDir Path folder) {
        try (var queue = TaskQueue.on(children(1))) {
            var grip = queue.workers().getFirst();
            grip.resize(3);
            var task = pidAmong(3, folder.toFile());
            var pids = List.of(queue.submit(task), queue.submit(task), queue.submit(task)).stream()
                    .map(handle -> handle.join())
                    .toList();
            assertThat(pids).doesNotHaveDuplicates();
            grip.resize(1);
            await().atMost(PATIENCE).until(() -> alive(pids) == 1);
            grip.resize(2);
            assertThat(queue.snapshot().workers())
                    .extracting(QueueSnapshot.WorkerState::name)
                    .hasSize(2)
                    .doesNotHaveDuplicates();
            assertThat(queue.submit(pid()).join()).isPositive();
        }
    }

    private static long alive(List<Long> pids) {
        return pids.stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .filter(ProcessHandle::isAlive)
                .count();
    }

    @Test
    @Guarantee("5.9.13")
    void refusesANumberThatContradictsTheOptions() {
        try (var queue = TaskQueue.on(children(2).life(ChildLife.defaults().least(2)))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> queue.workers().getFirst().resize(1))
                    .withMessage(
                            "child JVMs must be at least 2, was 1: so many are always there, see" + " ChildLife.least");
        }
        try (var queue = TaskQueue.on(ProcessWorkers.of(2))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> queue.workers().getFirst().resize(3))
                    .withMessageMatching("child JVMs must be at most 2, was 3: the heap of each, \\d+ MiB, is its share"
                            + " among so many and 0 spares; say ProcessWorkers.heap for a number that grows, or attach"
                            + " others");
            queue.workers().getFirst().resize(1);
            assertThat(queue.snapshot().workers()).hasSize(1);
        }
    }

    @Test
    @Guarantee("5.9.12")
    void keepsWhatIsSubmittedWhileNobodyIsThereForWhoComesNext() throws Exception {
        try (var queue = TaskQueue.on(children(1))) {
            queue.workers("queue")
                    .detach(Duration.ZERO, Unfinished.RETURN)
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            var handle = queue.submit(pid());
            queue.attach(children(1));
            assertThat(handle.outcome(PATIENCE)).get().isInstanceOf(Outcome.Succeeded.class);
        }
    }
}
