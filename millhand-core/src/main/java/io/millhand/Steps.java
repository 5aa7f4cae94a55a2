package io.millhand;

import org.jspecify.annotations.Nullable;

/// What can be read step by step, without a wait. One reader at a time.
///
/// @param <E> the type of the elements
interface Steps<E extends @Nullable Object> {

    /// What can be read now. Throws a failure at its position.
    Step<E> step();

    /// Sets whom to tell that [#step] may answer otherwise now.
    ///
    /// @param listener called on each signal from any thread, without locks
    void onSignal(Runnable listener);

    /// The reader wants so many more. Any thread.
    default void requested(long count) {}

    /// The subscriber was told all that it wants now, and has come back.
    default void told() {}

    /// A failure of [#step] as a subscriber is told of it.
    default Throwable asTold(Throwable failure) {
        return failure;
    }

    /// Reads no more. Any thread.
    void close();
}
