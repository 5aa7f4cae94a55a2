package io.millhand.testkit;

import static io.millhand.testkit.Bodies.block;
import static io.millhand.testkit.Bodies.liveFor;
import static io.millhand.testkit.Bodies.mark;
import static io.millhand.testkit.Bodies.spinWhile;
import static io.millhand.testkit.Contract.ended;
import static io.millhand.testkit.Contract.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millhand.Attempt;
import io.millhand.Expiry;
import io.millhand.Outcome;
import io.millhand.RetryPolicy;
import io.millhand.Task;
import io.millhand.TaskTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The limit of an attempt.
interface TimeoutContract extends Contract {

    Duration SHORT = Duration.ofMillis(100);

    @Test
    @Guarantee({"5.3.1", "5.3.3"})
    default void endsATaskThatWaitsTooLong() {
        try (var queue = open(1)) {
            var handle = queue.submit(Task.of(() -> block()).timeout(SHORT));
            assertThat(ended(handle)).isInstanceOfSatisfying(Outcome.TimedOut.class, timedOut -> {
                assertThat(timedOut.expiry().clock()).isEqualTo(Expiry.Clock.TIMEOUT);
                assertThat(timedOut.expiry().limit()).isEqualTo(SHORT);
                assertThat(timedOut.expiry().elapsed()).isGreaterThanOrEqualTo(SHORT);
                assertThat(timedOut.expiry().abandoned()).isFalse();
            });
            assertThat(handle.attempts())
                    .singleElement()
                    .satisfies(attempt -> assertThat(attempt.ending()).isEqualTo(Attempt.Ending.TIMED_OUT));
            assertThat(ended(queue.submit(() -> "next"))).isEqualTo(new Outcome.Succeeded<>("next"));
        }
    }

    @Test
    @Guarantee("5.3.4")
    default void freesTheSlotOfATaskThatSpinsForEver(@TempDir Path folder) {
        var spinning = file(folder, "spinning");
        mark(spinning);
        try (var queue = open(1)) {
            var handle = queue.submit(Task.of(() -> spinWhile(spinning)).timeout(SHORT));
            var next = queue.submit(() -> "next");
            assertThat(ended(handle)).isInstanceOf(Outcome.TimedOut.class);
            assertThat(ended(next)).isEqualTo(new Outcome.Succeeded<>("next"));
        } finally {
            assertThat(spinning.delete()).isTrue();
        }
    }

    @Test
    @Guarantee("5.3.1")
    default void leavesATaskInTimeAlone() {
        try (var queue = open(1)) {
            var handle = queue.submit(Task.of(() -> "in time").timeout(Duration.ofMinutes(10)));
            assertThat(ended(handle)).isEqualTo(new Outcome.Succeeded<>("in time"));
        }
    }

    @Test
    @Guarantee("5.5.3")
    default void tellsOfATimeoutInEveryForm() {
        try (var queue = open(1)) {
            var handle = queue.submit(Task.of(() -> block()).timeout(SHORT));
            ended(handle);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(handle::get)
                    .withCauseInstanceOf(TaskTimeoutException.class);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(handle::join)
                    .withCauseInstanceOf(TaskTimeoutException.class);
            assertThat(handle.exceptionNow()).isInstanceOf(TaskTimeoutException.class);
            assertThat(handle.state()).isEqualTo(Future.State.FAILED);
        }
    }

    @Test
    default void timesEachAttempt() {
        try (var queue = open(1)) {
            var task = Task.of(() -> block()).timeout(SHORT).retry(RetryContract.AT_ONCE_TWICE);
            var handle = queue.submit(task);
            assertThat(ended(handle)).isInstanceOf(Outcome.TimedOut.class);
            assertThat(handle.attempts())
                    .extracting(Attempt::ending)
                    .containsExactly(Attempt.Ending.TIMED_OUT, Attempt.Ending.TIMED_OUT);
        }
    }

    @Test
    @Guarantee("5.3.6")
    default void endsATaskAtItsDeadlineWhereverItIs() {
        try (var queue = open(1)) {
            var running = queue.submit(Task.of(() -> block()).deadline(SHORT).retry(RetryPolicy.exponential(9)));
            assertThat(ended(running))
                    .isInstanceOfSatisfying(
                            Outcome.TimedOut.class,
                            timedOut -> assertThat(timedOut.expiry().clock()).isEqualTo(Expiry.Clock.DEADLINE));
            assertThat(running.attempts())
                    .as("none where no worker was ready by then")
                    .hasSizeLessThan(2);
            assertThat(ended(queue.submit(() -> "next"))).isEqualTo(new Outcome.Succeeded<>("next"));
        }
    }

    @Test
    @Guarantee("5.3.7")
    default void endsATaskThatGivesNoSignOfLifeAndNoOther() {
        try (var queue = open(1)) {
            var silent = queue.submit(Task.of(() -> block()).noProgress(SHORT));
            assertThat(ended(silent))
                    .isInstanceOfSatisfying(
                            Outcome.TimedOut.class,
                            timedOut -> assertThat(timedOut.expiry().clock()).isEqualTo(Expiry.Clock.NO_PROGRESS));
            var limit = Duration.ofSeconds(2);
            var longer = Duration.ofMillis(2_200);
            var lively = queue.submit(Task.of(() -> liveFor(longer)).noProgress(limit));
            assertThat(ended(lively)).isInstanceOf(Outcome.Succeeded.class);
        }
    }
}
