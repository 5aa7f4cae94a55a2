package io.millhand;

import io.millhand.spi.MappedCall;
import io.millhand.spi.SharedValue;
import org.jspecify.annotations.Nullable;

/// One input of a `map` whose messages somebody hears.
///
/// @param <T> the type of the input
/// @param <R> the type of the result
final class HeardCall<T extends @Nullable Object, R extends @Nullable Object>
        implements SerializableCallable<R>, Ear.Heard, MappedCall {

    private static final long serialVersionUID = 1;

    private final FunctionCall<T, R> call;

    private final transient @Nullable Ear ear;

    HeardCall(FunctionCall<T, R> call, Ear ear) {
        this.call = call;
        this.ear = ear;
    }

    @Override
    public @Nullable Ear ear() {
        return ear;
    }

    @Override
    public SharedValue function() {
        return call.function();
    }

    @Override
    public @Nullable Object input() {
        return call.input();
    }

    @Override
    public R call() {
        return call.call();
    }
}
