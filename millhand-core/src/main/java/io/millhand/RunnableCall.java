package io.millhand;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/// A runnable as a callable. A record, so that what keeps it from travelling is found under the name `action`.
///
/// @param action what to run
/// @param result what to answer afterwards
/// @param <T> the type of the result
record RunnableCall<T extends @Nullable Object>(Runnable action, T result) implements SerializableCallable<T> {

    RunnableCall {
        requireNonNull(action, "a task needs something to call, was null");
    }

    @Override
    public T call() {
        action.run();
        return result;
    }
}
