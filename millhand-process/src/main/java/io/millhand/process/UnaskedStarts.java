package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.WorkerStartException;
import java.util.concurrent.TimeUnit;

/// When children may be started that no task waits for: spares, and those of the least number. No task could be told
/// that they do not start, so that failures are logged once and tried again less and less often.
final class UnaskedStarts {

    private static final System.Logger LOG = System.getLogger("io.millhand.process");

    private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    @GuardedBy("this")
    private long pauseNanos;

    @GuardedBy("this")
    private long lastNanos;

    /// Whether a start may be tried.
    synchronized boolean mayTry(long now) {
        return pauseNanos == 0 || now - lastNanos >= pauseNanos;
    }

    synchronized void succeeded() {
        pauseNanos = 0;
    }

    void failed(WorkerStartException cause, long now) {
        boolean first;
        synchronized (this) {
            first = pauseNanos == 0;
            pauseNanos = first ? FIRST_PAUSE_NANOS : Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
            lastNanos = now;
        }
        if (first) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a child that no task waits for cannot be started; tried again less and less often until it can",
                    cause);
        }
    }
}
