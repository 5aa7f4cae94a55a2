package io.millhand;

/// So many starts in a stretch of time.
final class RatePermits extends Permits {

    private final TokenBucket bucket;

    RatePermits(RateLimit limit, long now) {
        bucket = new TokenBucket(limit.permits(), limit.per().toNanos(), limit.burst(), now);
    }

    @Override
    int limit() {
        return Integer.MAX_VALUE;
    }

    @Override
    long waitNanos(long now) {
        return bucket.waitNanos(now);
    }

    @Override
    void taken(long now) {
        bucket.take(now);
    }

    @Override
    void refunded() {
        bucket.putBack();
    }

    @Override
    void overloaded(long now, long startedAt) {
        bucket.emptyUntil(opensAt(now));
    }

    @Override
    void learnFrom(Permits earlier, long now) {
        if (earlier instanceof RatePermits rate) {
            bucket.fillAs(rate.bucket, now);
        }
    }
}
