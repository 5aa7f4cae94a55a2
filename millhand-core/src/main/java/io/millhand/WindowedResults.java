package io.millhand;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Tasks drawn from a source, a window of them under way, read one by one.
///
/// @param <X> the type of the tasks' results
/// @param <E> the type of the elements that are read
final class WindowedResults<X extends @Nullable Object, E extends @Nullable Object> implements Results<E> {

    /*
     * The reader's thread does everything: draws tasks, submits them, waits, reads. Ends of tasks arrive in `ended`
     * from any thread; nothing else is shared. In input order the head of `underWay` is waited for; in order of
     * completion, the head of `ended`.
     */

    private final Iterator<? extends Task<X>> source;
    private final Function<Task<X>, TaskHandleImpl<X>> submit;
    private final int window;
    private final ResultOrder order;
    private final Function<TaskHandle<X>, E> read;

    private final Set<TaskHandleImpl<X>> underWay = new LinkedHashSet<>();
    private final BlockingQueue<TaskHandleImpl<X>> ended = new LinkedBlockingQueue<>();
    private final Iterator<E> reader = new Reader();
    private boolean exhausted;
    private boolean closed;

    /// What the source threw; it surfaces after the results before it.
    private @Nullable Throwable sourceFailure;

    WindowedResults(
            Iterator<? extends Task<X>> source,
            Function<Task<X>, TaskHandleImpl<X>> submit,
            int window,
            ResultOrder order,
            Function<TaskHandle<X>, E> read) {
        this.source = source;
        this.submit = submit;
        this.window = window;
        this.order = order;
        this.read = read;
    }

    @Override
    public Iterator<E> iterator() {
        return reader;
    }

    private final class Reader implements Iterator<E> {

        @Override
        public boolean hasNext() {
            fill();
            return !closed && (!underWay.isEmpty() || sourceFailure != null);
        }

        @Override
        public E next() {
            if (!hasNext()) {
                throw new NoSuchElementException("all results were read");
            }
            return readNext();
        }
    }

    private E readNext() {
        try {
            if (underWay.isEmpty()) {
                switch (sourceFailure) {
                    case RuntimeException e -> throw e;
                    case Error e -> throw e;
                    case Throwable e -> throw new IllegalStateException("neither of them", e);
                    case null -> {}
                }
            }
            return read.apply(takeEnded());
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void fill() {
        while (!closed && !exhausted && underWay.size() < window) {
            try {
                if (source.hasNext()) {
                    start(source.next());
                } else {
                    exhausted = true;
                }
            } catch (RuntimeException | Error e) {
                exhausted = true;
                sourceFailure = e;
            }
        }
    }

    private void start(Task<X> task) {
        var handle = submit.apply(task);
        underWay.add(handle);
        if (order == ResultOrder.COMPLETION) {
            handle.whenDone(() -> ended.add(handle));
        }
    }

    private TaskHandleImpl<X> takeEnded() {
        try {
            var handle = switch (order) {
                case INPUT -> underWay.iterator().next();
                case COMPLETION -> ended.take();
            };
            handle.awaitEnd();
            underWay.remove(handle);
            return handle;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException("interrupted while waiting for a result; the rest is cancelled", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        new ArrayDeque<>(underWay).forEach(handle -> handle.cancel(true, CancelReason.FAIL_FAST));
        underWay.clear();
        ended.clear();
    }
}
