package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millhand.Attempt;
import io.millhand.Capacity;
import io.millhand.DurationHistogram;
import io.millhand.QueueConfig;
import io.millhand.RetryPolicy;
import io.millhand.Task;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class StatisticsTest {

    private static void assertAll(DurationHistogram durations, long... millis) {
        long sum = 0;
        long max = 0;
        for (long each : millis) {
            sum += each;
            max = Math.max(max, each);
        }
        assertThat(durations.count()).isEqualTo(millis.length);
        assertThat(durations.mean()).isEqualTo(Duration.ofNanos(sum * 1_000_000 / millis.length));
        assertThat(durations.max()).isEqualTo(Duration.ofMillis(max));
    }

    @Test
    @Guarantee("5.13.9")
    void measuresWaitOverheadAndRunWithoutAGap() {
        try (var rig = QueueRig.of(1, 1)) {
            rig.submit("first");
            var first = rig.next();
            rig.time().advance(Duration.ofMillis(2));
            first.started();
            rig.submit("second");
            rig.time().advance(Duration.ofMillis(5));
            first.returns("done");
            var second = rig.next();
            rig.time().advance(Duration.ofMillis(1));
            second.started();
            assertAll(rig.queue().statistics().attempts().queueWait(), 0, 5);
            assertAll(rig.queue().statistics().attempts().overhead(), 2, 1);
            assertAll(rig.queue().statistics().attempts().run(), 5);
            rig.time().advance(Duration.ofMillis(3));
            second.returns("done");
            assertAll(rig.queue().statistics().attempts().run(), 5, 3);
        }
    }

    @Test
    @Guarantee("5.13.9")
    void doesNotCountTheBackoffAsWait() {
        try (var rig = QueueRig.of(1, 1)) {
            var _ = rig.queue().submit(Task.of(() -> "never called").retry(RetryPolicy.exponential(2)));
            rig.next().started().throwsException(new IllegalStateException("once"));
            assertThat(rig.time().next()).as("a backoff waits").isTrue();
            var again = rig.next();
            rig.time().advance(Duration.ofMillis(4));
            again.started().returns("done");
            var attempts = rig.queue().statistics().attempts();
            assertAll(attempts.queueWait(), 0, 0);
            assertAll(attempts.overhead(), 0, 4);
            assertThat(attempts.ended()).isEqualTo(2);
            assertThat(attempts.retried()).isEqualTo(1);
            assertThat(rig.queue().statistics().tasks().accepted()).isEqualTo(1);
        }
    }

    @Test
    @Guarantee("5.13.8")
    void countsEachTaskByItsEnding() {
        try (var rig = QueueRig.of(1, 1)) {
            rig.submit("succeeds");
            rig.next().started().returns("done");
            rig.submit("fails");
            rig.next().started().throwsException(new IllegalStateException("no"));
            rig.submit("crashes");
            rig.next().started().crashes(137);
            var late = rig.queue().submit(Task.of(() -> "never called").timeout(Duration.ofSeconds(1)));
            var attempt = rig.next().started();
            rig.submit("waits").cancel(false);
            rig.time().advance(Duration.ofSeconds(1));
            attempt.confirmsKill();
            assertThat(late.isDone()).isTrue();
            rig.submit("is given back");
            rig.next().givesBack();
            rig.next().started();
            var tasks = rig.queue().statistics().tasks();
            assertThat(tasks.accepted()).isEqualTo(6);
            for (var ending : Attempt.Ending.values()) {
                long expected = ending == Attempt.Ending.DETACHED ? 0 : 1; // a task does not end so
                assertThat(tasks.ended(ending)).as(ending.name()).isEqualTo(expected);
            }
            assertThat(tasks.ended()).isEqualTo(5);
            assertThat(rig.queue().statistics().attempts().ended())
                    .as("without what was given back, was never given, or still runs")
                    .isEqualTo(4);
        }
    }

    @Test
    @Guarantee("5.13.8")
    void countsWhatIsRejected() {
        var full = QueueConfig.defaults().capacity(Capacity.rejecting(1));
        try (var rig = QueueRig.of(ScriptedWorkers.of(1, 1), VirtualTime.ofSeed(1), full)) {
            rig.submit("runs");
            rig.submit("waits");
            assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> rig.submit("is too much"));
            rig.queue().shutdown();
            assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> rig.submit("is too late"));
            assertThat(rig.queue().statistics().tasks().accepted()).isEqualTo(2);
            assertThat(rig.queue().statistics().tasks().rejected()).isEqualTo(2);
        }
    }
}
