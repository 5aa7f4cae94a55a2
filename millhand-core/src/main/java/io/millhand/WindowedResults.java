package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Tasks made of what a source gives, a window of them under way, read one by one.
///
/// @param <T> the type of the inputs
/// @param <X> the type of the tasks' results
/// @param <E> the type of the elements that are read
final class WindowedResults<T extends @Nullable Object, X extends @Nullable Object, E extends @Nullable Object>
        implements Results<E>, Steps<E>, StepIterator.Awaited<E> {

    /*
     * The reader - any thread, one at a time, which `busy` ensures - draws inputs, submits tasks and reads: all of it
     * in step(), which waits for nothing but what the user's source makes it wait for. Where step() has nothing, the
     * reader waits for a signal: the end of a task, or a source that has more. In input order the head of `underWay` is
     * read, as soon as it has ended; in order of completion, the head of `ended`.
     *
     * The monitor guards the fields that say so; user code, submissions and cancels happen outside it. The source is
     * touched by the busy reader, and closed by the same, or by whoever closes while no reader is busy.
     */

    /// What distinguishes `map` from its like.
    ///
    /// @param source of the inputs
    /// @param task of an input
    /// @param reading makes an element of a task that has ended
    record Plan<T extends @Nullable Object, X extends @Nullable Object, E extends @Nullable Object>(
            Inlet<? extends T> source,
            Function<? super T, Task<X>> task,
            Reading<X, E> reading,
            int window,
            ResultOrder order) {}

    private final TaskQueueImpl queue;
    private final Plan<T, X, E> plan;
    private final Inlet<? extends T> source;
    private final Iterator<E> iterator = new StepIterator<>(this, this, "results");
    private final ResultsPublisher<E> publisher;

    @GuardedBy("this")
    private final LinkedHashSet<TaskHandleImpl<X>> underWay = new LinkedHashSet<>();

    @GuardedBy("this")
    private final ArrayDeque<TaskHandleImpl<X>> ended = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean busy;

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private boolean sourceClosed;

    /// Whether something happened since the reader began to look.
    @GuardedBy("this")
    private boolean signalled;

    /// Whom to tell of signals where no thread waits.
    @GuardedBy("this")
    private @Nullable Runnable listener;

    /// Busy reader only.
    private boolean begun;

    /// Busy reader only: the source has no more, or has thrown.
    private boolean exhausted;

    /// Busy reader only: what the source threw; it surfaces after the results before it.
    private @Nullable Throwable sourceFailure;

    WindowedResults(TaskQueueImpl queue, Plan<T, X, E> plan) {
        this.queue = queue;
        this.plan = plan;
        source = plan.source();
        source.claim();
        publisher = new ResultsPublisher<>(this, queue.callbacks());
    }

    @Override
    public Iterator<E> iterator() {
        return iterator;
    }

    @Override
    public Flow.Publisher<E> publisher() {
        return publisher;
    }

    @Override
    public long skipped() {
        return plan.reading().skipped();
    }

    @Override
    public Step<E> await() {
        try {
            return awaitInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException("interrupted while waiting for a result; the rest is cancelled", e);
        }
    }

    /// As [#await()]; an interrupt closes.
    Step<E> awaitInterruptibly() throws InterruptedException {
        try {
            for (var step = step(); ; step = step()) {
                if (!(step instanceof Step.NotYet)) {
                    return step;
                }
                awaitSignal();
            }
        } catch (InterruptedException e) {
            close();
            throw e;
        }
    }

    void awaitSignal() throws InterruptedException {
        if (hasUnderWay()) {
            ensureMayWait();
        }
        synchronized (this) {
            while (!signalled) {
                wait();
            }
        }
    }

    private void ensureMayWait() {
        try {
            queue.ensureMayWait();
        } catch (IllegalStateException e) {
            close();
            throw e;
        }
    }

    private synchronized boolean hasUnderWay() {
        return !underWay.isEmpty();
    }

    @Override
    public Step<E> step() {
        enter();
        try {
            while (true) {
                fill();
                var handle = pollEnded();
                if (handle == null) {
                    return isOver() ? end() : new Step.NotYet<>();
                }
                var step = plan.reading().read(handle);
                if (!(step instanceof Step.Skipped)) {
                    return step;
                }
            }
        } catch (RuntimeException | Error e) {
            try {
                close();
            } catch (RuntimeException | Error alsoThrown) {
                e.addSuppressed(alsoThrown);
            }
            throw e;
        } finally {
            leave();
        }
    }

    private synchronized void enter() {
        if (busy) {
            throw new IllegalStateException(
                    "the results are being read by another thread, or by their own source, at this moment");
        }
        busy = true;
        signalled = false;
    }

    private void leave() {
        boolean toClose;
        synchronized (this) {
            busy = false;
            toClose = closed;
        }
        var thrown = toClose ? closeSource() : null;
        if (thrown != null) {
            System.getLogger("io.millhand")
                    .log(System.Logger.Level.WARNING, "the source of results could not be closed", thrown);
        }
    }

    private void fill() {
        while (!exhausted) {
            int room = room();
            if (room <= 0) {
                return;
            }
            try {
                if (!begun) {
                    begun = true;
                    source.begin(queue, this::signal);
                }
                switch (source.status(room)) {
                    case READY -> start(plan.task().apply(source.take()));
                    case NOTHING -> {
                        queue.ensureOpenForInputs();
                        return;
                    }
                    case ENDED -> exhaust(closeSource());
                }
            } catch (Throwable e) {
                var alsoThrown = closeSource();
                if (alsoThrown != null) {
                    e.addSuppressed(alsoThrown);
                }
                exhaust(e);
            }
        }
    }

    private void exhaust(@Nullable Throwable failure) {
        exhausted = true;
        sourceFailure = failure;
    }

    private synchronized int room() {
        return closed ? 0 : plan.window() - underWay.size();
    }

    private void start(Task<X> task) {
        var handle = queue.submit(task, Intake.Submitter.READER);
        boolean tooLate;
        synchronized (this) {
            tooLate = closed;
            if (!tooLate) {
                underWay.add(handle);
            }
        }
        if (tooLate) {
            handle.cancel(true, CancelReason.FAIL_FAST);
        } else {
            handle.whenDone(() -> ended(handle));
        }
    }

    /// In the thread that ends the task.
    private void ended(TaskHandleImpl<X> handle) {
        synchronized (this) {
            if (closed) {
                return;
            }
            switch (plan.order()) {
                case INPUT -> {
                    if (underWay.isEmpty() || !handle.equals(underWay.getFirst())) {
                        return; // it will be found when it is the head
                    }
                }
                case COMPLETION -> ended.addLast(handle);
            }
        }
        signal();
    }

    /// Has the reader look again.
    void signal() {
        Runnable told;
        synchronized (this) {
            signalled = true;
            notifyAll();
            told = listener;
        }
        if (told != null) {
            told.run();
        }
    }

    @Override
    public synchronized void onSignal(Runnable listener) {
        this.listener = listener;
    }

    private @Nullable TaskHandleImpl<X> pollEnded() {
        TaskHandleImpl<X> next;
        synchronized (this) {
            next = switch (plan.order()) {
                case INPUT -> underWay.isEmpty() ? null : underWay.getFirst();
                case COMPLETION -> ended.pollFirst();
            };
        }
        if (next == null || !next.isDone()) {
            return null;
        }
        synchronized (this) {
            return underWay.remove(next) ? next : null; // null where all was cancelled meanwhile
        }
    }

    private synchronized boolean isOver() {
        return closed || (exhausted && underWay.isEmpty());
    }

    @Override
    public synchronized boolean isClosed() {
        return closed;
    }

    private Step<E> end() {
        var failure = sourceFailure;
        sourceFailure = null;
        if (failure != null && !isClosed()) {
            throw StepIterator.unchecked(failure);
        }
        plan.reading().end();
        close();
        return new Step.End<>();
    }

    private @Nullable Throwable closeSource() {
        synchronized (this) {
            if (sourceClosed) {
                return null;
            }
            sourceClosed = true;
        }
        try {
            source.close();
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    @Override
    public void close() {
        List<TaskHandleImpl<X>> cancelled;
        boolean closesSource;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            closesSource = !busy;
            cancelled = new ArrayList<>(underWay);
            underWay.clear();
            ended.clear();
        }
        cancelled.forEach(handle -> handle.cancel(true, CancelReason.FAIL_FAST));
        signal();
        var thrown = closesSource ? closeSource() : null;
        if (thrown != null) {
            throw StepIterator.unchecked(thrown);
        }
    }
}
