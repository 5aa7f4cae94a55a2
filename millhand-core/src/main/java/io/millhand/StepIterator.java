package io.millhand;

import java.lang.ref.Reference;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// Reads what comes step by step, and waits in between. From one thread at a time.
///
/// @param <E> the type of the elements
final class StepIterator<E extends @Nullable Object> implements Iterator<E> {

    /// What a thread can wait for.
    ///
    /// @param <E> the type of the elements
    interface Awaited<E extends @Nullable Object> {

        /// The next element, or the end. Throws a failure at its position.
        Step<E> await();

        /// Whether it was closed, so that what was read ahead counts no more.
        boolean isClosed();
    }

    private final Awaited<E> steps;

    /// What is not forgotten while this is read.
    private final Object holder;

    private final String what;
    private @Nullable Step<E> ahead;
    private @Nullable Throwable failure;

    /// @param what the elements are called, in the plural
    StepIterator(Awaited<E> steps, Object holder, String what) {
        this.steps = steps;
        this.holder = holder;
        this.what = what;
    }

    @Override
    public boolean hasNext() {
        if (failure != null) {
            return true;
        }
        if (ahead == null || (ahead instanceof Step.Element && steps.isClosed())) {
            try {
                ahead = steps.await();
            } catch (RuntimeException | Error e) {
                failure = e; // it is next() that throws
                return true;
            } finally {
                Reference.reachabilityFence(holder);
            }
        }
        return ahead instanceof Step.Element;
    }

    @Override
    public E next() {
        boolean hasNext =
                ahead instanceof Step.Element || hasNext(); // what hasNext() has promised stands after a close
        if (failure != null) {
            var thrown = failure;
            failure = null;
            throw unchecked(thrown);
        }
        if (!hasNext || !(ahead instanceof Step.Element<E>(var value))) {
            throw new NoSuchElementException("all " + what + " were read");
        }
        ahead = null;
        return value;
    }

    /// A failure, to be thrown.
    static RuntimeException unchecked(Throwable failure) {
        return switch (failure) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            case Throwable e -> new CompletionException(e);
        };
    }

    /// What a failure was before it was wrapped to be thrown.
    static Throwable checked(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
