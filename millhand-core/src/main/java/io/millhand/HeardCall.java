package io.millhand;

import org.jspecify.annotations.Nullable;

/// One input of a `map` whose messages somebody hears.
///
/// @param <T> the type of the input
/// @param <R> the type of the result
final class HeardCall<T extends @Nullable Object, R extends @Nullable Object> implements SerializableCallable<R> {

    private static final long serialVersionUID = 1;

    private final FunctionCall<T, R> call;

    /// Who hears of it, and as which input; stays in the JVM of the queue.
    private final transient @Nullable MessageListener<Long> listener;

    private final transient long index;

    HeardCall(FunctionCall<T, R> call, MessageListener<Long> listener, long index) {
        this.call = call;
        this.listener = listener;
        this.index = index;
    }

    /// In the JVM of the queue: the task has said something.
    void offer(Message message, boolean isLost) {
        if (listener != null) {
            listener.offer(index, message, isLost);
        }
    }

    @Override
    public R call() {
        return call.call();
    }
}
