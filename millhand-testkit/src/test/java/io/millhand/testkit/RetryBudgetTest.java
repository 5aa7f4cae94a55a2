package io.millhand.testkit;

import static io.millhand.testkit.QueueRig.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Attempt;
import io.millhand.BackOff;
import io.millhand.Outcome;
import io.millhand.RetryPolicy;
import io.millhand.Task;
import io.millhand.TaskHandle;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// When a policy tries no more although it has attempts left.
final class RetryBudgetTest {

    private static final Duration BUDGET = Duration.ofMinutes(1);
    private static final Duration TICK = Duration.ofNanos(1);
    private static final RetryPolicy AT_ONCE =
            RetryPolicy.exponential(10).withDelays(Duration.ZERO, Duration.ZERO).within(BUDGET);
    private final RuntimeException failure = new IllegalStateException("the last one");
    private final Outcome<String> second = new Outcome.Failed<>(failure);

    private static TaskHandle<String> submit(QueueRig rig, RetryPolicy policy) {
        return rig.queue()
                .submit(Task.<String>of(() -> "never called").named("retried").retry(policy));
    }

    @Test
    @Guarantee("5.4.11")
    void triesAgainUpToTheEndOfTheBudgetAndNoLonger() {
        try (var rig = QueueRig.of(1, 1)) {
            rig.submit("before").cancel(true);
            rig.next().confirmsKill();
            rig.time().advance(BUDGET.multipliedBy(3));
            var handle = submit(rig, AT_ONCE);
            rig.time().advance(BUDGET);
            var first = rig.next().started();
            rig.time().advance(BUDGET.minus(TICK));
            first.throwsException(new IllegalStateException("first"));
            rig.time().settle();
            var again = rig.next().started();
            assertThat(handle.isDone()).as("it began in time").isFalse();
            rig.time().advance(BUDGET);
            assertThat(again.isKilled()).as("what runs goes on").isFalse();
            again.throwsException(failure);
            assertThat(outcome(handle)).isEqualTo(second);
        }
    }

    @Test
    @Guarantee("5.4.11")
    void endsAtOnceWhereTheWaitWouldBeTooLong() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = submit(rig, AT_ONCE);
            rig.next().throwsException(new BackOff(BUDGET));
            assertThat(outcome(handle)).isInstanceOf(Outcome.Failed.class);
            var drawn = submit(rig, AT_ONCE.withDelays(Duration.ofDays(900), Duration.ofDays(900)));
            rig.next().throwsException(failure);
            assertThat(outcome(drawn)).as("drawn was a wait of days").isEqualTo(second);
            var free = submit(rig, AT_ONCE.within(Task.FOREVER).withDelays(Task.FOREVER, Task.FOREVER));
            rig.next().throwsException(failure);
            assertThat(free.isDone()).as("it has no budget").isFalse();
        }
    }

    @Test
    @Guarantee("5.4.11")
    void endsAsItsLastAttemptDidWhereNoWorkerIsFreeInTime() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = submit(rig, AT_ONCE);
            rig.submit("holds the slot");
            rig.next().throwsException(failure);
            rig.time().advance(BUDGET.minus(TICK));
            assertThat(handle.isDone()).isFalse();
            rig.time().advance(TICK);
            assertThat(outcome(handle)).isEqualTo(second);
            assertThat(handle.attempts()).extracting(Attempt::ending).containsExactly(Attempt.Ending.FAILED);
            rig.next().returns("done");
            assertThat(rig.workers().awaiting()).isZero();
        }
    }

    @Test
    @Guarantee("5.4.11")
    void endsAsItsLastAttemptDidWhereItIsGivenBackTooLate() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = submit(rig, AT_ONCE);
            rig.next().throwsException(failure);
            rig.time().settle();
            var givenBack = rig.next();
            rig.time().advance(BUDGET);
            assertThat(handle.isDone()).as("a worker has it").isFalse();
            givenBack.givesBack();
            assertThat(outcome(handle)).isEqualTo(second);
        }
    }

    @Test
    @Guarantee("5.4.10")
    void triesNoMoreAfterACrashOrASilenceWhereThePolicySaysSo() {
        try (var rig = QueueRig.of(1, 1)) {
            var crashed = submit(rig, AT_ONCE.onCrash(false).withCrashLimit(1));
            rig.next().crashes(1);
            assertThat(outcome(crashed))
                    .isInstanceOfSatisfying(
                            Outcome.Crashed.class,
                            end -> assertThat(end.report().quarantined())
                                    .as("nobody would have tried again")
                                    .isFalse());
            var silent = rig.queue()
                    .submit(Task.<String>of(() -> "never called")
                            .noProgress(BUDGET)
                            .retry(AT_ONCE.onTimeout(false).within(Task.FOREVER)));
            var attempt = rig.next().started();
            rig.time().advance(BUDGET);
            attempt.confirmsKill();
            assertThat(outcome(silent)).isInstanceOf(Outcome.TimedOut.class);
            var failed = submit(rig, AT_ONCE.onTimeout(false).onCrash(false));
            rig.next().throwsException(new IllegalStateException("first"));
            rig.time().settle();
            rig.next().returns("done");
            assertThat(outcome(failed)).isEqualTo(new Outcome.Succeeded<>("done"));
        }
    }
}
