package io.millhand.testkit;

import static io.millhand.testkit.Bodies.backOff;
import static io.millhand.testkit.Bodies.block;
import static io.millhand.testkit.Bodies.marks;
import static io.millhand.testkit.Bodies.succeedAfter;
import static io.millhand.testkit.Contract.ended;
import static io.millhand.testkit.Contract.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Attempt;
import io.millhand.BackOff;
import io.millhand.Limits;
import io.millhand.Outcome;
import io.millhand.RetryPolicy;
import io.millhand.Task;
import io.millhand.TaskContext;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// More than one attempt.
interface RetryContract extends Contract {

    RetryPolicy AT_ONCE_TWICE = RetryPolicy.exponential(2).withDelays(Duration.ZERO, Duration.ZERO);
    RetryPolicy AT_ONCE_OFTEN = RetryPolicy.exponential(10).withDelays(Duration.ZERO, Duration.ofMillis(1));

    @Test
    @Guarantee({"5.4.2", "5.4.5"})
    default void retriesUntilSuccess(@TempDir Path folder) {
        var count = file(folder, "count");
        try (var queue = open(1)) {
            var handle = queue.submit(Task.of(() -> succeedAfter(3, count)).retry(AT_ONCE_OFTEN));
            assertThat(ended(handle)).isEqualTo(new Outcome.Succeeded<>(3));
            assertThat(handle.attempts()).extracting(Attempt::number).containsExactly(1, 2, 3);
            assertThat(handle.attempts())
                    .extracting(Attempt::ending)
                    .containsExactly(Attempt.Ending.FAILED, Attempt.Ending.FAILED, Attempt.Ending.SUCCEEDED);
            assertThat(handle.attempts()).allSatisfy(attempt -> {
                assertThat(attempt.worker()).isNotEmpty();
                assertThat(attempt.elapsed()).isPositive();
            });
            assertThat(marks(count)).isEqualTo(3);
        }
    }

    @Test
    @Guarantee("5.4.1")
    default void triesOnceByDefault(@TempDir Path folder) {
        var count = file(folder, "count");
        try (var queue = open(1)) {
            var handle = queue.submit(() -> succeedAfter(2, count));
            assertThat(ended(handle)).isInstanceOf(Outcome.Failed.class);
            assertThat(handle.attempts()).hasSize(1);
        }
        assertThat(marks(count)).isEqualTo(1);
    }

    @Test
    @Guarantee("5.4.2")
    default void endsAsItsLastAttempt(@TempDir Path folder) {
        var count = file(folder, "count");
        try (var queue = open(1)) {
            var handle = queue.submit(Task.of(() -> succeedAfter(5, count)).retry(AT_ONCE_TWICE));
            assertThat(ended(handle))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause()).hasMessage("attempt 2"));
            assertThat(handle.attempts())
                    .extracting(Attempt::ending)
                    .containsExactly(Attempt.Ending.FAILED, Attempt.Ending.FAILED);
        }
        assertThat(marks(count)).isEqualTo(2);
    }

    @Test
    @Guarantee("5.4.2")
    default void retriesATimeout() {
        try (var queue = open(1)) {
            var task = Task.of(() -> {
                if (TaskContext.current().attempt() == 1) {
                    block();
                }
                return TaskContext.current().attempt();
            });
            // The second attempt must make it within the limit, on a busy machine too.
            var handle = queue.submit(task.timeout(Duration.ofSeconds(2)).retry(AT_ONCE_TWICE));
            assertThat(ended(handle)).isEqualTo(new Outcome.Succeeded<>(2));
            assertThat(handle.attempts())
                    .extracting(Attempt::ending)
                    .containsExactly(Attempt.Ending.TIMED_OUT, Attempt.Ending.SUCCEEDED);
        }
    }

    @Test
    @Guarantee("5.4.9")
    default void triesAgainAfterTheExceptionsThatThePolicyNames(@TempDir Path folder) {
        var count = file(folder, "count");
        var named = AT_ONCE_OFTEN.retryOn(IllegalStateException.class).neverOn(Odd.class);
        var other = AT_ONCE_OFTEN.retryOn(IOException.class).neverOn(Error.class);
        try (var queue = open(1)) {
            var superclass = queue.submit(Task.of(() -> succeedAfter(3, count)).retry(named));
            assertThat(ended(superclass)).isEqualTo(new Outcome.Succeeded<>(3));
            var excluded = queue.submit(Task.of(() -> Odd.thrown()).retry(named));
            assertThat(ended(excluded)).isInstanceOf(Outcome.Failed.class);
            assertThat(excluded.attempts()).hasSize(1);
            var unnamed = queue.submit(Task.of(() -> Odd.thrown()).retry(other));
            assertThat(ended(unnamed)).isInstanceOf(Outcome.Failed.class);
            assertThat(unnamed.attempts()).hasSize(1);
        }
    }

    /// Cannot travel: its class is known by its name alone.
    final class Odd extends IllegalStateException {
        private static final long serialVersionUID = 1;

        static Object thrown() {
            throw new Odd();
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            throw new NotSerializableException("odd");
        }
    }

    @Test
    @Guarantee("5.4.10")
    default void triesNoMoreAfterATimeoutWhereThePolicySaysSo() {
        try (var queue = open(1)) {
            var handle = queue.submit(
                    Task.of(() -> block()).timeout(Duration.ofMillis(100)).retry(AT_ONCE_OFTEN.onTimeout(false)));
            assertThat(ended(handle)).isInstanceOf(Outcome.TimedOut.class);
            assertThat(handle.attempts()).hasSize(1);
        }
    }

    @Test
    @Guarantee("5.4.11")
    default void triesNoMoreWhereTheNextAttemptWouldComeTooLate() {
        try (var queue = open(1)) {
            var handle = queue.submit(
                    Task.of(() -> backOff(Duration.ofDays(1))).retry(AT_ONCE_OFTEN.within(Duration.ofHours(1))));
            assertThat(ended(handle)).isInstanceOf(Outcome.Failed.class);
            assertThat(handle.attempts()).hasSize(1);
        }
    }

    @Test
    @Guarantee("5.18.4")
    default void leavesAResourceAloneThatIsOutOfQuota() {
        try (var queue = open(1)) {
            queue.limit("service", Limits.fixed(9));
            var refused =
                    queue.submit(Task.of(() -> backOff(Duration.ofDays(1))).resource("service"));
            assertThat(ended(refused))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOfSatisfying(
                                            BackOff.class,
                                            backOff -> assertThat(backOff.retryAfter())
                                                    .isEqualTo(Duration.ofDays(1))));
            var waits = queue.submit(Task.of(() -> "too early").resource("service"));
            assertThat(ended(queue.submit(() -> "other"))).isEqualTo(new Outcome.Succeeded<>("other"));
            assertThat(waits.cancel(true)).isTrue();
            assertThat(waits.attempts()).isEmpty();
        }
    }
}
