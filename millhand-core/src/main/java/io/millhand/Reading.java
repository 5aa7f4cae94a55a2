package io.millhand;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// Makes an element of results out of a task that has ended.
///
/// @param <X> the type of the task's result
/// @param <E> the type of the element
interface Reading<X extends @Nullable Object, E extends @Nullable Object> {

    /// Reader only.
    ///
    /// @param handle of a task that has ended
    /// @return an element, or that there is none
    Step<E> read(TaskHandleImpl<X> handle);

    /// How many had none so far. From any thread.
    default long skipped() {
        return 0;
    }

    /// Called after the last one.
    default void end() {}

    /// What [ErrorPolicy] says.
    static <X extends @Nullable Object> Reading<X, X> values(ErrorPolicy errors, String queueName) {
        return switch (errors) {
            case FAIL_FAST -> handle -> new Step.Element<>(handle.join());
            case SKIP -> new Skipping<>(queueName);
        };
    }

    /// Leaves out what did not succeed, and says so in the log, but not a million times.
    final class Skipping<X extends @Nullable Object> implements Reading<X, X> {

        private static final System.Logger LOG = System.getLogger("io.millhand");

        private static final int LOGGED = 10;

        private final String queueName;

        /// Written by the reader, read by any thread.
        private volatile long skipped;

        /// Reader only.
        private boolean told;

        Skipping(String queueName) {
            this.queueName = queueName;
        }

        @Override
        public Step<X> read(TaskHandleImpl<X> handle) {
            var outcome = handle.outcome();
            switch (outcome) {
                case Outcome.Succeeded<X>(var value) -> {
                    return new Step.Element<>(value);
                }
                case Outcome.Cancelled<X>(var reason)
                when reason == CancelReason.SHUTDOWN -> throw new CancellationException("cancelled: " + reason);
                case Outcome.Cancelled<X> _, Outcome.Failed<X> _, Outcome.TimedOut<X> _, Outcome.Crashed<X> _ -> {
                    skip(handle, outcome);
                    return new Step.Skipped<>();
                }
            }
        }

        // Only the reader counts.
        @SuppressWarnings({"NonAtomicOperationOnVolatileField", "NonAtomicVolatileUpdate"})
        private void skip(TaskHandleImpl<X> handle, Outcome<X> outcome) {
            skipped++;
            if (skipped <= LOGGED) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        () -> "task " + handle.id() + " (" + handle.task().name() + ") did not succeed and is skipped;"
                                + " attempts: " + handle.attempts(),
                        TaskHandleImpl.exceptionOf(outcome));
            }
        }

        @Override
        public long skipped() {
            return skipped;
        }

        @Override
        public void end() {
            if (skipped > LOGGED && !told) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0} inputs were skipped in queue ''{1}'' because their tasks did not succeed, the first {2} of"
                                + " which were logged",
                        skipped,
                        queueName,
                        LOGGED);
            }
            told = true;
        }
    }
}
