package io.millhand;

/// How many attempts at a time, from their latency and their failures.
///
/// Attempts are judged in windows of at least 20, and of about a round trip. The base is the unloaded latency. Of each
/// window, the first that holds:
///
/// ```
/// more than a tenth failed                    limit = 0.7 limit = known; at once again: limit = limit / 2
/// this was a probe                            base = latency, limit as before the probe
/// latency > 2 base, limit = min               base = latency, nothing known
/// latency < base / 2, twice                   base = latency
/// 100 windows since the base, and higher      probe: 40 attempts at limit / 4
/// latency > 2 base                            limit = limit * max(1/2, 2 base / latency) = known
/// limit reached, < known, latency near base   limit = 2 limit, up to known
/// limit reached                               limit = limit + max(1, limit / 20)
/// ```
///
/// Sources: doubling up to what was known to be good, then growing by addition, shrinking by a factor: V. Jacobson,
/// *Congestion Avoidance and Control* (SIGCOMM 1988); that this converges: D. Chiu, R. Jain, *Analysis of the Increase
/// and Decrease Algorithms for Congestion Avoidance* (1989); 0.7: CUBIC, RFC 9438. To stop doubling when latency rises:
/// HyStart (S. Ha, I. Rhee, 2011; RFC 9406). Unloaded by present latency as a factor of the limit, not below a half:
/// Netflix, *concurrency-limits*, `GradientLimit`; before it TCP Vegas (L. Brakmo, S. O'Malley, L. Peterson, SIGCOMM
/// 1994). The probe for the unloaded latency: BBR (N. Cardwell and others, *BBR: Congestion-Based Congestion Control*,
/// ACM Queue 2016).
///
/// Latency is the geometric mean: a service that is twice as slow doubles it, and a few attempts of another length
/// hardly move it. Only attempts that began within the window count, so that each is judged by the limit it ran under.
final class LatencyGradient {

    private static final int SAMPLES = 20;
    private static final int BASE_SAMPLES = 40;
    /// As long as the base is not known well, so that long attempts do not run one by one for long.
    private static final int FIRST_SAMPLES = 10;
    private static final int FAILED_PART = 10;
    private static final double LEAST_FACTOR = 0.5;
    private static final double GROWTH = 1.0 / 20;
    private static final int PROBE_AFTER = 100;
    private static final double PROBE_FACTOR = 0.25;
    // Factors of latency, as logarithms.
    private static final double TOLERANCE = StrictMath.log(2);
    /// What the latencies of an unloaded service differ by.
    private static final double NEAR = StrictMath.log(1.2);
    /// By a first window of failures.
    private static final double FAILED_FACTOR = 0.7;

    private final int min;
    private final int max;
    private double limit;
    /// Up to here the limit doubles: what was good before failures took it away.
    private double known;

    // The base, in logarithms of nanoseconds.
    private double base;
    /// How many attempts the base is the mean of; counted up to where it is known well.
    private int baseSamples;
    private int windowsSinceBase;
    private boolean probing;
    /// The window before had half the latency of the base: one may be luck.
    private boolean wasLow;
    /// The window before failed.
    private boolean failing;
    private double limitBeforeProbe;

    // The present window.
    private long since;
    private int ended;
    private int failed;
    private double logSum;
    private boolean reached;

    LatencyGradient(AdaptiveLimit bounds, long now) {
        min = bounds.min();
        max = bounds.max();
        limit = min;
        known = max;
        since = now;
    }

    int limit() {
        return (int) limit;
    }

    /// An attempt had to wait for another one to end. Without that, a higher limit would be a guess.
    void reached() {
        reached = true;
    }

    void ended(long now, long startedAt, boolean success) {
        if (startedAt - since < 0) {
            return;
        }
        ended++;
        if (success) {
            logSum += StrictMath.log((double) Math.max(1, now - startedAt));
        } else {
            failed++;
        }
        if (ended >= Math.max(samples(), limit())) {
            judge();
            since = now;
            ended = 0;
            failed = 0;
            logSum = 0;
            reached = false;
        }
    }

    private int samples() {
        if (probing) {
            return BASE_SAMPLES;
        }
        return baseSamples < BASE_SAMPLES ? FIRST_SAMPLES : SAMPLES;
    }

    private void judge() {
        if ((long) failed * FAILED_PART > ended) {
            fail();
            return;
        }
        failing = false;
        double latency = logSum / (ended - failed);
        windowsSinceBase++;
        if (baseSamples < BASE_SAMPLES) {
            refineBase(latency);
        }
        boolean high = latency > base + TOLERANCE;
        boolean low = latency < base - TOLERANCE;
        if (probing) {
            endProbe();
            rebase(latency);
        } else if (high && limit() == min) {
            // None of this is our own load: the service is slower now.
            rebase(latency);
            known = max;
        } else if (low && wasLow) {
            rebase(latency);
        } else if (windowsSinceBase > PROBE_AFTER && latency > base + NEAR && !high && limit() > min) {
            limitBeforeProbe = limit;
            probing = true;
            set(limit * PROBE_FACTOR);
        } else {
            follow(latency);
        }
        wasLow = low;
    }

    private void rebase(double latency) {
        base = latency;
        windowsSinceBase = 0;
    }

    /// The mean of the first windows, but for those that suffer from too high a limit.
    private void refineBase(double latency) {
        if (baseSamples == 0 || latency < base + TOLERANCE) {
            int added = ended - failed;
            base = (base * baseSamples + latency * added) / (baseSamples + added);
            baseSamples += added;
        }
    }

    /// A first window of failures may mean a little too much, a second one in a row means an outage: what was known to
    /// be good will be good again.
    private void fail() {
        if (failing) {
            halve();
        } else {
            failing = true;
            endProbe();
            set(limit * FAILED_FACTOR);
            known = limit;
        }
    }

    private void follow(double latency) {
        double factor = StrictMath.exp(base + TOLERANCE - latency);
        if (factor < 1) {
            set(limit * Math.max(LEAST_FACTOR, factor));
            known = limit;
        } else if (reached) {
            boolean far = limit < known && latency < base + NEAR;
            set(far ? Math.min(known, 2 * limit) : limit + Math.max(1, limit * GROWTH));
            known = Math.max(known, limit);
        }
    }

    /// Nearly all fails.
    void halve() {
        endProbe();
        set(limit / 2);
    }

    /// So many at a time were too many.
    void lowerTo(int inUse) {
        endProbe();
        set(Math.min(limit, inUse));
    }

    private void endProbe() {
        if (probing) {
            probing = false;
            limit = limitBeforeProbe;
        }
    }

    private void set(double next) {
        limit = Math.clamp(next, min, max);
    }

    void learnFrom(LatencyGradient earlier) {
        base = earlier.base;
        baseSamples = earlier.baseSamples;
        set(earlier.probing ? earlier.limitBeforeProbe : earlier.limit);
        known = Math.clamp(earlier.known == earlier.max ? max : earlier.known, min, max);
    }
}
