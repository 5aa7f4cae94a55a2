package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.WorkerStartException;
import io.millhand.testkit.Guarantee;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UnaskedStartsTest {

    private final WorkerStartException cause = new WorkerStartException("on purpose", null);

    private final UnaskedStarts starts = new UnaskedStarts();

    @Test
    @Guarantee("6.11.5")
    void triesLessAndLessOftenButAtLeastOnceAMinute() {
        long now = Long.MAX_VALUE - 5; // the origin of the clock is arbitrary
        assertThat(starts.mayTry(now)).isTrue();

        for (long pause : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            starts.failed(cause, now);
            long nanos = TimeUnit.SECONDS.toNanos(pause);
            assertThat(starts.mayTry(now + nanos - 1)).as("before %s s", pause).isFalse();
            assertThat(starts.mayTry(now + nanos)).as("after %s s", pause).isTrue();
            now += nanos;
        }
    }

    @Test
    @Guarantee("6.11.5")
    void beginsAnewAfterASuccess() {
        starts.failed(cause, 0);
        starts.failed(cause, 0);
        starts.succeeded();

        assertThat(starts.mayTry(0)).isTrue();
        assertThat(starts.mayTry(-1)).isTrue();
        starts.failed(cause, 0);
        assertThat(starts.mayTry(TimeUnit.SECONDS.toNanos(1))).isTrue();
    }
}
