package io.millhand.process;

import io.millhand.NotTransferableException;
import io.millhand.spi.ItemSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The items of one attempt in a child, on their way to the parent.
final class ItemsOutput implements ItemSink {

    /*
     * Any thread of the task emits; `writing` lets in one at a time, which may wait in it. It encodes the item at once
     * and sends a frame where enough is there, where it is about to wait, or where it has sent none for a while; what
     * is held back all the same is sent by the listener, within a few milliseconds.
     *
     * Who waits for demand reads the channel itself if nobody else does, so that no other thread stands in the path.
     * Whoever reads tells of demand and of the reader's end; `signal` wakes those who wait while somebody else reads.
     */

    private static final long OTHER_TURN_MILLIS = 1;
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final RunningAttempt attempt;
    private final ItemsOutputs outputs;
    private final ReentrantLock writing = new ReentrantLock();
    private final Object signal = new Object();

    // Under `writing`; the sums are written there and may be read by who waits in it.

    private @Nullable ItemsWriter writer;
    private long sentItems;
    private long sentBytes;
    private long flushedNanos = System.nanoTime();

    // Written by whoever reads the channel.

    private volatile long allowedItems;
    private volatile long allowedBytes;
    private volatile boolean closed;
    private volatile boolean mayInterrupt;

    private volatile boolean finished;

    /// Something was emitted since the listener has looked.
    private volatile boolean active;

    private volatile @Nullable Listener listener;

    ItemsOutput(RunningAttempt attempt, ItemsOutputs outputs) {
        this.attempt = attempt;
        this.outputs = outputs;
    }

    ItemSink begin() {
        outputs.began(this);
        return this;
    }

    @Override
    public boolean emit(@Nullable Object item) throws InterruptedException {
        writing.lockInterruptibly();
        try {
            if (!hasCredit()) {
                flush();
                waitUntil(() -> finished || hasCredit());
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
        return sentItems < allowedItems && sentBytes < allowedBytes;
    }

    private void write(@Nullable Object item) {
        var to = writer == null ? new ItemsWriter(outputs.ceiling()) : writer;
        writer = to;
        long bytes;
        try {
            bytes = to.add(item);
        } catch (IOException | RuntimeException | Error e) {
            throw new NotTransferableException(
                    "item " + (sentItems + 1) + " of the task cannot travel: " + ChildRunner.reasonOf(item, e), e);
        }
        sentItems++;
        sentBytes += bytes;
        active = true;
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
        outputs.send(new Frame(FrameKind.ITEMS, attempt.taskId(), attempt.attempt(), head, body));
    }

    /// Listener's thread, which must not wait for user code.
    ///
    /// @return whether something was emitted since the last time
    boolean flushStale() {
        boolean was = active;
        if (was && writing.tryLock()) {
            try {
                active = false;
                flush();
            } finally {
                writing.unlock();
            }
        }
        return was;
    }

    @Override
    public long credit() {
        return sentBytes < allowedBytes ? Math.max(0, allowedItems - sentItems) : 0;
    }

    @Override
    public void await(BooleanSupplier done) throws InterruptedException {
        writing.lockInterruptibly();
        try {
            flush();
        } finally {
            writing.unlock();
        }
        waitUntil(done);
    }

    private void waitUntil(BooleanSupplier done) throws InterruptedException {
        BooleanSupplier over = () -> closed || done.getAsBoolean();
        while (!over.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("while an item waited for demand");
            }
            if (takeTurn(over)) {
                continue;
            }
            synchronized (signal) {
                if (!over.getAsBoolean()) {
                    TimeUnit.MILLISECONDS.timedWait(signal, OTHER_TURN_MILLIS);
                }
            }
        }
    }

    private boolean takeTurn(BooleanSupplier over) {
        try {
            return outputs.takeTurn(over);
        } catch (IOException e) {
            throw new UncheckedIOException("the parent cannot be heard any more", e);
        }
    }

    @Override
    public void wake() {
        notice();
        outputs.wake();
    }

    private void notice() {
        synchronized (signal) {
            signal.notifyAll();
        }
    }

    /// In a turn of whoever reads: DEMAND or ITEMS_CLOSED.
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

    @SuppressWarnings({"NonAtomicOperationOnVolatileField", "NonAtomicVolatileUpdate"}) // turns do not overlap
    private void demand(long items, long bytes) {
        allowedBytes = Math.max(allowedBytes, bytes);
        allowedItems = Math.max(allowedItems, items);
        notice();
    }

    private void close(boolean interrupts) {
        mayInterrupt |= interrupts;
        closed = true;
        notice();
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
    public long finish() {
        finished = true;
        wake(); // who waits in `writing` leaves it
        writing.lock();
        try {
            flush();
            return sentItems;
        } finally {
            writing.unlock();
            outputs.ended(this);
        }
    }
}
