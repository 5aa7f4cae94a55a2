package io.millhand;

import org.jspecify.annotations.Nullable;

/// One input of a `map`, ready to travel.
///
/// @param function what the caller maps with
/// @param input one element of the source
/// @param <T> the type of the input
/// @param <R> the type of the result
record FunctionCall<T extends @Nullable Object, R extends @Nullable Object>(
        SerializableFunction<? super T, ? extends R> function, T input) implements SerializableCallable<R> {

    @Override
    public R call() {
        return function.apply(input);
    }
}
