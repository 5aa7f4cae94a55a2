package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationHistogramTest {

    private static DurationHistogram of(long... nanos) {
        var recorder = new DurationRecorder();
        for (long each : nanos) {
            recorder.record(each);
        }
        return recorder.snapshot();
    }

    @Test
    void isZeroWhereThereIsNothing() {
        var none = of();
        assertThat(none.count()).isZero();
        assertThat(none.mean()).isZero();
        assertThat(none.max()).isZero();
        assertThat(none.percentile(50)).isZero();
    }

    @Test
    void tellsCountMeanAndMaximumExactly() {
        var three = of(1_000_003, 7, 2_000_000);
        assertThat(three.count()).isEqualTo(3);
        assertThat(three.mean())
                .isEqualTo(Duration.ofNanos(1_000_003 + 7 + 2_000_000).dividedBy(3));
        assertThat(three.max()).isEqualTo(Duration.ofMillis(2));
        assertThat(three.percentile(100)).isEqualTo(Duration.ofMillis(2));
    }

    @Test
    void countsWhatRunsBackwardsAsZero() {
        assertThat(of(-5)).isEqualTo(of(0));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 63, 64, 127, 128, 129, 255, 256, 1_000_000, Long.MAX_VALUE / 3, Long.MAX_VALUE - 1})
    void isTooLongByOnePartIn64AtMost(long nanos) {
        long told = of(nanos, Long.MAX_VALUE).percentile(50).toNanos();
        assertThat(told).isGreaterThanOrEqualTo(nanos);
        assertThat(told - nanos).isLessThanOrEqualTo(nanos / 64);
    }

    @Test
    void tellsThePercentilesOfManyDurations() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var nanos = new long[10_000];
        Arrays.setAll(nanos, _ -> random.nextLong(1L << (1 + random.nextInt(50))));
        var histogram = of(nanos);
        Arrays.sort(nanos);
        for (int percent = 1; percent <= 100; percent++) {
            long exact = nanos[nanos.length * percent / 100 - 1];
            assertThat(histogram.percentile(percent).toNanos())
                    .as("percentile %s, seed %s", percent, seed)
                    .isBetween(exact, exact + exact / 64);
        }
    }

    @Test
    void refusesAPercentileThatIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(1).percentile(101))
                .withMessage("percentile must be from 0 to 100, was 101.0");
        assertThatIllegalArgumentException().isThrownBy(() -> of(1).percentile(Double.NaN));
    }
}
