package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.CancelReason;
import io.millhand.Expiry;
import io.millhand.Outcome;
import io.millhand.Task;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeoutIT {

    private static final Duration CEILING = Duration.ofSeconds(60);

    @Test
    @Guarantee("6.7.1")
    void killsATaskThatLoopsForEverAndRunsTheNextOneOnItsSlot() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            long pid = queue.submit(() -> ProcessHandle.current().pid()).join();
            var limit = Duration.ofMillis(300);

            var handle = queue.submit(Task.of(() -> Loops.nested()).timeout(limit));
            var next = queue.submit(() -> ProcessHandle.current().pid());

            assertThat(handle.outcome(CEILING).orElseThrow())
                    .isInstanceOfSatisfying(Outcome.TimedOut.class, timedOut -> {
                        assertThat(timedOut.expiry().clock()).isEqualTo(Expiry.Clock.TIMEOUT);
                        assertThat(timedOut.expiry().limit()).isEqualTo(limit);
                        assertThat(timedOut.expiry().elapsed()).isGreaterThanOrEqualTo(limit);
                        assertThat(timedOut.expiry().abandoned()).isFalse();
                    });
            assertThat(next.join()).isNotEqualTo(pid);
            assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
                    .isFalse();
        }
    }

    @Test
    @Guarantee("5.3.3")
    void tellsWhereTheTaskStood() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            var handle = queue.submit(Task.of(() -> sleepForEver()).timeout(Duration.ofMillis(300)));

            // The stack is sampled by best effort: on a machine that is too busy it may be missing, but not be another.
            assertThat(handle.outcome(CEILING).orElseThrow())
                    .isInstanceOfSatisfying(Outcome.TimedOut.class, timedOut -> {
                        if (!timedOut.expiry().stack().isEmpty()) {
                            assertThat(timedOut.expiry().stack()).contains("TimeoutIT.sleepForEver");
                        }
                    });
        }
    }

    @Test
    @Guarantee({"6.7.2", "6.9.2"})
    void killsTheProcessesThatTheTaskStarted(@TempDir Path folder) throws IOException, InterruptedException {
        String file = folder.resolve("pid").toString();
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            var handle = queue.submit(Task.of(() -> startSleeperAndLoop(file)).timeout(Duration.ofSeconds(1)));

            assertThat(handle.outcome(CEILING).orElseThrow()).isInstanceOf(Outcome.TimedOut.class);
            long sleeper = Long.parseLong(Files.readString(Path.of(file)));
            assertThat(Orphans.awaitGone(List.of(sleeper), CEILING)).isTrue();
        }
    }

    @Test
    @Guarantee("6.7.1")
    void killsACancelledTaskAndFreesItsSlot() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            queue.submit(() -> 1).join();
            var handle = queue.submit(() -> Loops.nested());

            assertThat(handle.cancel(true)).isTrue();

            assertThat(handle.outcome()).isEqualTo(new Outcome.Cancelled<>(CancelReason.CALLER));
            assertThat(queue.submit(() -> "next").outcome(CEILING).orElseThrow())
                    .isEqualTo(new Outcome.Succeeded<>("next"));
        }
    }

    @Test
    @Guarantee("6.7.3")
    void replacesAChildThatIsStoppedAndTakesNothing() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).startLimit(Duration.ofSeconds(3)))) {
            long pid = queue.submit(() -> ProcessHandle.current().pid()).join();
            signal(pid, "STOP");
            Orphans.awaitStopped(pid);

            var handle = queue.submit(() -> ProcessHandle.current().pid());

            assertThat(handle.outcome(CEILING).orElseThrow())
                    .isInstanceOfSatisfying(
                            Outcome.Succeeded.class,
                            succeeded -> assertThat(succeeded.value()).isNotEqualTo(pid));
        }
    }

    private static void signal(long pid, String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long sleepForEver() throws InterruptedException {
        new CountDownLatch(1).await();
        return 0;
    }

    private static long startSleeperAndLoop(String file) throws IOException {
        long pid = new ProcessBuilder("sleep", "600").start().pid();
        Files.writeString(Path.of(file), Long.toString(pid));
        return Loops.nested();
    }
}
