package io.millhand;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// Counts the inputs that are left out because their task did not succeed, and says so in the log, but not a million
/// times.
final class Skips {

    private static final System.Logger LOG = System.getLogger("io.millhand");

    private static final int LOGGED = 10;

    private final String queueName;

    /// Written by the reader, read by any thread.
    private volatile long count;

    /// Reader only.
    private boolean told;

    Skips(String queueName) {
        this.queueName = queueName;
    }

    /// Leaves out what a task has not given. Reader only.
    ///
    /// @throws CancellationException where the shutdown of the queue cancelled it
    // Only the reader counts.
    @SuppressWarnings({"NonAtomicOperationOnVolatileField", "NonAtomicVolatileUpdate"})
    <E extends @Nullable Object> Step<E> skip(TaskHandleImpl<?> handle, Throwable cause) {
        if (handle.isCancelled()
                && handle.outcome() instanceof Outcome.Cancelled<?>(var reason)
                && reason == CancelReason.SHUTDOWN) {
            throw new CancellationException("cancelled: " + reason);
        }
        count++;
        if (count <= LOGGED) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "task " + handle.id() + " (" + handle.task().name() + ") did not succeed and is skipped;"
                            + " attempts: " + handle.attempts(),
                    cause);
        }
        return new Step.Skipped<>();
    }

    /// How many so far. From any thread.
    long count() {
        return count;
    }

    /// There are no more. Reader only.
    void end() {
        if (count > LOGGED && !told) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} inputs were skipped in queue ''{1}'' because their tasks did not succeed, the first {2} of"
                            + " which were logged",
                    count,
                    queueName,
                    LOGGED);
        }
        told = true;
    }
}
