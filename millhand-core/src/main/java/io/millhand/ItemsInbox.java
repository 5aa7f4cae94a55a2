package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.ItemReceiver;
import io.millhand.spi.ItemSequence;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The reader's side of one streamed result.
final class ItemsInbox<T extends @Nullable Object> implements ItemReceiver, Steps<T>, StepIterator.Awaited<T> {

    /*
     * The producer's side is any thread, the reader any thread, one at a time; the sequence keeps what has come, and
     * the credit. A reader that finds nothing looks whether the task has ended before it looks for items, since the
     * last ones come first.
     *
     * The monitor guards the fields that say so. The producer, the queue and the listener are called outside it.
     */

    /// How long a producer may go on that was interrupted since nobody reads any more.
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final TaskQueueImpl queue;

    /// Set once, before anybody reads.
    private volatile @Nullable TaskHandleImpl<Long> handle;

    private final ItemSequence items = ItemSequence.of();
    private final WakeUp wakeUp = new WakeUp();

    /// The task has its outcome: nothing comes any more. Written under the monitor.
    private volatile boolean ended;

    /// The queue is shut down.
    @GuardedBy("this")
    private boolean shutDown;

    /// By the reader's side. Written under the monitor.
    private volatile boolean closed;

    /// The end was told. Read by any thread.
    private volatile boolean over;

    ItemsInbox(TaskQueueImpl queue) {
        this.queue = queue;
    }

    /// Called once, before anybody reads.
    void submitted(TaskHandleImpl<Long> handle) {
        this.handle = handle;
        handle.whenDone(this::ended);
    }

    TaskHandleImpl<Long> task() {
        return requireNonNull(handle, "nobody reads before the task is submitted");
    }

    @Override
    public void begin(Producer producer) {
        items.begin(producer);
        boolean inVain;
        synchronized (this) {
            inVain = closed || ended;
        }
        if (inVain) {
            producer.close(true);
        } else {
            wakeUp.signal();
        }
    }

    /// Whether its task has a slot, or will need none any more; a signal tells when that changes.
    boolean hasBegun() {
        return closed || ended || items.producer() != null;
    }

    @Override
    public void arrived(Batch batch) {
        if (items.arrived(batch)) {
            wakeUp.signal();
        }
    }

    /// The outcome of the task tells the same.
    @Override
    public void finished(@Nullable Supplier<Throwable> failure) {}

    private void ended() {
        synchronized (this) {
            ended = true;
        }
        items.end();
        var told = items.producer();
        if (told != null && task().isCancelled()) {
            told.close(false); // its attempt may go on
        }
        wakeUp.signal();
    }

    @Override
    public void onSignal(Runnable listener) {
        wakeUp.onSignal(listener);
    }

    @Override
    public void requested(long count) {
        items.requested(count);
    }

    /// Whether the producer waits for the reader, so that nobody can expect progress.
    boolean waitsForDemand() {
        return items.isStarved();
    }

    @Override
    public Step<T> step() {
        while (!closed && !over) {
            if (items.hasNext()) {
                return next();
            }
            wakeUp.reset();
            boolean last = ended;
            if (items.hasNext()) {
                return next();
            }
            if (!last) {
                // A close may have signalled before the reset.
                return closed ? new Step.End<>() : new Step.NotYet<>();
            }
            end();
        }
        return new Step.End<>();
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // the producer has the type of the task that went in
    private Step<T> next() {
        try {
            return new Step.Element<>((T) items.next());
        } catch (Throwable e) {
            close();
            throw new CompletionException(e); // what was made unreadable ends the rest: nobody knows where that begins
        }
    }

    /// Throws what ended the task, if it did not succeed.
    private void end() {
        over = true;
        var _ = task().join();
    }

    @Override
    public Throwable asTold(Throwable failure) {
        return StepIterator.checked(failure);
    }

    /// An interrupt closes.
    @Override
    public Step<T> await() {
        try {
            for (var step = step(); ; step = step()) {
                if (!(step instanceof Step.NotYet)) {
                    return step;
                }
                awaitSignal();
            }
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new CompletionException("interrupted while waiting for an item; the rest is dropped", e);
        }
    }

    private void awaitSignal() throws InterruptedException {
        try {
            queue.ensureMayWait();
        } catch (IllegalStateException e) {
            close();
            throw e;
        }
        wakeUp.await();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        boolean running;
        synchronized (this) {
            if (closed || over) {
                return;
            }
            closed = true;
            running = !ended;
        }
        items.drop();
        wakeUp.signal();
        if (!running) {
            return;
        }
        var told = items.producer();
        if (told == null) {
            var _ = task().cancel(true);
        } else {
            told.close(true);
            var timer = queue.schedule(GRACE_NANOS, () -> task().cancel(true));
            task().whenDone(timer::cancel);
        }
    }

    /// The queue is shut down: what nobody reads is cancelled, and that of a subscriber when it wants nothing
    /// more.
    void shutDown(boolean isRead) {
        synchronized (this) {
            shutDown = true;
        }
        if (isRead) {
            wakeUp.signal();
        } else {
            var _ = task().cancel(true, CancelReason.SHUTDOWN);
        }
    }

    @Override
    public void told() {
        boolean inVain;
        synchronized (this) {
            inVain = shutDown && !ended && !closed;
        }
        if (inVain && items.isSatisfied()) {
            var _ = task().cancel(true, CancelReason.SHUTDOWN);
        }
    }

    /// Whether there is anything left to end.
    boolean isOpen() {
        return !closed && !task().isDone();
    }

    @Override
    public String toString() {
        return "items of " + handle;
    }
}
