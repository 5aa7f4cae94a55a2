package io.millhand;

/// A bucket of tokens, as the generic cell rate algorithm (ITU-T I.371, 1993, annex A; "virtual scheduling"): instead
/// of
/// tokens it keeps the time at which it will be full again.
///
/// A token more is an addition of the interval between two tokens, with the fraction of a nanosecond kept as an
/// integer,
/// so nothing is rounded and nothing drifts. Times are compared by difference, since the clock may wrap around.
final class TokenBucket {

    /// 365 days; no time in here is further away from now.
    static final long LONGEST_NANOS = 365L * 24 * 3600 * 1_000_000_000;

    private final int permits;
    private final int burst;
    /// The interval between two tokens is `wholeNanos + fraction / permits` nanoseconds.
    private final long wholeNanos;

    private final int fraction;
    /// How far ahead of now `fullAt` may be for a token to be there: the interval, `burst - 1` times.
    private final long toleranceNanos;

    private long fullAt;
    /// Belongs to `fullAt`: in units of a nanosecond divided by `permits`, less than `permits`.
    private int fullAtFraction;

    /// Full. What [RateLimit] accepts does not overflow.
    TokenBucket(int permits, long perNanos, int burst, long now) {
        this.permits = permits;
        this.burst = burst;
        wholeNanos = perNanos / permits;
        fraction = (int) (perNanos % permits);
        // Two terms, both less than a year.
        toleranceNanos = (burst - 1) * wholeNanos + (burst - 1L) * fraction / permits;
        fullAt = now;
    }

    /// 0 if there is a token, else in how many nanoseconds there will be one.
    long waitNanos(long now) {
        return Math.max(0, fullAt - toleranceNanos - now);
    }

    void take(long now) {
        if (fullAt - now < 0) {
            fullAt = now;
            fullAtFraction = 0;
        }
        fullAt += wholeNanos;
        // Less than twice `permits`, which may exceed an int.
        long sum = (long) fullAtFraction + fraction;
        if (sum >= permits) {
            fullAt++;
            sum -= permits;
        }
        fullAtFraction = (int) sum;
    }

    /// Undoes one [#take].
    void putBack() {
        fullAt -= wholeNanos;
        fullAtFraction -= fraction;
        if (fullAtFraction < 0) {
            fullAt--;
            fullAtFraction += permits;
        }
    }

    /// Leaves one token for that time: what would come as a burst then would be refused again.
    void emptyUntil(long then) {
        if (then + toleranceNanos - fullAt > 0) {
            fullAt = then + toleranceNanos;
            fullAtFraction = 0;
        }
    }

    /// As many tokens as the other one has, if they fit: a new rate is no reason for a new burst.
    void fillAs(TokenBucket other, long now) {
        long missing = Math.max(0, other.fullAt - now);
        long interval = Math.max(1, other.wholeNanos);
        long tokens = Math.max(0, other.burst - (missing + interval - 1) / interval);
        fullAt = now;
        fullAtFraction = 0;
        if (tokens < burst) {
            long taken = burst - tokens;
            fullAt += taken * wholeNanos + taken * fraction / permits;
        }
    }
}
