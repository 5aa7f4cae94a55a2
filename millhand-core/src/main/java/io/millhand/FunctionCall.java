package io.millhand;

import io.millhand.spi.MappedCall;
import io.millhand.spi.SharedValue;
import org.jspecify.annotations.Nullable;

/// One input of a `map`, ready to travel.
///
/// @param <T> the type of the input
/// @param <R> the type of the result
final class FunctionCall<T extends @Nullable Object, R extends @Nullable Object>
        implements SerializableCallable<R>, MappedCall {

    private static final long serialVersionUID = 1;

    /// What the caller maps with.
    private final SerializableFunction<? super T, ? extends R> function;

    /// One element of the source.
    @SuppressWarnings("serial") // whether it can travel is found when it does
    private final T input;

    /// Stays in the JVM of the queue.
    private final transient @Nullable MapFunction<T, R> mapping;

    FunctionCall(MapFunction<T, R> mapping, T input) {
        this.mapping = mapping;
        this.function = mapping.function();
        this.input = input;
    }

    @Override
    public SharedValue function() {
        return mapping == null ? SharedValue.of(function) : mapping.shared();
    }

    @Override
    public @Nullable Object input() {
        return input;
    }

    @Override
    public R call() {
        return function.apply(input);
    }
}
