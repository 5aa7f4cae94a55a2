package io.millhand;

import static io.millhand.Permits.Ending.FAILED;
import static io.millhand.Permits.Ending.REFUNDED;
import static io.millhand.Permits.Ending.SUCCEEDED;
import static io.millhand.Permits.ON_RELEASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Permits of fixed and rate limits, and what all kinds share.
final class PermitsTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final RateLimit TEN_A_SECOND = Limits.rate(10, Duration.ofSeconds(1));

    private static Permits.Ending overloaded(long nanos) {
        return Permits.Ending.overloaded(new BackOff(Duration.ofNanos(nanos)));
    }

    /// Takes what is there at once.
    private static int takeAll(Permits permits, long now) {
        int taken = 0;
        while (permits.tryAcquire(now) == 0) {
            taken++;
        }
        return taken;
    }

    @Test
    void givesOutAFixedNumberUntilOneIsReleased() {
        var permits = Permits.of(Limits.fixed(2), 0);

        assertThat(takeAll(permits, 0)).isEqualTo(2);
        assertThat(permits.tryAcquire(SECOND)).isEqualTo(ON_RELEASE);
        permits.release(SECOND, SECOND, FAILED);
        assertThat(permits.inUse()).isEqualTo(1);
        assertThat(permits.limit()).isEqualTo(2);
        assertThat(takeAll(permits, SECOND)).isEqualTo(1);
    }

    @Test
    void refusesToReleaseWhatNobodyHas() {
        var permits = Permits.of(Limits.fixed(1), 0);

        assertThatIllegalStateException()
                .isThrownBy(() -> permits.release(0, 0, SUCCEEDED))
                .withMessage("no permit is in use: one was released twice");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 5, Long.MIN_VALUE, -SECOND})
    void spreadsStartsWhereverTheClockStands(long start) {
        var permits = Permits.of(TEN_A_SECOND, start);

        assertThat(permits.tryAcquire(start)).isZero();
        assertThat(permits.tryAcquire(start)).isEqualTo(100 * MILLI);
        assertThat(permits.tryAcquire(start + 99 * MILLI)).isEqualTo(MILLI);
        assertThat(permits.tryAcquire(start + 100 * MILLI)).isZero();
        permits.release(start + SECOND, SECOND, overloaded(SECOND));
        assertThat(permits.tryAcquire(start + SECOND)).isEqualTo(SECOND);
        assertThat(permits.tryAcquire(start + 2 * SECOND)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"3,10", "7,1000000000", "100,1000000000", "2147483647,1", "999983,86400000000000", "1,31536000000000000"
    })
    void keepsTheRateOverAMillionStarts(int permitsPer, long perNanos) {
        long starts = perNanos > 1_000_000 * SECOND ? 200 : 1_000_000;
        var permits =
                Permits.of(Limits.rate(permitsPer, Duration.ofNanos(perNanos)).withBurst(1), 0);

        long now = 0;
        for (long start = 0; start < starts; start++) {
            for (long wait = permits.tryAcquire(now); wait > 0; wait = permits.tryAcquire(now)) {
                now += wait;
            }
        }

        assertThat(now).isEqualTo((long) Math.floor((double) perNanos * (starts - 1) / permitsPer));
    }

    @Test
    void allowsABurstAfterATimeWithoutDemandAndNoMore() {
        var permits = Permits.of(TEN_A_SECOND.withBurst(5), 0);

        assertThat(takeAll(permits, 0)).isEqualTo(5);
        assertThat(takeAll(permits, 300 * MILLI)).isEqualTo(3);
        assertThat(takeAll(permits, 3_600 * SECOND)).isEqualTo(5);
        assertThat(permits.limit()).isEqualTo(Integer.MAX_VALUE);
        assertThat(permits.inUse()).isEqualTo(13);
    }

    @Test
    void countsAnAttemptThatNeverStartedAsIfNoTokenHadBeenTaken() {
        var permits = Permits.of(TEN_A_SECOND, 0);

        assertThat(permits.tryAcquire(0)).isZero();
        permits.release(0, 0, REFUNDED);
        assertThat(permits.inUse()).isZero();
        assertThat(takeAll(permits, 0)).isEqualTo(1);
        permits.release(0, 0, SUCCEEDED);
        assertThat(permits.tryAcquire(0))
                .as("a token is spent however short the attempt")
                .isEqualTo(100 * MILLI);
    }

    @Test
    void doesNotDriftWhenFractionsAreRefunded() {
        var permits = Permits.of(Limits.rate(3, Duration.ofNanos(10)).withBurst(1), 0);
        assertThat(permits.tryAcquire(0)).isZero();
        long wait = permits.tryAcquire(0);

        for (int time = 0; time < 1_000; time++) {
            assertThat(permits.tryAcquire(wait)).isZero();
            permits.release(wait, 0, REFUNDED);
        }

        assertThat(permits.tryAcquire(wait)).isZero();
        assertThat(permits.tryAcquire(wait)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fixed", "rate", "adaptive"})
    void closesForAsLongAsTheResourceAsked(String kind) {
        var permits = Permits.of(
                switch (kind) {
                    case "fixed" -> Limits.fixed(3);
                    case "rate" -> Limits.rate(1_000, Duration.ofSeconds(1));
                    default -> Limits.adaptive(3, 3);
                },
                0);
        assertThat(permits.tryAcquire(0)).isZero();
        assertThat(permits.tryAcquire(0)).isZero();

        permits.release(MILLI, MILLI, overloaded(SECOND));
        permits.release(2 * MILLI, 2 * MILLI, overloaded(MILLI));

        assertThat(permits.tryAcquire(2 * MILLI)).as("the longer one holds").isEqualTo(SECOND - MILLI);
        assertThat(permits.tryAcquire(SECOND + MILLI - 1)).isEqualTo(1);
        assertThat(permits.tryAcquire(SECOND + MILLI)).isZero();
    }

    @Test
    void bearsALongestTimeToBackOff() {
        var permits = Permits.of(Limits.fixed(1), Long.MAX_VALUE);
        assertThat(permits.tryAcquire(Long.MAX_VALUE)).isZero();

        permits.release(Long.MAX_VALUE, 0, Permits.Ending.overloaded(new BackOff(Duration.ofSeconds(Long.MAX_VALUE))));

        assertThat(permits.tryAcquire(Long.MAX_VALUE)).isEqualTo(TokenBucket.LONGEST_NANOS);
        assertThat(permits.tryAcquire(Long.MAX_VALUE + TokenBucket.LONGEST_NANOS))
                .isZero();
    }

    @Test
    void opensWithoutABurst() {
        var permits = Permits.of(TEN_A_SECOND.withBurst(5), 0);
        assertThat(permits.tryAcquire(0)).isZero();

        permits.release(0, 0, overloaded(10 * SECOND));

        assertThat(takeAll(permits, 10 * SECOND)).isEqualTo(1);
    }

    @Test
    void keepsWhatIsInUseUnderAnotherLimit() {
        var permits = Permits.of(Limits.fixed(3), 0);
        assertThat(takeAll(permits, 0)).isEqualTo(3);

        var fewer = permits.replacedBy(Limits.fixed(2), 0);

        assertThat(fewer.inUse()).isEqualTo(3);
        fewer.release(0, 0, SUCCEEDED);
        assertThat(fewer.tryAcquire(0)).isEqualTo(ON_RELEASE);
        fewer.release(0, 0, SUCCEEDED);
        assertThat(fewer.tryAcquire(0)).isZero();
        assertThat(takeAll(fewer.replacedBy(Limits.fixed(5), 0), 0)).isEqualTo(3);
    }

    @Test
    void staysClosedUnderAnotherLimit() {
        var permits = Permits.of(Limits.fixed(1), 0);
        assertThat(permits.tryAcquire(0)).isZero();
        permits.release(0, 0, overloaded(SECOND));

        assertThat(permits.replacedBy(TEN_A_SECOND, MILLI).tryAcquire(MILLI)).isEqualTo(SECOND - MILLI);
    }

    @Test
    void givesNoNewBurstForAnotherRate() {
        var permits = Permits.of(TEN_A_SECOND.withBurst(5), 0);
        assertThat(takeAll(permits, 0)).isEqualTo(5);

        var faster = permits.replacedBy(Limits.rate(20, Duration.ofSeconds(1)).withBurst(10), 0);

        assertThat(faster.tryAcquire(0)).isEqualTo(50 * MILLI);
        assertThat(takeAll(faster, 100 * MILLI)).isEqualTo(2);
        var slower = faster.replacedBy(Limits.rate(1, Duration.ofSeconds(1)).withBurst(2), 3_600 * SECOND);
        assertThat(takeAll(slower, 3_600 * SECOND)).isEqualTo(2);
    }
}
