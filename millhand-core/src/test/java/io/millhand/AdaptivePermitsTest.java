package io.millhand;

import static io.millhand.Permits.Ending.FAILED;
import static io.millhand.Permits.Ending.REFUNDED;
import static io.millhand.Permits.Ending.SUCCEEDED;
import static io.millhand.Permits.ON_RELEASE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What makes an adaptive limit move; the numbers that come of it are in [LimitSimulationTest].
final class AdaptivePermitsTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private final Permits permits = Permits.of(Limits.adaptive(1, 50), 0);
    private long now;

    /// Rounds of as many attempts as may run, and one that may not.
    private void rounds(int rounds, long elapsedNanos, Permits.Ending ending) {
        for (int round = 0; round < rounds; round++) {
            while (permits.tryAcquire(now) == 0) {
                // as many as there are
            }
            end(elapsedNanos, ending);
        }
    }

    private void end(long elapsedNanos, Permits.Ending ending) {
        now += elapsedNanos;
        while (permits.inUse() > 0) {
            permits.release(now, elapsedNanos, ending);
        }
    }

    @Test
    void startsAtTheLeastAndGrowsToTheMostWhileLatencyStays() {
        assertThat(permits.limit()).isEqualTo(1);

        rounds(100, 10 * MILLI, SUCCEEDED);

        assertThat(permits.limit()).isEqualTo(50);
    }

    @Test
    void doesNotGrowWhileItIsNotReached() {
        for (int attempt = 0; attempt < 10_000; attempt++) {
            assertThat(permits.tryAcquire(now)).isZero();
            end(10 * MILLI, SUCCEEDED);
        }

        assertThat(permits.limit()).isEqualTo(1);
    }

    @Test
    void shrinksWhenLatencyMoreThanDoubles() {
        rounds(100, 10 * MILLI, SUCCEEDED);

        rounds(4, 30 * MILLI, SUCCEEDED);

        assertThat(permits.limit()).isLessThan(25);
    }

    @Test
    void shrinksToTheLeastWhenAllFailAndIsBackSoon() {
        rounds(100, 10 * MILLI, SUCCEEDED);

        rounds(200, 10 * MILLI, FAILED);
        assertThat(permits.limit()).isEqualTo(1);

        rounds(60, 10 * MILLI, SUCCEEDED);
        assertThat(permits.limit()).isGreaterThanOrEqualTo(35);
    }

    @Test
    void doesNotMindAFailureNowAndThen() {
        rounds(100, 10 * MILLI, SUCCEEDED);

        for (int round = 0; round < 100; round++) {
            while (permits.tryAcquire(now) == 0) {
                // as many as there are
            }
            now += 10 * MILLI;
            permits.release(now, 10 * MILLI, FAILED);
            end(0, SUCCEEDED);
        }

        assertThat(permits.limit()).isEqualTo(50);
    }

    @Test
    void takesASlowerServiceAsItIsOnceNothingIsLeftToTakeAway() {
        rounds(100, 10 * MILLI, SUCCEEDED);

        rounds(400, 100 * MILLI, SUCCEEDED);

        assertThat(permits.limit()).isEqualTo(50);
    }

    @Test
    void holdsOneAtATimeWhereThatIsTheMost() {
        var one = Permits.of(Limits.adaptive(1, 1), 0);

        for (int attempt = 0; attempt < 1_000; attempt++) {
            assertThat(one.tryAcquire(now)).isZero();
            assertThat(one.tryAcquire(now)).isEqualTo(ON_RELEASE);
            one.release(++now, 1, attempt % 2 == 0 ? FAILED : SUCCEEDED);
        }

        assertThat(one.limit()).isEqualTo(1);
    }

    @Test
    void bearsAttemptsThatTakeNoTimeOrLess() {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            while (permits.tryAcquire(now) == 0) {
                // as many as there are
            }
            while (permits.inUse() > 0) {
                permits.release(now, attempt % 2 == 0 ? 0 : Long.MIN_VALUE, SUCCEEDED);
            }
        }

        assertThat(permits.limit()).isEqualTo(50);
    }

    @Test
    void learnsNothingFromAttemptsThatNeverStarted() {
        rounds(10_000, 0, REFUNDED);

        assertThat(permits.limit()).isEqualTo(1);
        assertThat(permits.inUse()).isZero();
    }

    @Test
    void worksWhereTheClockWrapsAround() {
        now = Long.MAX_VALUE - 5 * MILLI;
        var late = Permits.of(Limits.adaptive(1, 50), now);

        for (int round = 0; round < 100; round++) {
            while (late.tryAcquire(now) == 0) {
                // as many as there are
            }
            now += 10 * MILLI;
            while (late.inUse() > 0) {
                late.release(now, 10 * MILLI, SUCCEEDED);
            }
        }

        assertThat(now).isNegative();
        assertThat(late.limit()).isEqualTo(50);
    }

    @Test
    void shrinksToWhatWasInUseWhenToldToBackOff() {
        rounds(100, 10 * MILLI, SUCCEEDED);
        for (int attempt = 0; attempt < 8; attempt++) {
            assertThat(permits.tryAcquire(now)).isZero();
        }

        permits.release(now, 0, Permits.Ending.overloaded(new BackOff(Duration.ofSeconds(1))));

        assertThat(permits.limit()).isEqualTo(7);
        assertThat(permits.tryAcquire(now)).isEqualTo(SECOND);
    }

    @Test
    void spreadsStartsAtNineTenthsOfTheRateThatWasRefused() {
        rounds(300, 10 * MILLI, SUCCEEDED);
        assertThat(permits.tryAcquire(now)).isZero();
        permits.release(now, 0, Permits.Ending.overloaded(new BackOff(Duration.ZERO)));

        long starts = 0;
        for (long end = now + SECOND; now < end; now += MILLI) {
            while (permits.tryAcquire(now) == 0) {
                permits.release(now, 0, SUCCEEDED);
                starts++;
            }
        }

        // 50 in each 10 ms were too many.
        assertThat(starts).isBetween(4_400L, 4_600L);
    }

    @Test
    void keepsWhatItLearnedUnderOtherBounds() {
        rounds(100, 10 * MILLI, SUCCEEDED);

        assertThat(permits.replacedBy(Limits.adaptive(1, 100), now).limit()).isEqualTo(50);
        assertThat(permits.replacedBy(Limits.adaptive(1, 20), now).limit()).isEqualTo(20);
        assertThat(permits.replacedBy(Limits.adaptive(70, 90), now).limit()).isEqualTo(70);
    }
}
