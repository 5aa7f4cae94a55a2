package io.millhand;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// A recipe whose result comes later: the attempt lasts until the stage completes.
///
/// @param begin answers the stage
/// @param <T> the type of the result
record StageCall<T extends @Nullable Object>(SerializableCallable<? extends CompletionStage<T>> begin)
        implements SerializableCallable<T> {

    @Override
    public T call() throws Exception {
        var stage = requireNonNull(begin.call(), "the stage that a task of Task.async answers");
        var result = new CompletableFuture<T>();
        var _ = stage.whenComplete((value, cause) -> {
            if (cause == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(cause);
            }
        });
        try {
            return result.get();
        } catch (InterruptedException e) {
            cancel(stage);
            throw e;
        } catch (ExecutionException e) {
            throw failureOf(e);
        }
    }

    private static void cancel(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().cancel(true);
        } catch (UnsupportedOperationException _) {
            // a stage need not be a future: then nobody can cancel it
        }
    }

    private static Exception failureOf(ExecutionException failure) throws Exception {
        var cause = failure.getCause();
        var actual = cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
        if (actual instanceof Error error) {
            throw error;
        }
        return actual instanceof Exception exception ? exception : failure;
    }
}
