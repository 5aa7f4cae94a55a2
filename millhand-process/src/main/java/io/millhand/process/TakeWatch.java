package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.WorkerHost;
import java.util.ArrayList;
import java.util.List;

/// Finds the children of a worker that are stopped, or thrash: they do not even take an attempt within a limit. One
/// timer serves many attempts.
final class TakeWatch {

    private final ProcessWorker worker;
    private final WorkerHost host;
    private final ProcessPool pool;
    private final ChildAttempts attempts;

    /// A timer looks whether attempts are taken.
    @GuardedBy("worker")
    private boolean watching;

    /// @param attempts guarded by the monitor of the worker
    TakeWatch(ProcessWorker worker, WorkerHost host, ProcessPool pool, ChildAttempts attempts) {
        this.worker = worker;
        this.host = host;
        this.pool = pool;
        this.attempts = attempts;
    }

    /// An attempt is sent.
    void watch() {
        synchronized (worker) {
            if (watching) {
                return;
            }
            watching = true;
        }
        host.backend().schedule(pool.takeLimitNanos(), this::look);
    }

    private void look() {
        long now = host.backend().nanoTime();
        long limitNanos = pool.takeLimitNanos();
        long left = Long.MAX_VALUE;
        List<Child> stuck = new ArrayList<>();
        synchronized (worker) {
            for (var attempt : attempts) {
                if (attempt.child == null || attempt.taken) {
                    continue;
                }
                var turns = attempt.child.turns();
                long since = attempt.child.count().mayTakeSince(turns.sentNanos(attempt.sentNanos));
                long wait = limitNanos - (now - since);
                if (wait <= 0 && (turns.holds(attempt.assignment) || attempt.child.isDebugged())) {
                    left = Math.min(left, limitNanos); // not sent, or held by a debugger, which is not its fault
                } else if (wait <= 0) {
                    stuck.add(attempt.child);
                } else {
                    left = Math.min(left, wait);
                }
            }
            watching = left < Long.MAX_VALUE;
        }
        stuck.forEach(worker::stuck);
        if (left < Long.MAX_VALUE) {
            host.backend().schedule(left, this::look);
        }
    }
}
