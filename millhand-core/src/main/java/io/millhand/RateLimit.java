package io.millhand;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.time.Duration;

/// So many starts in a stretch of time: a bucket of tokens that fills steadily, from which each start takes one.
///
/// In any stretch of time of length `t`, at most `burst + permits * t / per` attempts start, and in the long run
/// exactly
/// `permits` for each `per` while there is demand. How long they run does not matter.
///
/// @param permits how many attempts may start, at least 1
/// @param per in which time; more than 0, at most 365 days
/// @param burst how many may start at once after a time without demand, at least 1; refilled within 365 days
public record RateLimit(int permits, Duration per, int burst) implements Limit {

    private static final Duration LONGEST = Duration.ofDays(365);

    /// Refuses what makes no sense.
    public RateLimit {
        if (permits < 1) {
            throw new IllegalArgumentException("permits must be at least 1, was " + permits);
        }
        if (!requireNonNull(per, "per").isPositive() || per.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("per must be more than 0 and at most 365 days (PT8760H), was " + per);
        }
        if (burst < 1) {
            throw new IllegalArgumentException("burst must be at least 1, was " + burst);
        }
        var refill = BigInteger.valueOf(per.toNanos())
                .multiply(BigInteger.valueOf(burst))
                .divide(BigInteger.valueOf(permits));
        if (refill.compareTo(BigInteger.valueOf(LONGEST.toNanos())) > 0) {
            throw new IllegalArgumentException(
                    "burst must be refilled within 365 days: at %d per %s, it must be at most %d, was %d"
                            .formatted(permits, per, mostBurst(permits, per), burst));
        }
    }

    /// With a burst of a tenth of the permits, at least 1: enough to make good for a timer that is late, and few enough
    /// for a resource that counts over a window of `per`.
    static RateLimit of(int permits, Duration per) {
        return new RateLimit(permits, per, Math.max(1, permits / 10));
    }

    private static BigInteger mostBurst(int permits, Duration per) {
        return BigInteger.valueOf(LONGEST.toNanos())
                .multiply(BigInteger.valueOf(permits))
                .divide(BigInteger.valueOf(per.toNanos()));
    }

    /// This limit with another burst.
    ///
    /// @param burst how many may start at once after a time without demand, at least 1
    /// @return the changed copy
    public RateLimit withBurst(int burst) {
        return new RateLimit(permits, per, burst);
    }
}
