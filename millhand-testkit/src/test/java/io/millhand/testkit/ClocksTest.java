package io.millhand.testkit;

import static io.millhand.testkit.QueueRig.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.millhand.Attempt;
import io.millhand.CancelReason;
import io.millhand.Expiry;
import io.millhand.Outcome;
import io.millhand.RetryPolicy;
import io.millhand.Task;
import io.millhand.TaskEvent;
import io.millhand.TaskHandle;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

final class ClocksTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration TICK = Duration.ofNanos(1);

    @CanIgnoreReturnValue
    private static TaskHandle<String> submit(QueueRig rig, RetryPolicy retry) {
        return rig.queue()
                .submit(Task.<String>of(() -> "never called").timeout(LIMIT).retry(retry));
    }

    @CanIgnoreReturnValue
    private static TaskHandle<String> submit(QueueRig rig) {
        return submit(rig, RetryPolicy.none());
    }

    @Test
    @Guarantee("5.3.1")
    void firesAtTheLimitAndNotBefore() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = submit(rig);
            var attempt = rig.next().started();
            rig.time().advance(LIMIT.minus(TICK));
            assertThat(attempt.isKilled()).isFalse();
            rig.time().advance(TICK);
            assertThat(attempt.isKilled()).isTrue();
            assertThat(handle.isDone()).as("the end is not confirmed").isFalse();
            rig.time().advance(Duration.ofMillis(3));
            attempt.confirmsKill();
            assertThat(outcome(handle))
                    .isEqualTo(new Outcome.TimedOut<>(new Expiry(
                            Expiry.Clock.TIMEOUT, LIMIT, LIMIT.plusMillis(3), "at Stack.top(Stack.java:1)", false)));
        }
    }

    @Test
    @Guarantee("5.3.2")
    void countsFromTheMomentTheWorkerTakesIt() {
        try (var rig = QueueRig.of(1, 1)) {
            rig.submit("first");
            var handle = submit(rig);
            rig.time().advance(LIMIT.multipliedBy(3));
            rig.next().returns("");
            var attempt = rig.next();
            rig.time().advance(LIMIT.multipliedBy(3));
            assertThat(attempt.isKilled()).isFalse();
            attempt.started();
            rig.time().advance(LIMIT.minus(TICK));
            attempt.returns("in time");
            assertThat(outcome(handle)).isEqualTo(new Outcome.Succeeded<>("in time"));
            assertThat(handle.attempts().getFirst().elapsed()).isEqualTo(LIMIT.minus(TICK));
        }
    }

    @Test
    @Guarantee("5.3.1")
    void forgetsTheLimitOfATaskThatEnded() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = submit(rig);
            var attempt = rig.next();
            attempt.returns("in time");
            assertThat(rig.time().waiting()).isZero();
            rig.time().advance(LIMIT.multipliedBy(2));
            assertThat(attempt.isKilled()).isFalse();
            assertThat(outcome(handle)).isEqualTo(new Outcome.Succeeded<>("in time"));
        }
    }

    @Test
    @Guarantee({"5.3.3", "5.5.4"})
    void staysTimedOutWhateverTheWorkerStillAnswers() {
        try (var rig = QueueRig.of(1, 1)) {
            for (int late = 0; late < 4; late++) {
                var handle = submit(rig);
                var attempt = rig.next().started();
                rig.time().advance(LIMIT);
                switch (late) {
                    case 0 -> attempt.returns("late");
                    case 1 -> attempt.throwsException(new IllegalStateException("late"));
                    case 2 -> attempt.crashes(137);
                    default -> attempt.confirmsKill();
                }
                assertThat(outcome(handle)).isInstanceOf(Outcome.TimedOut.class);
                assertThat(handle.attempts()).extracting(Attempt::ending).containsExactly(Attempt.Ending.TIMED_OUT);
            }
        }
    }

    @Test
    @Guarantee("5.6.2")
    void mayBeCancelledWhileTheKillOfATimeoutIsUnderWay() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = submit(rig);
            var attempt = rig.next().started();
            rig.time().advance(LIMIT);
            assertThat(handle.cancel(true)).isTrue();
            attempt.confirmsKill();
            assertThat(outcome(handle)).isEqualTo(new Outcome.Cancelled<>(CancelReason.CALLER));
        }
    }

    @Test
    @Guarantee({"5.4.3", "5.4.4"})
    void waitsBetweenAttemptsAndHoldsNoSlot() {
        try (var rig = QueueRig.of(1, 1)) {
            var retry = RetryPolicy.exponential(3).withDelays(Duration.ofSeconds(10), Duration.ofHours(1));
            var handle = submit(rig, retry);
            rig.next().throwsException(new IllegalStateException("one"));
            assertThat(handle.isDone()).isFalse();
            var other = rig.submit("other");
            rig.next().returns("meanwhile");
            assertThat(outcome(other)).isEqualTo(new Outcome.Succeeded<>("meanwhile"));
            rig.time().advance(Duration.ofSeconds(10));
            var second = rig.next();
            assertThat(second.attempt()).isEqualTo(2);
            second.returns("value");
            assertThat(outcome(handle)).isEqualTo(new Outcome.Succeeded<>("value"));
            assertThat(handle.attempts()).extracting(Attempt::number).containsExactly(1, 2);
        }
    }

    @Test
    @Guarantee("5.4.3")
    void drawsTheWaitBelowACeilingThatDoubles() {
        var first = Duration.ofSeconds(1);
        var most = Duration.ofSeconds(30);
        int attempts = 12;
        var longest = new ArrayList<Duration>();
        for (int i = 0; i < attempts - 1; i++) {
            longest.add(Duration.ZERO);
        }
        for (long seed = 0; seed < 200; seed++) {
            try (var rig = QueueRig.of(ScriptedWorkers.of(1, 1), VirtualTime.ofSeed(seed))) {
                submit(rig, RetryPolicy.exponential(attempts).withDelays(first, most));
                for (int i = 0; i < attempts - 1; i++) {
                    var before = rig.time().elapsed();
                    rig.next().throwsException(new IllegalStateException("again"));
                    assertThat(rig.time().next()).isTrue();
                    var delay = rig.time().elapsed().minus(before);
                    var ceiling = first.multipliedBy(1L << i);
                    assertThat(delay).isLessThan(ceiling.compareTo(most) < 0 ? ceiling : most);
                    longest.set(i, delay.compareTo(longest.get(i)) > 0 ? delay : longest.get(i));
                }
                rig.next().returns("");
            }
        }
        for (int i = 0; i < 4; i++) {
            assertThat(longest.get(i))
                    .isGreaterThan(first.multipliedBy(1L << i).multipliedBy(9).dividedBy(10));
        }
        assertThat(longest.getLast()).isGreaterThan(most.multipliedBy(9).dividedBy(10));
    }

    @Test
    @Guarantee("5.4.4")
    void startsTheNextAttemptOnlyWhenTheEndOfTheOneBeforeIsConfirmed() {
        try (var rig = QueueRig.of(2, 1)) {
            var atOnce = RetryPolicy.exponential(2).withDelays(Duration.ZERO, Duration.ZERO);
            submit(rig, atOnce);
            var first = rig.next().started();
            rig.time().advance(LIMIT.multipliedBy(2));
            assertThat(first.isKilled()).isTrue();
            assertThat(rig.workers().awaiting()).isZero();
            first.confirmsKill();
            rig.time().settle();
            rig.next().returns("value");
        }
    }

    @Test
    @Guarantee("5.6.1")
    void endsATaskThatWaitsForItsNextAttemptAtOnce() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = submit(rig, RetryPolicy.exponential(3).withDelays(Duration.ofDays(1), Duration.ofDays(1)));
            rig.next().throwsException(new IllegalStateException("one"));
            assertThat(handle.cancel(false)).isTrue();
            assertThat(outcome(handle)).isEqualTo(new Outcome.Cancelled<>(CancelReason.CALLER));
            assertThat(rig.time().waiting()).as("timers left").isZero();
            rig.time().advance(Duration.ofDays(2));
            assertThat(rig.workers().awaiting()).isZero();
        }
    }

    @Test
    @Guarantee("5.17.3")
    void doesNotWaitOutABackoffOnShutdownNow() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = submit(rig, RetryPolicy.exponential(3).withDelays(Duration.ofDays(1), Duration.ofDays(1)));
            rig.next().throwsException(new IllegalStateException("one"));
            assertThat(rig.queue().shutdownNow()).as("it was started").isEmpty();
            assertThat(outcome(handle)).isEqualTo(new Outcome.Cancelled<>(CancelReason.SHUTDOWN));
            rig.time().settle();
            assertThat(rig.queue().isTerminated()).isTrue();
        }
    }

    @Test
    @Guarantee("5.17.1")
    void retriesDuringShutdown() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = submit(rig, RetryPolicy.exponential(2));
            var attempt = rig.next();
            rig.queue().shutdown();
            attempt.throwsException(new IllegalStateException("one"));
            rig.time().advance(Duration.ofSeconds(1));
            rig.next().returns("value");
            assertThat(outcome(handle)).isEqualTo(new Outcome.Succeeded<>("value"));
        }
    }

    @Test
    @Guarantee("5.4.7")
    void quarantinesATaskThatCrashedTwoWorkers() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = submit(rig, RetryPolicy.exponential(10).withDelays(Duration.ZERO, Duration.ZERO));
            rig.next().crashes(134);
            rig.time().settle();
            rig.next().throwsException(new IllegalStateException("a failure is no crash"));
            rig.time().settle();
            rig.next().crashes(139);
            assertThat(outcome(handle)).isInstanceOfSatisfying(Outcome.Crashed.class, crashed -> {
                assertThat(crashed.report().quarantined()).isTrue();
                assertThat(crashed.report().exitCode()).hasValue(139);
            });
            assertThat(handle.attempts())
                    .extracting(Attempt::ending)
                    .containsExactly(Attempt.Ending.CRASHED, Attempt.Ending.FAILED, Attempt.Ending.CRASHED);
        }
    }

    @Test
    @Guarantee("5.4.7")
    void letsAPolicyAllowMoreCrashes() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = submit(
                    rig,
                    RetryPolicy.exponential(10)
                            .withDelays(Duration.ZERO, Duration.ZERO)
                            .withCrashLimit(4));
            for (int crash = 0; crash < 3; crash++) {
                rig.next().crashes(134);
                rig.time().settle();
            }
            rig.next().returns("value");
            assertThat(outcome(handle)).isEqualTo(new Outcome.Succeeded<>("value"));
        }
    }

    @Test
    @Guarantee("5.4.1")
    void doesNotRetryACrashByDefault() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = submit(rig);
            rig.next().crashes(137);
            assertThat(outcome(handle))
                    .isInstanceOfSatisfying(
                            Outcome.Crashed.class,
                            crashed ->
                                    assertThat(crashed.report().quarantined()).isFalse());
        }
    }

    @Test
    @Guarantee("5.13.1")
    void publishesTheDelayOfARetry() {
        try (var rig = QueueRig.of(1, 1)) {
            var recorder = new EventContract.Recorder();
            rig.queue().events().subscribe(recorder);
            rig.time().settle();
            recorder.request(Long.MAX_VALUE);
            submit(rig, RetryPolicy.exponential(2));
            rig.next().throwsException(new IllegalStateException("one"));
            var before = rig.time().elapsed();
            rig.time().settle();
            var retrying = (TaskEvent.Retrying) recorder.events.getLast();
            assertThat(retrying.attempt().ending()).isEqualTo(Attempt.Ending.FAILED);
            rig.time().advance(retrying.delay().minus(TICK));
            assertThat(rig.workers().awaiting()).isZero();
            rig.time().advance(TICK);
            assertThat(rig.time().elapsed().minus(before)).isEqualTo(retrying.delay());
            rig.next().returns("value");
        }
    }

    @Test
    @Guarantee("5.3.6")
    void endsATaskThatIsQueuedAtItsDeadline() {
        try (var rig = QueueRig.of(1, 1)) {
            rig.submit("runs");
            var handle = rig.queue().submit(Task.<String>of(() -> "").deadline(LIMIT));
            rig.time().advance(LIMIT.minus(TICK));
            assertThat(handle.isDone()).isFalse();
            rig.time().advance(TICK);
            assertThat(outcome(handle))
                    .isEqualTo(new Outcome.TimedOut<>(new Expiry(Expiry.Clock.DEADLINE, LIMIT, LIMIT, "", false)));
            rig.next().returns("");
            assertThat(rig.workers().awaiting()).as("it never runs").isZero();
        }
    }

    @Test
    @Guarantee("5.3.6")
    void killsATaskThatRunsAtItsDeadlineAndTriesItNoMore() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle =
                    rig.queue().submit(Task.<String>of(() -> "").deadline(LIMIT).retry(RetryPolicy.exponential(9)));
            var attempt = rig.next().started();
            rig.time().advance(LIMIT);
            assertThat(attempt.isKilled()).isTrue();
            assertThat(handle.isDone()).as("the end is not confirmed").isFalse();
            attempt.confirmsKill();
            assertThat(outcome(handle))
                    .isInstanceOfSatisfying(
                            Outcome.TimedOut.class,
                            timedOut -> assertThat(timedOut.expiry().clock()).isEqualTo(Expiry.Clock.DEADLINE));
        }
    }

    @Test
    @Guarantee("5.3.6")
    void letsADeadlineStandThatCameBeforeTheStart() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.queue().submit(Task.<String>of(() -> "").deadline(LIMIT));
            var attempt = rig.next();
            rig.time().advance(LIMIT);
            assertThat(attempt.isKilled()).isTrue();
            attempt.started().returns("value");
            assertThat(outcome(handle)).isInstanceOf(Outcome.TimedOut.class);
        }
    }

    @Test
    @Guarantee("5.3.6")
    void waitsOutNoBackoffBeyondTheDeadline() {
        try (var rig = QueueRig.of(1, 1)) {
            var slow = RetryPolicy.exponential(9).withDelays(LIMIT.multipliedBy(1_000), LIMIT.multipliedBy(1_000));
            var handle =
                    rig.queue().submit(Task.<String>of(() -> "").deadline(LIMIT).retry(slow));
            rig.next().throwsException(new IllegalStateException("once"));
            rig.time().advance(LIMIT);
            assertThat(outcome(handle)).isInstanceOf(Outcome.TimedOut.class);
            assertThat(handle.attempts()).hasSize(1);
        }
    }

    @Test
    @Guarantee("5.3.6")
    void ranksADeadlineAboveATimeoutThatIsBeingConfirmed() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.queue()
                    .submit(Task.<String>of(() -> "")
                            .timeout(LIMIT)
                            .deadline(LIMIT.plus(TICK))
                            .retry(RetryPolicy.exponential(2)));
            var attempt = rig.next().started();
            rig.time().advance(LIMIT.plus(TICK));
            attempt.confirmsKill();
            assertThat(outcome(handle))
                    .isInstanceOfSatisfying(
                            Outcome.TimedOut.class,
                            timedOut -> assertThat(timedOut.expiry().clock()).isEqualTo(Expiry.Clock.DEADLINE));
        }
    }

    @Test
    @Guarantee("5.3.7")
    void countsASilenceFromTheLastSignBeforeTheKill() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.queue().submit(Task.<String>of(() -> "").noProgress(LIMIT));
            var attempt = rig.next().started();
            rig.time().advance(LIMIT);
            attempt.alive();
            attempt.confirmsKill();
            assertThat(outcome(handle))
                    .isInstanceOfSatisfying(
                            Outcome.TimedOut.class,
                            timedOut -> assertThat(timedOut.expiry().elapsed()).isEqualTo(LIMIT));
        }
    }

    @Test
    @Guarantee("5.3.7")
    void killsATaskThatGivesNoSignOfLife() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.queue().submit(Task.<String>of(() -> "").noProgress(LIMIT));
            var attempt = rig.next().started();
            for (int i = 0; i < 10; i++) {
                rig.time().advance(LIMIT.minus(TICK));
                attempt.alive();
            }
            rig.time().advance(LIMIT.minus(TICK));
            assertThat(attempt.isKilled()).isFalse();
            rig.time().advance(TICK);
            assertThat(attempt.isKilled()).isTrue();
            attempt.confirmsKill();
            assertThat(outcome(handle))
                    .isEqualTo(new Outcome.TimedOut<>(
                            new Expiry(Expiry.Clock.NO_PROGRESS, LIMIT, LIMIT, "at Stack.top(Stack.java:1)", false)));
        }
    }
}
