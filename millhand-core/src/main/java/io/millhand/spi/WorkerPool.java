package io.millhand.spi;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// What a queue gets when it opens [io.millhand.Workers]: the workers of one kind, together.
public interface WorkerPool extends AutoCloseable {

    /// How tasks are encoded for these workers.
    ///
    /// @return empty where tasks run in this JVM as they are
    default Optional<Carrier> carrier() {
        return Optional.empty();
    }

    /// Whether tasks run in the thread that submits them, inside [#submitted].
    ///
    /// @return true if a submission returns after the end of its task
    default boolean runsInCaller() {
        return false;
    }

    /// How many threads of this JVM are stuck in attempts that were given up.
    ///
    /// @return zero where that cannot happen
    default int leftBehind() {
        return 0;
    }

    /// Changes how many there are. Called by any thread, also for several at a time; returns without waiting for what
    /// runs.
    ///
    /// @param size at least 1: slots of a worker in this JVM, processes, or whatever else is counted
    /// @throws IllegalArgumentException where it contradicts how the workers were described
    /// @throws UnsupportedOperationException where nothing can be counted
    default void resize(int size) {
        throw new UnsupportedOperationException(
                "workers of this kind cannot be resized; asked for " + size + "; attach others, and detach these");
    }

    /// Called by a submitting thread after its task entered the queue, without any lock held. Workers that run
    /// tasks in the caller's thread do it here.
    ///
    /// @param submission the grip that such workers need
    default void submitted(Submission submission) {}

    /// Runs a call once in each address space of this pool that lives at this moment, beside no attempt, and
    /// remembers it where it is to be remembered. Asked of pools with a carrier only; the others share this JVM.
    ///
    /// @param broadcast encoded by this pool's carrier
    /// @return completes with an ending for each address space, at the latest in [#close()]
    default CompletableFuture<List<BroadcastEnding>> broadcast(EncodedBroadcast broadcast) {
        throw new UnsupportedOperationException("workers of this kind take no broadcasts: " + broadcast.name());
    }

    /// Releases threads, processes, sockets and files, and returns when they are gone. Called once, when no attempt
    /// is under way: at the end of the queue, or of a detachment. Blocks for a bounded time.
    @Override
    void close();

    /// A task that was just submitted, as seen by its submitting thread.
    interface Submission {
        /// The id of the task.
        ///
        /// @return the id
        long taskId();

        /// Whether the task has its outcome.
        ///
        /// @return true once it ended
        boolean isDone();

        /// Asks to be told once of the end of the task; runs at once if it has ended.
        ///
        /// @param action short, must not block
        void whenDone(Runnable action);
    }
}
