package io.millhand;

import com.netflix.concurrency.limits.Limit;
import io.millhand.LimitSimulation.Gate;

/// A limit of Netflix's as a gate of ours, as their `SimpleLimiter` uses it.
final class RivalGate implements Gate {

    private final Limit limit;
    private int inUse;
    private long closedUntil;

    RivalGate(Limit limit) {
        this.limit = limit;
    }

    @Override
    public long tryAcquire(long now) {
        if (now < closedUntil) {
            return closedUntil - now;
        }
        if (inUse >= limit.getLimit()) {
            return Permits.ON_RELEASE;
        }
        inUse++;
        return 0;
    }

    @Override
    public void release(long now, long elapsedNanos, Permits.Ending ending) {
        if (ending instanceof Permits.Ending.Overloaded(long retryAfterNanos)) {
            closedUntil = Math.max(closedUntil, now + retryAfterNanos);
        }
        boolean dropped = !ending.equals(Permits.Ending.SUCCEEDED);
        limit.onSample(now - elapsedNanos, Math.max(1, elapsedNanos), inUse, dropped);
        inUse--;
    }

    @Override
    public int limit() {
        return limit.getLimit();
    }
}
