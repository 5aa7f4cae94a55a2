package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// A source that is read without a queue.
///
/// @param <T> the type of the inputs
final class SourceSteps<T extends @Nullable Object> implements Steps<T>, StepIterator.Awaited<T> {

    /*
     * The reader - any thread, one at a time, which `busy` ensures - touches the source in step(); a close that comes
     * meanwhile is left to it. The monitor guards all mutable fields, and the source is called outside it.
     */

    private final Inlet<? extends T> source;
    private final int window;
    private final WakeUp wakeUp = new WakeUp();

    @GuardedBy("this")
    private boolean busy;

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private boolean sourceClosed;

    private SourceSteps(Inlet<? extends T> source, int window) {
        this.source = source;
        this.window = window;
    }

    /// Subscribes at once where the source is a publisher, so that it is cancelled even if nobody reads.
    ///
    /// @param window how many inputs may be asked for ahead
    static <T extends @Nullable Object> SourceSteps<T> open(Source<? extends T> source, int window) {
        if (window < 1) {
            throw new IllegalArgumentException("window must be at least 1, was " + window);
        }
        Inlet<? extends T> inlet = (Inlet<? extends T>) requireNonNull(source, "source");
        inlet.claim();
        var steps = new SourceSteps<T>(inlet, window);
        inlet.begin(null, steps.wakeUp::signal);
        if (inlet instanceof PublisherInlet<?> publisher) {
            publisher.open(window);
        }
        return steps;
    }

    @Override
    public Step<T> step() {
        if (!enter()) {
            return new Step.End<>();
        }
        try {
            return switch (source.status(window)) {
                case READY -> new Step.Element<>(source.take());
                case NOTHING -> new Step.NotYet<>();
                case ENDED -> {
                    close();
                    yield new Step.End<>();
                }
            };
        } catch (Throwable e) {
            close();
            throw StepIterator.unchecked(e);
        } finally {
            leave();
        }
    }

    /// An interrupt closes.
    @Override
    public Step<T> await() {
        try {
            return awaitInterruptibly();
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new CompletionException("interrupted while waiting for an item; the rest is dropped", e);
        }
    }

    /// The next element or the end. An interrupt changes nothing.
    Step<T> awaitInterruptibly() throws InterruptedException {
        for (var step = step(); ; step = step()) {
            if (!(step instanceof Step.NotYet)) {
                return step;
            }
            wakeUp.await();
        }
    }

    private synchronized boolean enter() {
        if (busy) {
            throw new IllegalStateException("the source is being read by another thread, or by itself, at this moment");
        }
        busy = !closed;
        wakeUp.reset();
        return busy;
    }

    private void leave() {
        boolean toClose;
        synchronized (this) {
            busy = false;
            toClose = closed;
        }
        if (toClose) {
            closeSource();
        }
    }

    @Override
    public void onSignal(Runnable listener) {
        wakeUp.onSignal(listener);
    }

    @Override
    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public Throwable asTold(Throwable failure) {
        return StepIterator.checked(failure);
    }

    @Override
    public void close() {
        boolean closesSource;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            closesSource = !busy;
        }
        wakeUp.signal();
        if (closesSource) {
            closeSource();
        }
    }

    private void closeSource() {
        synchronized (this) {
            if (sourceClosed) {
                return;
            }
            sourceClosed = true;
        }
        try {
            source.close();
        } catch (Exception e) {
            // All that it gave was read or is wanted no more, and whoever closes may be another than who reads.
            System.getLogger("io.millhand")
                    .log(System.Logger.Level.WARNING, "a source that was read could not be closed", e);
        }
    }
}
