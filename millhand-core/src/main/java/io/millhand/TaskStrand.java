package io.millhand;

import org.jspecify.annotations.Nullable;

/// A task, read when it has ended.
///
/// @param <X> the type of its result
/// @param <E> the type of the element that it makes
final class TaskStrand<X extends @Nullable Object, E extends @Nullable Object> extends Strand<E> {

    private final TaskHandleImpl<X> handle;
    private final Reading<X, E> reading;

    /// By the reader's side.
    private volatile boolean closed;

    /// Reader only.
    private boolean spent;

    TaskStrand(TaskHandleImpl<X> handle, Reading<X, E> reading) {
        this.handle = handle;
        this.reading = reading;
    }

    @Override
    public Step<E> step() {
        if (!handle.isDone()) {
            return new Step.NotYet<>();
        }
        if (closed) {
            return new Step.End<>(); // it may have ended by that
        }
        spent = true;
        return reading.read(handle);
    }

    @Override
    boolean isSpent() {
        return spent;
    }

    @Override
    public void onSignal(Runnable listener) {
        handle.whenDone(listener);
    }

    @Override
    public void close() {
        closed = true;
        handle.cancel(true, CancelReason.FAIL_FAST);
    }
}
