package io.millhand;

/// How often attempts start, learned from those that the resource refused for its quota.
///
/// No pace until the first refusal. Each refusal sets `W` to the rate of successes seen just before, over one to two
/// seconds or more; the pace is then, `t` after it,
///
/// ```
/// pace(t) = W * (1 + ((t - K) / T)^3),  K = T * cbrt(1 - beta),  beta = 0.9,  T = 10 s
/// ```
///
/// so it falls to nine tenths, is back at `W` after 4.6 s, tries little more for some seconds, and is doubled after
/// 14.6 s. `t` stands still while nothing waits for the pace. Ten times `W` is no pace any more.
///
/// Source: the window of CUBIC (S. Ha, I. Rhee, L. Xu, 2008; RFC 9438, section 4.2), on a rate as in the adaptive retry
/// mode of the AWS SDKs, with growth in proportion to `W` instead of absolute, so that it means the same to a quota of
/// ten and of ten thousand.
final class QuotaPace {

    /// What a refusal tells.
    enum Refusal {
        /// Nothing new: the attempt began before the pace was cut.
        EARLIER,
        /// The pace was too high.
        QUOTA,
        /// Nothing has succeeded since the last one: not a matter of pace.
        OUTAGE
    }

    private static final long SECOND = 1_000_000_000L;
    private static final double BETA = 0.9;
    private static final double T = 10.0 * SECOND;
    private static final double K = T * StrictMath.cbrt(1 - BETA);
    private static final double NO_PACE = 10;
    /// A closure longer than this tells more than a pace could.
    private static final long LONG_CLOSURE = 10 * SECOND;
    /// Timers are late; up to this much is made good.
    private static final long LATE = SECOND / 100;
    private static final int SAMPLES = 10;
    private static final long LEAST_MEASURED = SECOND / 2;

    // Rate of successes: the present stretch, at least a second and ten successes, and the one before.
    private long since;
    private int successes;
    private long earlierNanos;
    private int earlierSuccesses;

    // The pace.
    private boolean paced;
    /// Successes a nanosecond.
    private double w;
    /// `t`, in nanoseconds.
    private double grown;
    private long intervalNanos;
    private long next;
    /// Something waited for the pace since `updatedAt`.
    private boolean waitedFor;

    private long updatedAt;

    private boolean refusedBefore;
    private long refusedAt;
    private boolean succeededSince;

    QuotaPace(long now) {
        since = now;
    }

    /// 0, or in how many nanoseconds the next attempt may start.
    long waitNanos(long now) {
        if (!paced) {
            return 0;
        }
        long wait = next - now;
        if (wait <= 0) {
            return 0;
        }
        waitedFor = true;
        return wait;
    }

    void taken(long now) {
        if (!paced) {
            return;
        }
        if (now - updatedAt >= SECOND) {
            grow(now);
        }
        next = (next - (now - LATE) > 0 ? next : now - LATE) + intervalNanos;
    }

    void putBack() {
        next -= intervalNanos;
    }

    private void grow(long now) {
        if (waitedFor) {
            // A closure, or a time without demand, is not time in which the pace proved good.
            grown += Math.min(now - updatedAt, 2 * SECOND);
        }
        waitedFor = false;
        updatedAt = now;
        double above = (grown - K) / T;
        double factor = 1 + above * above * above;
        paced = factor < NO_PACE;
        intervalNanos = (long) Math.min(1 / (w * factor), TokenBucket.LONGEST_NANOS);
    }

    void succeeded(long now, long startedAt) {
        succeededSince |= startedAt - refusedAt >= 0;
        successes++;
        if (now - since >= SECOND && successes >= SAMPLES) {
            earlierNanos = now - since;
            earlierSuccesses = successes;
            measureFrom(now);
        }
    }

    private void measureFrom(long then) {
        since = then;
        successes = 0;
    }

    Refusal refused(long now, long startedAt, long opensAt) {
        if (refusedBefore && startedAt - refusedAt < 0) {
            return Refusal.EARLIER;
        }
        boolean outage = refusedBefore ? !succeededSince : earlierSuccesses + successes == 0;
        refusedBefore = true;
        refusedAt = now;
        succeededSince = false;
        if (outage || opensAt - now > LONG_CLOSURE) {
            earlierNanos = 0;
            earlierSuccesses = 0;
            measureFrom(opensAt);
            // The pace was not to blame.
            grown = Math.max(grown, K);
        } else {
            cut(now);
        }
        if (opensAt - next > 0) {
            next = opensAt;
        }
        return outage ? Refusal.OUTAGE : Refusal.QUOTA;
    }

    private void cut(long now) {
        long nanos = Math.max(0, now - since);
        if (earlierNanos + nanos >= LEAST_MEASURED) {
            w = Math.max(1.0, earlierSuccesses + successes) / (earlierNanos + nanos);
            if (nanos >= LEAST_MEASURED) {
                // It may have been rising.
                w = Math.max(w, (double) successes / nanos);
            }
        } else if (paced) {
            w *= BETA;
        } else {
            // Too early to say; the closure must do.
            return;
        }
        if (!paced) {
            paced = true;
            next = now;
        }
        grown = 0;
        waitedFor = false;
        grow(now);
    }
}
