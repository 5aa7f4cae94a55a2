package io.millhand;

/// As many at a time as latency and failures allow, and as often as a quota allows.
///
/// Two learners that do not know of each other: a number at a time cannot hold a quota where attempts are short (one at
/// a time may be too many), and a rate cannot hold latency where the resource becomes slower.
final class AdaptivePermits extends Permits {

    private final LatencyGradient gradient;
    /// Handed on to the permits that replace these.
    private QuotaPace pace;

    AdaptivePermits(AdaptiveLimit limit, long now) {
        gradient = new LatencyGradient(limit, now);
        pace = new QuotaPace(now);
    }

    @Override
    int limit() {
        return gradient.limit();
    }

    @Override
    long waitNanos(long now) {
        if (inUse() >= gradient.limit()) {
            gradient.reached();
            return ON_RELEASE;
        }
        return pace.waitNanos(now);
    }

    @Override
    void taken(long now) {
        pace.taken(now);
    }

    @Override
    void succeeded(long now, long startedAt) {
        pace.succeeded(now, startedAt);
        gradient.ended(now, startedAt, true);
    }

    @Override
    void failed(long now, long startedAt) {
        gradient.ended(now, startedAt, false);
    }

    @Override
    void overloaded(long now, long startedAt) {
        switch (pace.refused(now, startedAt, opensAt(now))) {
            case EARLIER -> {}
            case QUOTA -> gradient.lowerTo(inUse());
            case OUTAGE -> gradient.halve();
        }
    }

    @Override
    void refunded() {
        pace.putBack();
    }

    @Override
    void learnFrom(Permits earlier, long now) {
        if (earlier instanceof AdaptivePermits adaptive) {
            gradient.learnFrom(adaptive.gradient);
            pace = adaptive.pace;
        }
    }
}
