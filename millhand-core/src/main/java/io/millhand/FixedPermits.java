package io.millhand;

/// So many at a time.
final class FixedPermits extends Permits {

    private final int limit;

    FixedPermits(FixedLimit limit) {
        this.limit = limit.n();
    }

    @Override
    int limit() {
        return limit;
    }

    @Override
    long waitNanos(long now) {
        return inUse() < limit ? 0 : ON_RELEASE;
    }
}
