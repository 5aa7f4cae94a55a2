package io.millhand.spi;

import static java.util.Objects.requireNonNull;

import io.millhand.Input;
import io.millhand.TaskContext;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The input of a task, in the JVM in which the task runs. Made by workers.
///
/// @param <T> the type of the items
public final class InputReader<T extends @Nullable Object> implements Input<T>, ItemReceiver {

    /*
     *   open -> finished (nothing comes any more) ; over (the task has ended) from both
     *
     * Items and the end come from any thread; the task reads in any thread, one at a time. A reader that finds nothing
     * looks for the end before it looks for items, since the last ones come first.
     */

    /// The context of an attempt whose task may read an input.
    public interface Context extends TaskContext {

        /// Opens the input of this attempt. Called once.
        ///
        /// @return what it reads
        /// @throws IllegalStateException where it has none
        InputReader<?> input();
    }

    private final Signal signal;
    private final Runnable alive;
    private final ItemSequence items = ItemSequence.tellingWhenDry();
    private final Iterator<T> iterator = new Reader();

    private volatile boolean finished;
    private volatile boolean over;

    /// Written before `finished`.
    private volatile @Nullable Supplier<Throwable> failure;

    // Reader only.

    private boolean requested;

    /// What it was told, and is told from then on.
    private @Nullable CompletionException thrown;

    private InputReader(Signal signal, Runnable alive) {
        this.signal = signal;
        this.alive = alive;
    }

    /// One that has not begun.
    ///
    /// @param signal how the reader waits
    /// @param alive gives a sign of life of the attempt
    /// @param <T> the type of the items
    /// @return the reader
    public static <T extends @Nullable Object> InputReader<T> of(Signal signal, Runnable alive) {
        return new InputReader<>(signal, alive);
    }

    @Override
    public void begin(Producer producer) {
        items.begin(producer);
    }

    @Override
    public void arrived(Batch batch) {
        if (items.arrived(batch)) {
            signal.tell();
        }
    }

    @Override
    public void finished(@Nullable Supplier<Throwable> failure) {
        this.failure = failure;
        finished = true;
        signal.tell();
    }

    /// The task has ended: a reader that goes on is refused.
    public void end() {
        over = true;
        items.drop();
        signal.wake();
    }

    /// Undoes the wrapping of what the source has thrown.
    ///
    /// @param failure of the task
    /// @return the cause, where the task has let through what the source has thrown; else the same
    @SuppressWarnings("ReferenceEquality") // the very one
    public Throwable unwrapped(Throwable failure) {
        return failure == thrown ? requireNonNull(failure.getCause()) : failure;
    }

    @Override
    public Iterator<T> iterator() {
        return iterator;
    }

    private boolean await() throws InterruptedException {
        if (!requested) {
            requested = true;
            items.requested(Long.MAX_VALUE);
        }
        while (true) {
            boolean last = finished;
            if (over) {
                throw new IllegalStateException("the input of a task must be read before its end");
            }
            if (items.hasNext()) {
                return true;
            }
            if (last) {
                return endOfInput();
            }
            signal.await(() -> finished || over || items.hasArrived());
        }
    }

    private boolean endOfInput() {
        var cause = failure;
        if (cause == null) {
            return false;
        }
        thrown = new CompletionException("the source of the input has failed", cause.get());
        throw thrown;
    }

    private final class Reader implements Iterator<T> {

        @Override
        public boolean hasNext() {
            if (thrown != null && !over) {
                throw thrown; // what stands behind an item that cannot be read is lost with it
            }
            try {
                return (!over && items.hasNext()) || await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CompletionException("interrupted while waiting for an item of the input", e);
            }
        }

        @Override
        @SuppressWarnings({"unchecked", "NullAway"}) // the source has the type that the call reads
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException("all items of the input were read");
            }
            alive.run();
            try {
                return (T) items.next();
            } catch (Throwable e) {
                thrown = new CompletionException("an item of the input cannot be read", e);
                items.drop();
                throw thrown;
            }
        }
    }

    @Override
    public String toString() {
        return "input of a task";
    }
}
