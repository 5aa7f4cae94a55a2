package io.millhand.process;

import static io.millhand.process.Processes.CEILING;
import static io.millhand.process.Processes.awaiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.CancelReason;
import io.millhand.Outcome;
import io.millhand.ResultOrder;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Torture cases of timeouts, cancels and kills. The numbers are those of `docs/torture.md`.
@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CancelTortureIT {

    private static final Duration LIMIT = Duration.ofMillis(300);

    @Test
    @DisplayName("76: cancels meet tasks at any moment of their lives")
    @Guarantee({"5.5.4", "5.6.4"})
    void endsOnceWhateverACancelMeets() {
        var random = new Random(76);
        try (var queue = TaskQueue.on(ProcessWorkers.of(2).heap(64 << 20))) {
            var ended = EndedTasks.of(queue);
            var handles = new ArrayList<TaskHandle<Integer>>();
            for (int i = 0; i < 60; i++) {
                int number = i;
                handles.add(queue.submit(() -> number));
                var victim = handles.get(random.nextInt(handles.size()));
                LockSupport.parkNanos(random.nextLong(2_000_000));
                boolean cancelled = victim.cancel(random.nextBoolean());
                if (cancelled) {
                    assertThat(victim.outcome()).isEqualTo(new Outcome.Cancelled<>(CancelReason.CALLER));
                }
                assertThat(victim.cancel(true)).isFalse();
            }
            for (int i = 0; i < handles.size(); i++) {
                var outcome = handles.get(i).outcome(CEILING).orElseThrow();
                assertThat(outcome)
                        .isIn(new Outcome.Succeeded<>(i), new Outcome.Cancelled<Integer>(CancelReason.CALLER));
            }
            awaiting().until(() -> handles.stream().allMatch(handle -> ended.timesOf(handle.id()) > 0));
            assertThat(handles).allMatch(handle -> ended.timesOf(handle.id()) == 1);
        }
    }

    @Test
    @DisplayName("85, 87: after a cancel it is another process, and the cancelled one is given nothing more")
    @Guarantee("6.7.1")
    void runsTheNextTaskInAnotherProcessAfterACancel(@TempDir File folder) throws IOException {
        var file = new File(folder, "pid");
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(64 << 20))) {
            var handle = queue.submit(() -> tellPidAndWait(file));
            long pid = awaitPid(file);
            var waiting = queue.submit(() -> ProcessHandle.current().pid());

            assertThat(handle.cancel(true)).isTrue();

            assertThat(waiting.join()).isNotEqualTo(pid);
            assertThat(Orphans.awaitGone(List.of(pid), CEILING)).isTrue();
        }
    }

    @Test
    @DisplayName("88: a child that does not leave when it is asked to is killed")
    @Guarantee("6.7.1")
    void killsAChildWhoseShutdownHooksNeverEnd(@TempDir File folder) throws IOException {
        var file = new File(folder, "pid");
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(64 << 20))) {
            var handle = queue.submit(() -> {
                Runtime.getRuntime().addShutdownHook(new Thread(Loops::nested));
                return tellPidAndWait(file);
            });
            long pid = awaitPid(file);
            Processes.signal(pid, "TERM"); // its hooks run, for ever

            assertThat(handle.cancel(true)).isTrue();

            assertThat(queue.submit(() -> "next").outcome(CEILING)).contains(new Outcome.Succeeded<>("next"));
            assertThat(Orphans.awaitGone(List.of(pid), CEILING)).isTrue();
        }
    }

    @Test
    @DisplayName("90: a timeout, a crash and a failure in the middle of many tasks stop none of the others")
    @Guarantee({"5.10.5", "6.8.2"})
    void goesOnAfterABadTaskInAStream() {
        var tasks = List.of(
                Task.call(() -> "first"),
                Task.call(() -> waitForEver()),
                Task.call(() -> exit()),
                Task.call(() -> fail()),
                Task.call(() -> "last"));
        var outcomes = new ArrayList<Outcome<String>>();
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(64 << 20));
                var results = queue.submitAll(
                        tasks.stream()
                                .map(call -> Task.of(call).timeout(Duration.ofSeconds(1)))
                                .iterator(),
                        ResultOrder.INPUT)) {
            results.stream().forEach(handle -> outcomes.add(handle.outcome()));
        }

        assertThat(outcomes)
                .extracting(outcome -> outcome.getClass().getSimpleName())
                .containsExactly("Succeeded", "TimedOut", "Crashed", "Failed", "Succeeded");
    }

    @Test
    @DisplayName("91: several timeouts at once")
    @Guarantee({"5.3.3", "6.7.1"})
    void endsSeveralTasksThatHangAtTheSameTime() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(3).heap(64 << 20))) {
            var handles = new ArrayList<TaskHandle<String>>();
            for (int i = 0; i < 9; i++) {
                handles.add(queue.submit(Task.of(() -> waitForEver()).timeout(LIMIT)));
            }

            for (var handle : handles) {
                assertThat(handle.outcome(CEILING).orElseThrow())
                        .isInstanceOfSatisfying(
                                Outcome.TimedOut.class,
                                timedOut ->
                                        assertThat(timedOut.expiry().elapsed()).isGreaterThanOrEqualTo(LIMIT));
            }
            assertThat(queue.submit(() -> "next").outcome(CEILING)).contains(new Outcome.Succeeded<>("next"));
        }
    }

    @Test
    @DisplayName("98: a caller is interrupted while it waits")
    @Guarantee("5.5.4")
    void letsATaskBeWhenItsReaderIsInterrupted(@TempDir File folder) throws Exception {
        var go = new File(folder, "go");
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(64 << 20))) {
            var handle = queue.submit(() -> waitFor(go));
            var next = queue.submit(() -> "next");

            Thread.currentThread().interrupt();
            assertThatThrownBy(handle::get).isInstanceOf(InterruptedException.class);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> handle.get(1, TimeUnit.MINUTES)).isInstanceOf(InterruptedException.class);
            assertThat(go.createNewFile()).isTrue();

            assertThat(handle.outcome(CEILING)).contains(new Outcome.Succeeded<>("seen"));
            assertThat(next.outcome(CEILING)).contains(new Outcome.Succeeded<>("next"));
            assertThat(handle.attempts()).hasSize(1);
        }
    }

    private static long awaitPid(File file) throws IOException {
        awaiting().until(() -> file.length() > 0);
        return Long.parseLong(Files.readString(file.toPath()));
    }

    private static String tellPidAndWait(File file) throws IOException, InterruptedException {
        var whole = new File(file.getParentFile(), "part");
        Files.writeString(whole.toPath(), Long.toString(ProcessHandle.current().pid()));
        Files.move(whole.toPath(), file.toPath());
        return waitForEver();
    }

    private static String waitForEver() throws InterruptedException {
        new CountDownLatch(1).await();
        return "never";
    }

    private static String waitFor(File file) {
        while (!file.exists()) {
            LockSupport.parkNanos(1_000_000);
        }
        return "seen";
    }

    private static String exit() {
        System.exit(1);
        return "never";
    }

    private static String fail() {
        throw new IllegalStateException("on purpose");
    }
}
