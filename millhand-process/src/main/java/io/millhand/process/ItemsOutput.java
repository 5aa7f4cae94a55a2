package io.millhand.process;

import io.millhand.NotTransferableException;
import io.millhand.spi.ItemReceiver;
import io.millhand.spi.ItemSink;
import io.millhand.spi.Signal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Items on their way to the other side: those that a streaming attempt in a child makes, or the input of an
/// attempt in one.
final class ItemsOutput implements ItemSink, ItemReceiver.Producer {

    /*
     * Any thread emits; `writing` lets in one at a time, which may wait in it. It encodes the item at once and sends a
     * frame where enough is there, where it is about to wait, or where it has sent none for a while; what is held back
     * all the same is sent by the way, within a few milliseconds.
     *
     * Whoever hears the other side tells of demand and of the reader's end; `signal` wakes those who wait.
     */

    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /// To the other side.
    interface Way {

        /// Items will come.
        default void began(ItemsOutput output) {}

        /// Never blocks.
        void send(byte[] head, byte[] body);

        /// How many bytes one item may have.
        long ceiling();

        /// Something may be held back: [#flushStale] must be called soon, until it answers false. Not called again
        /// before it has done so.
        default void holdsBack(ItemsOutput output) {}

        /// Nothing more is sent.
        ///
        /// @param failure null at the end of the items
        void finished(ItemsOutput output, @Nullable Throwable failure);

        /// What the items are, for messages.
        String what();
    }

    private final Way way;
    private final Signal signal;
    private final ReentrantLock writing = new ReentrantLock();

    // Written under `writing`.

    private @Nullable ItemsWriter writer;
    private final AtomicLong sentItems = new AtomicLong();
    private final AtomicLong sentBytes = new AtomicLong();
    private long flushedNanos = System.nanoTime();

    // Written by whoever hears the other side.

    private volatile long allowedItems;
    private volatile long allowedBytes;
    private volatile boolean closed;
    private volatile boolean mayInterrupt;

    private volatile boolean finished;

    /// Something was emitted since [#flushStale] has looked.
    private volatile boolean active;

    /// Whether somebody will look. It is asked for after `active` was written, and given up before that is looked at
    /// for the last time: one of the two finds the other.
    private final AtomicBoolean watched = new AtomicBoolean();

    private volatile @Nullable Listener listener;

    ItemsOutput(Way way, Signal signal) {
        this.way = way;
        this.signal = signal;
    }

    ItemSink begin() {
        way.began(this);
        return this;
    }

    @Override
    public boolean emit(@Nullable Object item) throws InterruptedException {
        writing.lockInterruptibly();
        try {
            if (!hasCredit()) {
                flush();
                active = false;
                signal.await(() -> closed || finished || hasCredit());
            }
            if (closed || finished) {
                return false;
            }
            write(item);
            return true;
        } finally {
            writing.unlock();
        }
    }

    private boolean hasCredit() {
        return sentItems.getPlain() < allowedItems && sentBytes.getPlain() < allowedBytes;
    }

    private void write(@Nullable Object item) {
        var to = writer == null ? new ItemsWriter(way.ceiling()) : writer;
        writer = to;
        long bytes;
        try {
            bytes = to.add(item);
        } catch (IOException | RuntimeException | Error e) {
            throw new NotTransferableException(
                    "item " + (sentItems.get() + 1) + " of " + way.what() + " cannot travel: "
                            + EncodedFailure.reasonOf(item, e),
                    e);
        }
        sentItems.setRelease(sentItems.getPlain() + 1);
        sentBytes.setRelease(sentBytes.getPlain() + bytes);
        if (!active) {
            active = true;
            if (watched.compareAndSet(false, true)) {
                way.holdsBack(this);
            }
        }
        var large = to.takeLarge();
        long now = System.nanoTime();
        if (large != null) {
            flush();
            send(large.head(), large.body());
        } else if (to.isFull() || now - flushedNanos > PAUSE_NANOS || !hasCredit()) {
            flush();
        }
    }

    /// Under `writing`.
    private void flush() {
        if (writer != null && !writer.isEmpty()) {
            send(new byte[0], writer.takeBatch());
        }
    }

    private void send(byte[] head, byte[] body) {
        flushedNanos = System.nanoTime();
        way.send(head, body);
    }

    /// For a thread that must not wait for user code.
    ///
    /// @return whether to look again: something was emitted since the last time
    boolean flushStale() {
        if (!active) {
            watched.set(false);
            return active && watched.compareAndSet(false, true);
        }
        if (writing.tryLock()) {
            try {
                active = false;
                flush();
            } finally {
                writing.unlock();
            }
        }
        return true;
    }

    @Override
    public long credit() {
        return sentBytes.get() < allowedBytes ? Math.max(0, allowedItems - sentItems.get()) : 0;
    }

    @Override
    public void await(BooleanSupplier done) throws InterruptedException {
        writing.lockInterruptibly();
        try {
            flush();
        } finally {
            writing.unlock();
        }
        signal.await(() -> closed || done.getAsBoolean());
    }

    @Override
    public void wake() {
        signal.wake();
    }

    /// DEMAND or ITEMS_CLOSED.
    void received(Frame frame) throws ProtocolException {
        if (frame.kind() == FrameKind.ITEMS_CLOSED) {
            close(frame.body().length > 0 && frame.body()[0] != 0);
            return;
        }
        if (frame.body().length != 2 * Long.BYTES) {
            throw new ProtocolException("demand must have 16 bytes, had " + frame.body().length);
        }
        var body = ByteBuffer.wrap(frame.body());
        demand(body.getLong(), body.getLong());
    }

    @Override
    public synchronized void demand(long items, long bytes) {
        allowedBytes = Math.max(allowedBytes, bytes);
        allowedItems = Math.max(allowedItems, items);
        signal.tell();
    }

    @Override
    public void close(boolean interrupts) {
        synchronized (this) {
            mayInterrupt |= interrupts;
            closed = true;
        }
        signal.tell();
        var told = listener;
        if (told != null) {
            told.closed(interrupts);
        }
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void onClose(Listener listener) {
        this.listener = listener;
        if (closed) {
            listener.closed(mayInterrupt);
        }
    }

    @Override
    public long finish(@Nullable Throwable failure) {
        finished = true;
        wake(); // who waits in `writing` leaves it
        writing.lock();
        try {
            flush();
            return sentItems.get();
        } finally {
            writing.unlock();
            way.finished(this, failure);
        }
    }
}
