package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.ItemReceiver;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What has come of one streamed result and is not read yet; grants the producer its credit.
final class ItemsInbox<T extends @Nullable Object> implements ItemReceiver, Steps<T> {

    /*
     *   read <= arrived <= granted <= min(requested, read + window)        in items; bytes likewise, without requests
     *
     * The producer's side (any thread) adds batches, the reader (any thread, one at a time) takes all that is there at
     * once and reads it without the monitor. What it has read it reports now and then, which makes room in the window.
     * Credit is granted where the producer may have none left, or a quarter of the window at once: so it costs a
     * message for many items, and no stall.
     *
     * The monitor guards the fields that say so. The producer, the queue and the listener are called outside it.
     */

    static final int WINDOW_ITEMS = 1_024;
    static final long WINDOW_BYTES = 1 << 20;

    private static final int REPORT_ITEMS = WINDOW_ITEMS / 8;
    private static final long REPORT_BYTES = WINDOW_BYTES / 8;

    /// How long a producer may go on that was interrupted since nobody reads any more.
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final TaskQueueImpl queue;

    /// Set once, before anybody reads.
    private volatile @Nullable TaskHandleImpl<Long> handle;

    @GuardedBy("this")
    private @Nullable Producer producer;

    @GuardedBy("this")
    private ArrayDeque<Batch> arrived = new ArrayDeque<>();

    @GuardedBy("this")
    private long arrivedItems;

    @GuardedBy("this")
    private long arrivedBytes;

    @GuardedBy("this")
    private long requested;

    @GuardedBy("this")
    private long reportedItems;

    @GuardedBy("this")
    private long reportedBytes;

    @GuardedBy("this")
    private long grantedItems;

    @GuardedBy("this")
    private long grantedBytes;

    /// The task has its outcome: nothing comes any more.
    @GuardedBy("this")
    private boolean ended;

    /// The queue is shut down.
    @GuardedBy("this")
    private boolean shutDown;

    @GuardedBy("this")
    private boolean signalled;

    @GuardedBy("this")
    private @Nullable Runnable listener;

    /// By the reader's side. Written under the monitor.
    private volatile boolean closed;

    // Reader only.

    private ArrayDeque<Batch> reading = new ArrayDeque<>();
    private @Nullable Batch current;
    private int readItems;
    private long readBytes;

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

    private TaskHandleImpl<Long> task() {
        return requireNonNull(handle, "nobody reads before the task is submitted");
    }

    @Override
    public void begin(Producer producer) {
        boolean inVain;
        synchronized (this) {
            if (this.producer != null) {
                throw new IllegalStateException("a streaming task is run once, and this would be the second time");
            }
            this.producer = producer;
            inVain = closed || ended;
        }
        if (inVain) {
            producer.close(true);
        } else {
            grant();
        }
    }

    @Override
    public void arrived(Batch batch) {
        boolean first;
        synchronized (this) {
            arrivedItems += batch.items();
            arrivedBytes += batch.bytes();
            if (closed || ended) {
                return;
            }
            first = arrived.isEmpty();
            arrived.addLast(batch);
        }
        if (first) {
            signal(); // else the reader has not looked since the last one
        }
    }

    private void ended() {
        Producer told;
        synchronized (this) {
            ended = true;
            told = producer;
        }
        if (told != null && task().isCancelled()) {
            told.close(false); // its attempt may go on
        }
        signal();
    }

    private void signal() {
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

    @Override
    public void requested(long count) {
        synchronized (this) {
            requested = requested + count < 0 ? Long.MAX_VALUE : requested + count;
        }
        grant();
    }

    private void grant() {
        Producer told;
        long items;
        long bytes;
        synchronized (this) {
            items = Math.min(requested, reportedItems + WINDOW_ITEMS);
            bytes = reportedBytes + WINDOW_BYTES;
            boolean more = items > grantedItems || bytes > grantedBytes;
            boolean much = items - grantedItems >= WINDOW_ITEMS / 4 || bytes - grantedBytes >= WINDOW_BYTES / 4;
            told = producer;
            if (told == null || closed || ended || !more || (!much && !isStarved())) {
                return;
            }
            grantedItems = items;
            grantedBytes = bytes;
        }
        told.demand(items, bytes);
    }

    /// Whether the producer has used its credit up.
    @GuardedBy("this")
    private boolean isStarved() {
        return arrivedItems >= grantedItems || arrivedBytes >= grantedBytes;
    }

    /// Whether the producer waits for the reader, so that nobody can expect progress.
    synchronized boolean waitsForDemand() {
        return producer != null && isStarved();
    }

    @Override
    public Step<T> step() {
        while (!closed && !over) {
            var batch = current;
            if (batch != null && batch.hasNext()) {
                return next(batch);
            }
            if (batch != null) {
                readBytes += batch.bytes();
            }
            current = reading.poll();
            if (readBytes >= REPORT_BYTES || readItems >= REPORT_ITEMS || current == null) {
                report();
            }
            if (current == null) {
                switch (refill()) {
                    case READY -> {}
                    case NOTHING -> {
                        return new Step.NotYet<>();
                    }
                    case ENDED -> end();
                }
            }
        }
        return new Step.End<>();
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // the producer has the type of the task that went in
    private Step<T> next(Batch batch) {
        try {
            var item = batch.next();
            readItems++;
            return new Step.Element<>((T) item);
        } catch (Throwable e) {
            close();
            throw new CompletionException(e); // what was made unreadable ends the rest: nobody knows where that begins
        }
    }

    private void report() {
        if (readItems == 0 && readBytes == 0) {
            return;
        }
        synchronized (this) {
            reportedItems += readItems;
            reportedBytes += readBytes;
        }
        readItems = 0;
        readBytes = 0;
        grant();
    }

    private synchronized Inlet.Status refill() {
        if (!arrived.isEmpty()) {
            var emptied = reading;
            reading = arrived;
            arrived = emptied;
            return Inlet.Status.READY;
        }
        signalled = false;
        return ended ? Inlet.Status.ENDED : Inlet.Status.NOTHING;
    }

    /// Throws what ended the task, if it did not succeed.
    private void end() {
        over = true;
        var _ = task().join();
    }

    @Override
    public Throwable asTold(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /// The next item, or the end. An interrupt closes.
    Step<T> await() {
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
        synchronized (this) {
            while (!signalled) {
                wait();
            }
        }
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        Producer told;
        boolean running;
        synchronized (this) {
            if (closed || over) {
                return;
            }
            closed = true;
            arrived.clear();
            told = producer;
            running = !ended;
        }
        signal();
        if (!running) {
            return;
        }
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
            signal();
        } else {
            var _ = task().cancel(true, CancelReason.SHUTDOWN);
        }
    }

    @Override
    public void told() {
        boolean inVain;
        synchronized (this) {
            inVain = shutDown && !ended && !closed && arrived.isEmpty() && requested <= arrivedItems;
        }
        if (inVain) {
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
