package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Strands made of what a source gives, a window of them under way, read one by one or as they have something.
///
/// @param <T> the type of the inputs
/// @param <E> the type of the elements that are read
final class WindowedResults<T extends @Nullable Object, E extends @Nullable Object>
        implements Results<E>, Steps<E>, StepIterator.Awaited<E> {

    /*
     * The reader - any thread, one at a time, which `busy` ensures - draws inputs, starts strands and reads: all of it
     * in step(), which waits for nothing but what the user's source makes it wait for. Where step() has nothing, the
     * reader waits for a signal: a strand that has something or holds back no more, or a source that has more. In input
     * order the head of `underWay` is read until it has no more; in order of completion, the head of `stirred`, which
     * goes behind the others then.
     *
     * A strand is in `stirred` once, from when it tells of something until it is looked at.
     *
     * The monitor guards the fields that say so; user code, submissions and cancels happen outside it. The source is
     * touched by the busy reader, and closed by the same, or by whoever closes while no reader is busy.
     */

    /// What distinguishes `map` from its like.
    ///
    /// @param source of the inputs
    /// @param starting makes a strand of an input
    /// @param skips counts what is left out
    /// @param window how many may be under way now
    record Plan<T extends @Nullable Object, E extends @Nullable Object>(
            Inlet<? extends T> source, Starting<T, E> starting, Skips skips, IntSupplier window, ResultOrder order) {}

    /// How an input is started.
    interface Starting<T extends @Nullable Object, E extends @Nullable Object> {

        /// Reader only.
        ///
        /// @param alone nothing else is under way
        Strand<E> start(T input, boolean alone);
    }

    private final TaskQueueImpl queue;
    private final Plan<T, E> plan;
    private final Inlet<? extends T> source;
    private final Iterator<E> iterator = new StepIterator<>(this, this, "results");
    private final ResultsPublisher<E> publisher;
    private final WakeUp wakeUp = new WakeUp();

    @GuardedBy("this")
    private final LinkedHashSet<Strand<E>> underWay = new LinkedHashSet<>();

    @GuardedBy("this")
    private final ArrayDeque<Strand<E>> stirred = new ArrayDeque<>();

    /// By a subscriber.
    @GuardedBy("this")
    private long requested;

    @GuardedBy("this")
    private long handedOut;

    @GuardedBy("this")
    private boolean busy;

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private boolean sourceClosed;

    /// Busy reader only.
    private boolean begun;

    /// Busy reader only: the source has no more, or has thrown.
    private boolean exhausted;

    /// Busy reader only: the last one, while it may hold back the next.
    private @Nullable Strand<E> last;

    /// Busy reader only: what the source threw; it surfaces after the results before it.
    private @Nullable Throwable sourceFailure;

    WindowedResults(TaskQueueImpl queue, Plan<T, E> plan) {
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
        return plan.skips().count();
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
        wakeUp.await();
    }

    private void ensureMayWait() {
        try {
            queue.ensureMayWait();
        } catch (IllegalStateException e) {
            close();
            throw e;
        }
    }

    /// Whether there is something to end.
    synchronized boolean hasUnderWay() {
        return !underWay.isEmpty();
    }

    @Override
    public Step<E> step() {
        enter();
        try {
            while (true) {
                fill();
                var strand = next();
                if (strand == null) {
                    return isOver() ? end() : new Step.NotYet<>();
                }
                var step = strand.step();
                settle(strand, step);
                boolean isBehind = step instanceof Step.NotYet && plan.order() == ResultOrder.INPUT;
                if (step instanceof Step.Element || isBehind) {
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
        wakeUp.reset();
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
                    source.begin(queue, wakeUp::signal);
                }
                switch (source.status(room)) {
                    case READY -> start(source.take());
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

    private int room() {
        if (last != null && last.holdsBack()) {
            return 0;
        }
        last = null;
        int window = plan.window().getAsInt();
        synchronized (this) {
            return closed ? 0 : window - underWay.size();
        }
    }

    private void start(T input) {
        var strand = plan.starting().start(input, !hasUnderWay());
        boolean tooLate;
        synchronized (this) {
            tooLate = closed;
            if (!tooLate) {
                underWay.add(strand);
            }
        }
        if (tooLate) {
            strand.close();
        } else {
            last = strand;
            strand.onSignal(() -> stirred(strand));
        }
    }

    /// It may have something, or hold back no more. Any thread.
    private void stirred(Strand<E> strand) {
        synchronized (this) {
            if (closed || underWay.isEmpty()) {
                return;
            }
            switch (plan.order()) {
                case INPUT -> {
                    if (!strand.equals(underWay.getFirst()) && !strand.equals(underWay.getLast())) {
                        return; // it will be found when it is the head
                    }
                }
                case COMPLETION -> stir(strand);
            }
        }
        signal();
    }

    @GuardedBy("this")
    private void stir(Strand<E> strand) {
        if (!strand.stirred) {
            strand.stirred = true;
            stirred.addLast(strand);
        }
    }

    /// Has the reader look again.
    void signal() {
        wakeUp.signal();
    }

    @Override
    public void onSignal(Runnable listener) {
        wakeUp.onSignal(listener);
    }

    /// The one to be read now.
    private synchronized @Nullable Strand<E> next() {
        return switch (plan.order()) {
            case INPUT -> underWay.isEmpty() ? null : underWay.getFirst();
            case COMPLETION -> {
                var strand = stirred.pollFirst();
                if (strand != null) {
                    strand.stirred = false;
                }
                yield strand;
            }
        };
    }

    private synchronized void settle(Strand<E> strand, Step<E> step) {
        handedOut += step instanceof Step.Element ? 1 : 0;
        if (step instanceof Step.End || strand.isSpent()) {
            underWay.remove(strand);
        } else if (step instanceof Step.Element && plan.order() == ResultOrder.COMPLETION && !closed) {
            stir(strand); // behind the others
        }
    }

    @Override
    public synchronized void requested(long count) {
        requested = requested + count < 0 ? Long.MAX_VALUE : requested + count;
    }

    /// After the shutdown nobody waits for a subscriber that wants nothing more.
    @Override
    public void told() {
        List<Strand<E>> inVain;
        synchronized (this) {
            if (!queue.isShutdown() || handedOut < requested) {
                return;
            }
            inVain = new ArrayList<>(underWay);
        }
        inVain.forEach(Strand::abandon);
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
        plan.skips().end();
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
        List<Strand<E>> cancelled;
        boolean closesSource;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            closesSource = !busy;
            cancelled = new ArrayList<>(underWay);
            underWay.clear();
            stirred.clear();
        }
        cancelled.forEach(Strand::close);
        signal();
        var thrown = closesSource ? closeSource() : null;
        if (thrown != null) {
            throw StepIterator.unchecked(thrown);
        }
    }
}
