package io.millhand;

import io.millhand.spi.Backend;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The stages of a queue's life, and its end.
final class QueueLife {

    /*
     * RUNNING -> SHUTDOWN (no more admitted) -> CLOSING (no task left; the workers are released) -> TERMINATED
     *
     * Changed under the dispatcher's lock, read by anybody.
     */
    private enum Stage {
        RUNNING,
        SHUTDOWN,
        CLOSING,
        TERMINATED
    }

    private final String queueName;
    private final Backend backend;
    private final Chronicle chronicle;
    private final ReentrantLock lock;
    private final Condition terminated;

    private volatile Stage stage = Stage.RUNNING;

    /// Under the lock.
    private final Reckoning reckoning = new Reckoning();

    /// Completed when TERMINATED. Its stages are the queue's own: each user gets one that runs elsewhere.
    private final CompletableFuture<ShutdownAccount> account = new CompletableFuture<>();

    /// Set once, before the first task.
    private Runnable closeWorkers = () -> {};

    QueueLife(String queueName, Backend backend, Chronicle chronicle, ReentrantLock lock) {
        this.queueName = queueName;
        this.backend = backend;
        this.chronicle = chronicle;
        this.lock = lock;
        this.terminated = lock.newCondition();
    }

    void onClose(Runnable closeWorkers) {
        this.closeWorkers = closeWorkers;
    }

    /// Also without the lock, where encoding a task would be in vain.
    void ensureRunning(Task<?> task) {
        if (stage != Stage.RUNNING) {
            throw new RejectedExecutionException("task '" + task.name() + "' was rejected: the queue '" + queueName
                    + "' is shut down; submit before shutdown() and close(), or open another queue");
        }
    }

    /// RUNNING -> SHUTDOWN, under the lock; answers false where that has happened before.
    boolean shutDown() {
        if (stage != Stage.RUNNING) {
            return false;
        }
        stage = Stage.SHUTDOWN;
        reckoning.open();
        return true;
    }

    Reckoning reckoning() {
        return reckoning;
    }

    /// What became of the tasks, told when the queue has terminated.
    CompletionStage<ShutdownAccount> account(Executor callbacks) {
        return account.thenApplyAsync(told -> told, callbacks).minimalCompletionStage();
    }

    /// What became of the tasks of a queue that has terminated.
    ShutdownAccount account() {
        return account.join();
    }

    /// Without the lock as a hint: whoever shuts down looks, too, and sees what was counted before.
    boolean awaitsTheLastTask() {
        return stage == Stage.SHUTDOWN;
    }

    /// SHUTDOWN -> CLOSING, under the lock, when nothing is left.
    void closing() {
        stage = Stage.CLOSING;
    }

    /// CLOSING -> TERMINATED, on a thread of its own. Called without the lock.
    void close() {
        try {
            backend.start("millhand-" + queueName + "-closer", this::releaseWorkers);
        } catch (RuntimeException | Error _) {
            releaseWorkers(); // no thread can be had: then this one waits
        }
    }

    private void releaseWorkers() {
        try {
            closeWorkers.run();
        } finally {
            lock.lock();
            try {
                stage = Stage.TERMINATED;
                terminated.signalAll();
            } finally {
                lock.unlock();
            }
            account.complete(reckoning.account());
            chronicle.close();
        }
    }

    boolean isShutdown() {
        return stage != Stage.RUNNING;
    }

    boolean isTerminated() {
        return stage == Stage.TERMINATED;
    }

    boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long left = unit.toNanos(timeout);
        lock.lockInterruptibly();
        try {
            while (stage != Stage.TERMINATED) {
                if (left <= 0) {
                    return false;
                }
                left = terminated.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
