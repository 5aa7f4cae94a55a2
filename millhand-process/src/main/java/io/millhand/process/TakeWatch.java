package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Finds the children of a worker that are stopped, or thrash: they do not even take an attempt within a limit. One
/// timer serves many attempts.
final class TakeWatch {

    private final Backend backend;
    private final ChildAttempts attempts;

    /// Of the worker; guards the attempts.
    private final Object monitor;

    private final long limitNanos;
    private final Consumer<Child> onStuck;

    /// A timer looks whether attempts are taken.
    @GuardedBy("monitor")
    private boolean watching;

    TakeWatch(Backend backend, long limitNanos, ChildAttempts attempts, Object monitor, Consumer<Child> onStuck) {
        this.backend = backend;
        this.limitNanos = limitNanos;
        this.attempts = attempts;
        this.monitor = monitor;
        this.onStuck = onStuck;
    }

    /// An attempt is sent.
    void watch() {
        synchronized (monitor) {
            if (watching) {
                return;
            }
            watching = true;
        }
        backend.schedule(limitNanos, this::look);
    }

    private void look() {
        long now = backend.nanoTime();
        long left = Long.MAX_VALUE;
        List<Child> stuck = new ArrayList<>();
        synchronized (monitor) {
            for (var attempt : attempts) {
                if (attempt.child == null || attempt.taken) {
                    continue;
                }
                var turns = attempt.child.turns();
                long since = attempt.child.mayTakeSince(turns.sentNanos(attempt.sentNanos));
                long wait = limitNanos - (now - since);
                if (wait <= 0 && turns.holds(attempt.assignment)) {
                    left = Math.min(left, limitNanos); // not sent, which is not its fault
                } else if (wait <= 0) {
                    stuck.add(attempt.child);
                } else {
                    left = Math.min(left, wait);
                }
            }
            watching = left < Long.MAX_VALUE;
        }
        stuck.forEach(onStuck);
        if (left < Long.MAX_VALUE) {
            backend.schedule(left, this::look);
        }
    }
}
