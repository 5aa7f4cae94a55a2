package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.ItemReceiver;
import io.millhand.spi.ItemSink;
import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Items whose maker and whose reader are in this JVM: they are handed on as they are.
final class LocalItems implements ItemSink, ItemReceiver.Producer {

    /*
     * Emitting threads wait in the monitor, which guards all fields, for the reader's demand. The receiver and the
     * listener are told outside it.
     *
     * Only arrays of bytes and texts are weighed: nobody knows what another object holds.
     */

    private final ItemReceiver receiver;
    private final Runnable alive;

    @GuardedBy("this")
    private long allowedItems;

    @GuardedBy("this")
    private long allowedBytes;

    @GuardedBy("this")
    private long sentItems;

    @GuardedBy("this")
    private long sentBytes;

    @GuardedBy("this")
    private boolean closed;

    /// The task has ended.
    @GuardedBy("this")
    private boolean finished;

    @GuardedBy("this")
    private boolean mayInterrupt;

    @GuardedBy("this")
    private @Nullable Listener listener;

    private LocalItems(ItemReceiver receiver, Runnable alive) {
        this.receiver = receiver;
        this.alive = alive;
    }

    /// @param alive gives a sign of life of the attempt
    static LocalItems open(ItemReceiver receiver, Runnable alive) {
        var items = new LocalItems(receiver, alive);
        receiver.begin(items);
        return items;
    }

    private static final class Single implements ItemReceiver.Batch {

        private final @Nullable Object item;
        private final long weight;

        /// Reader only.
        private boolean taken;

        Single(@Nullable Object item, long weight) {
            this.item = item;
            this.weight = weight;
        }

        @Override
        public int items() {
            return 1;
        }

        @Override
        public long bytes() {
            return weight;
        }

        @Override
        public boolean hasNext() {
            return !taken;
        }

        @Override
        public @Nullable Object next() {
            if (taken) {
                throw new NoSuchElementException("the item was taken");
            }
            taken = true;
            return item;
        }
    }

    @Override
    public boolean emit(@Nullable Object item) throws InterruptedException {
        long weight = item instanceof byte[] bytes ? bytes.length : item instanceof String text ? text.length() : 0;
        synchronized (this) {
            while (!closed && !finished && !hasCredit()) {
                wait();
            }
            if (closed || finished) {
                return false;
            }
            sentItems++;
            sentBytes += weight;
        }
        alive.run();
        receiver.arrived(new Single(item, weight));
        return true;
    }

    @GuardedBy("this")
    private boolean hasCredit() {
        return sentItems < allowedItems && sentBytes < allowedBytes;
    }

    @Override
    public synchronized long credit() {
        return sentBytes < allowedBytes ? Math.max(0, allowedItems - sentItems) : 0;
    }

    @Override
    public synchronized void await(BooleanSupplier done) throws InterruptedException {
        while (!closed && !done.getAsBoolean()) {
            wait();
        }
    }

    @Override
    public synchronized void wake() {
        notifyAll();
    }

    @Override
    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public void onClose(Listener listener) {
        boolean tooLate;
        boolean interrupts;
        synchronized (this) {
            this.listener = listener;
            tooLate = closed;
            interrupts = mayInterrupt;
        }
        if (tooLate) {
            listener.closed(interrupts);
        }
    }

    @Override
    public long finish(@Nullable Throwable failure) {
        long sent;
        synchronized (this) {
            finished = true;
            notifyAll();
            sent = sentItems;
        }
        receiver.finished(failure == null ? null : () -> failure);
        return sent;
    }

    @Override
    public void demand(long items, long bytes) {
        synchronized (this) {
            allowedItems = Math.max(allowedItems, items);
            allowedBytes = Math.max(allowedBytes, bytes);
            notifyAll();
        }
        alive.run(); // it may go on from now
    }

    @Override
    public void close(boolean mayInterrupt) {
        Listener told;
        synchronized (this) {
            if (closed && !mayInterrupt) {
                return;
            }
            closed = true;
            this.mayInterrupt |= mayInterrupt;
            notifyAll();
            told = finished ? null : listener;
        }
        if (told != null) {
            told.closed(mayInterrupt);
        }
    }
}
