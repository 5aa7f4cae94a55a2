package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The threads of [ThreadWorkers].
final class ThreadPool implements WorkerPool {

    /*
     * An attempt comes only when a slot is free, so there is never a queue here: it goes to an idle thread, or to a new
     * one. A thread that reports an end is itself the first to get the next attempt: no other thread has to wake up.
     * The monitor guards the fields below it; each idle thread parks on its own.
     */

    private static final long CLOSE_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final WorkerHost host;
    private final LocalWorker worker;

    /// Which thread of which pool the current thread is, if it is one.
    private static final ThreadLocal<PoolThread> SELF = new ThreadLocal<>();

    @GuardedBy("this")
    private final ArrayDeque<PoolThread> idle = new ArrayDeque<>();

    @GuardedBy("this")
    private int living;

    @GuardedBy("this")
    private int lastNumber;

    /// How many threads are to end because there are fewer slots than before.
    @GuardedBy("this")
    private int excess;

    @GuardedBy("this")
    private boolean closed;

    ThreadPool(WorkerHost host, ThreadWorkers config) {
        this.host = host;
        worker = LocalWorker.onOwnThreads(host, config.slots(), config.grace(), this::run);
    }

    @Override
    public int leftBehind() {
        return worker.leftBehind();
    }

    @Override
    public void resize(int size) {
        worker.resize(size);
        synchronized (this) {
            excess = Math.max(0, living - worker.leftBehind() - worker.slots());
            for (; excess > 0 && !idle.isEmpty(); excess--) {
                idle.removeFirst().dismiss();
            }
        }
    }

    LocalWorker worker() {
        return worker;
    }

    private void run(LocalAttempt attempt) {
        var own = SELF.get();
        if (own != null && own.isOf(this) && own.reporting && own.next == null) {
            own.next = attempt;
            return;
        }
        PoolThread thread;
        int number;
        synchronized (this) {
            thread = idle.pollLast();
            if (thread == null) {
                living++;
            }
            number = thread == null ? ++lastNumber : lastNumber;
        }
        if (thread != null) {
            thread.next = attempt;
            LockSupport.unpark(thread.thread);
            return;
        }
        var started = new PoolThread(attempt);
        try {
            host.backend().start("millhand-" + host.queueName() + "-" + number, started);
        } catch (RuntimeException | Error e) {
            gone();
            throw e;
        }
    }

    /// Waits for its threads, but not for those that are stuck in an attempt that was given up.
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            idle.forEach(thread -> LockSupport.unpark(thread.thread));
            idle.clear();
            long deadline = System.nanoTime() + CLOSE_LIMIT_NANOS;
            try {
                for (long left = CLOSE_LIMIT_NANOS;
                        living > worker.leftBehind() && left > 0;
                        left = deadline - System.nanoTime()) {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Announces itself as idle, unless the pool is closed or has too many.
    private synchronized boolean goIdle(PoolThread thread) {
        boolean stays = !closed && excess == 0;
        if (stays) {
            idle.addLast(thread);
        } else if (excess > 0) {
            excess--;
        }
        return stays;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void gone() {
        living--;
        notifyAll();
    }

    private final class PoolThread implements Runnable {

        /// Written by the thread itself while it reports, and by whoever takes it out of the idle ones.
        private volatile @Nullable LocalAttempt next;

        /// Set before the thread is first idle.
        private volatile @Nullable Thread thread;

        /// Only ever becomes true, when it is idle no more.
        private volatile boolean dismissed;

        /// Own thread only: it is between two attempts.
        private boolean reporting;

        PoolThread(LocalAttempt first) {
            next = first;
        }

        private void dismiss() {
            dismissed = true;
            LockSupport.unpark(thread);
        }

        private boolean isOf(ThreadPool pool) {
            return ThreadPool.this.equals(pool);
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            SELF.set(this);
            try {
                while (runNext()) {
                    awaitNext();
                }
            } finally {
                gone();
            }
        }

        /// A method of its own, so that nothing of an attempt is kept in the frame of a thread that is idle.
        ///
        /// @return false if this thread has no slot any more
        private boolean runNext() {
            var attempt = next;
            if (attempt == null) {
                return false;
            }
            next = null;
            var _ = Thread.interrupted(); // the flag of the task before is not meant for this one
            var ending = attempt.run();
            if (ending == null) {
                worker.returned();
                return false;
            }
            reporting = true;
            worker.report(attempt, ending);
            reporting = false;
            return true;
        }

        private void awaitNext() {
            if (next == null && goIdle(this)) {
                while (next == null && !dismissed && !isClosed()) {
                    LockSupport.park(ThreadPool.this);
                    var _ = Thread.interrupted(); // a flag that a task left behind would keep this from parking
                }
            }
        }
    }
}
