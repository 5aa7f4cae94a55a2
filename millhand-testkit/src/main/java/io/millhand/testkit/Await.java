package io.millhand.testkit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what other threads and processes do.
final class Await {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private Await() {}

    /// Looks until the condition holds or the limit is over.
    ///
    /// @return whether the condition holds
    static boolean within(long limitNanos, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > limitNanos) {
                return condition.getAsBoolean();
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    /// Waits up to 30 seconds, which is for ever as far as tests are concerned.
    static void until(String what, BooleanSupplier condition) {
        if (!within(TimeUnit.SECONDS.toNanos(30), condition)) {
            throw new AssertionError("waited 30 s in vain: " + what);
        }
    }
}
