package io.millhand;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A handle seen as a [CompletableFuture]: cancelling it cancels the task, and nobody but the task completes it.
final class OutcomeView<T extends @Nullable Object> extends CompletableFuture<T> {

    private final TaskHandleImpl<T> handle;
    private final Executor callbacks;

    OutcomeView(TaskHandleImpl<T> handle, Executor callbacks) {
        this.handle = handle;
        this.callbacks = callbacks;
    }

    /// Passes the outcome on. Runs the dependent stages in the current thread.
    void settle(Outcome<T> outcome) {
        switch (outcome) {
            case Outcome.Succeeded<T>(var value) -> super.complete(value);
            case Outcome.Cancelled<T> _ -> super.cancel(false);
            case Outcome.Failed<T> _, Outcome.TimedOut<T> _, Outcome.Crashed<T> _ ->
                super.completeExceptionally(TaskHandleImpl.exceptionOf(outcome));
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = handle.cancel(mayInterruptIfRunning);
        if (cancelled) {
            super.cancel(false); // at once, as a future promises, and not when a callback thread comes to it
        }
        return cancelled;
    }

    @Override
    public Executor defaultExecutor() {
        return callbacks;
    }

    /// Stages made from this one are ordinary futures: only the root stands for the task.
    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new Stage<>(callbacks);
    }

    /// A future whose asynchronous stages run on the queue's callback executor, and so do those made from it.
    private static final class Stage<U extends @Nullable Object> extends CompletableFuture<U> {
        private final Executor callbacks;

        Stage(Executor callbacks) {
            this.callbacks = callbacks;
        }

        @Override
        public Executor defaultExecutor() {
            return callbacks;
        }

        @Override
        public <V extends @Nullable Object> CompletableFuture<V> newIncompleteFuture() {
            return new Stage<>(callbacks);
        }
    }

    @Override
    public boolean complete(T value) {
        throw refused("complete");
    }

    @Override
    public boolean completeExceptionally(Throwable cause) {
        throw refused("completeExceptionally");
    }

    @Override
    public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
        throw refused("completeAsync");
    }

    @Override
    public CompletableFuture<T> completeOnTimeout(T value, long timeout, TimeUnit unit) {
        throw refused("completeOnTimeout");
    }

    @Override
    public CompletableFuture<T> orTimeout(long timeout, TimeUnit unit) {
        throw refused("orTimeout");
    }

    @Override
    public void obtrudeValue(T value) {
        throw refused("obtrudeValue");
    }

    @Override
    public void obtrudeException(Throwable cause) {
        throw refused("obtrudeException");
    }

    private static UnsupportedOperationException refused(String method) {
        return new UnsupportedOperationException(
                method + " is refused: only the task itself ends its handle; use copy() for a future of your own");
    }
}
