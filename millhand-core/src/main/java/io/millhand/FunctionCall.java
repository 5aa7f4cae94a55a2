package io.millhand;

import org.jspecify.annotations.Nullable;

/// One input of a `map`, ready to travel.
record FunctionCall<T extends @Nullable Object, R extends @Nullable Object>(
        SerializableFunction<? super T, ? extends R> function, T input) implements SerializableCallable<R> {

    @Override
    public R call() {
        return function.apply(input);
    }
}
