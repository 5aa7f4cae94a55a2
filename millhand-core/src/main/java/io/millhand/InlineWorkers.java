package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Worker;
import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Workers that run each task in the thread that submits it: `submit` returns when the task has ended, retries and
/// their waits included. For tests, for debugging, and for code that takes a queue but needs none.
///
/// A task may submit to its own queue: the inner task runs at once. Tasks of different threads run side by side.
///
/// Limits: a timeout interrupts the thread, but the caller's thread cannot be left behind, so a task that ignores
/// its interrupt keeps `submit` from returning; its outcome is `TimedOut` all the same.
public record InlineWorkers() implements Workers {

    /// The only kind there is.
    ///
    /// @return the description
    public static InlineWorkers of() {
        return new InlineWorkers();
    }

    @Override
    public WorkerPool open(WorkerHost host) {
        var pool = new InlinePool(host);
        host.offer(pool);
        return pool;
    }

    private static final class InlinePool implements WorkerPool, Worker {

        /// Attempts that their submitter will pick up, by task.
        @GuardedBy("this")
        private final Map<Long, LocalAttempt> assigned = new HashMap<>();

        private final LocalWorker worker;

        InlinePool(WorkerHost host) {
            worker = LocalWorker.onCallersThreads(host, Integer.MAX_VALUE, this::put);
        }

        @Override
        public boolean runsInCaller() {
            return true;
        }

        @Override
        public String name() {
            return worker.name();
        }

        @Override
        public int slots() {
            return worker.slots();
        }

        @Override
        public void assign(Assignment assignment) {
            worker.assign(assignment);
        }

        @Override
        public void kill(Assignment assignment) {
            if (!dropped(assignment)) {
                worker.kill(assignment);
            }
        }

        @Override
        public void cancel(Assignment assignment) {
            if (!dropped(assignment)) {
                worker.cancel(assignment);
            }
        }

        /// Ends an attempt that nobody has picked up: its task is cancelled, and its submitter may have left
        /// already.
        private boolean dropped(Assignment assignment) {
            LocalAttempt attempt;
            synchronized (this) {
                attempt = assigned.remove(assignment.taskId());
            }
            if (attempt != null) {
                worker.report(attempt, new AttemptEnding.TakenBack());
            }
            return attempt != null;
        }

        private synchronized void put(LocalAttempt attempt) {
            assigned.put(attempt.taskId(), attempt);
            notifyAll();
        }

        @Override
        public void submitted(Submission submission) {
            submission.whenDone(this::wakeSubmitters);
            for (var attempt = take(submission); attempt != null; attempt = take(submission)) {
                worker.run(attempt);
            }
        }

        private synchronized void wakeSubmitters() {
            notifyAll();
        }

        /// Waits for the next attempt of the task, or answers null when it has ended.
        private @Nullable LocalAttempt take(Submission submission) {
            boolean interrupted = false;
            try {
                synchronized (this) {
                    while (true) {
                        var attempt = assigned.remove(submission.taskId());
                        if (attempt != null || submission.isDone()) {
                            return attempt;
                        }
                        try {
                            wait();
                        } catch (InterruptedException _) {
                            interrupted = true;
                        }
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public void close() {}
    }
}
