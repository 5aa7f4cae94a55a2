package io.millhand.cli;

import io.millhand.SerializableCallable;

/// The task that travels: apply this function to this input. Only text comes back, so that the parent needs none of the
/// user's classes.
record MapCall(FunctionRef function, Input input) implements SerializableCallable<String> {

    @Override
    public String call() {
        return LoadedFunction.of(function).apply(input);
    }
}
