package io.millhand.spi;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.ItemReceiver.Batch;
import io.millhand.spi.ItemReceiver.Producer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The items that have come of one producer and are not read yet; grants it its credit.
///
/// The producer's side is called from any thread, the reader's from any thread, one at a time.
public final class ItemSequence {

    /*
     *   read <= arrived <= granted <= min(requested, read + window)        in items; bytes likewise, without requests
     *
     * The reader takes all that is there at once and reads it without the monitor. What it has read it reports now and
     * then, which makes room in the window. Credit is granted where the producer may have none left, or a quarter of
     * the window at once: so it costs a message for many items, and no stall.
     *
     * The monitor guards the fields that say so. The producer is called outside it.
     */

    /// The window: so many items are granted ahead of what was read.
    public static final int WINDOW_ITEMS = 1_024;

    /// And no more bytes than that, but for the item that goes beyond them.
    public static final long WINDOW_BYTES = 1 << 20;

    private static final int REPORT_ITEMS = WINDOW_ITEMS / 8;
    private static final long REPORT_BYTES = WINDOW_BYTES / 8;

    /// Whether the producer is told, too, that all was read and more is waited for.
    private final boolean tellsWhenDry;

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

    /// What comes now comes too late.
    @GuardedBy("this")
    private boolean ended;

    // Reader only.

    private ArrayDeque<Batch> reading = new ArrayDeque<>();
    private @Nullable Batch current;
    private int readItems;
    private long readBytes;

    private ItemSequence(boolean tellsWhenDry) {
        this.tellsWhenDry = tellsWhenDry;
    }

    /// An empty one.
    ///
    /// @return the sequence
    public static ItemSequence of() {
        return new ItemSequence(false);
    }

    /// An empty one whose producer is granted credit each time that all was read and more is waited for, so that
    /// it knows.
    ///
    /// @return the sequence
    public static ItemSequence tellingWhenDry() {
        return new ItemSequence(true);
    }

    /// The producer can be told of demand from now on.
    ///
    /// @param producer the way to it
    /// @throws IllegalStateException where there is one already
    public void begin(Producer producer) {
        synchronized (this) {
            if (this.producer != null) {
                throw new IllegalStateException("a streaming task is run once, and this would be the second time");
            }
            this.producer = producer;
        }
        grant(false);
    }

    /// The producer, for what else it is to be told.
    ///
    /// @return null before it has begun
    public synchronized @Nullable Producer producer() {
        return producer;
    }

    /// Takes items.
    ///
    /// @param batch what has come
    /// @return whether the reader must be woken: it may have found nothing since the last batch
    public synchronized boolean arrived(Batch batch) {
        arrivedItems += batch.items();
        arrivedBytes += batch.bytes();
        if (ended) {
            return false;
        }
        arrived.addLast(batch);
        return arrived.size() == 1;
    }

    /// The reader wants so many more. Any thread.
    ///
    /// @param count at least 1; saturates
    public void requested(long count) {
        synchronized (this) {
            requested = requested + count < 0 ? Long.MAX_VALUE : requested + count;
        }
        grant(false);
    }

    private void grant(boolean dry) {
        Producer told;
        long items;
        long bytes;
        synchronized (this) {
            items = Math.min(requested, reportedItems + WINDOW_ITEMS);
            bytes = reportedBytes + WINDOW_BYTES;
            boolean more = items > grantedItems || bytes > grantedBytes;
            boolean much = items - grantedItems >= WINDOW_ITEMS / 4 || bytes - grantedBytes >= WINDOW_BYTES / 4;
            told = producer;
            if (told == null || ended || requested == 0 || !more || (!much && !dry && !isUsedUp())) {
                return;
            }
            grantedItems = items;
            grantedBytes = bytes;
        }
        told.demand(items, bytes);
    }

    /// Whether the producer has used its credit up.
    @GuardedBy("this")
    private boolean isUsedUp() {
        return arrivedItems >= grantedItems || arrivedBytes >= grantedBytes;
    }

    /// Whether the producer waits for the reader, so that nobody can expect progress of it.
    ///
    /// @return false also before it has begun
    public synchronized boolean isStarved() {
        return producer != null && isUsedUp();
    }

    /// Whether all that was requested has come and was taken.
    ///
    /// @return true before anything was requested
    public synchronized boolean isSatisfied() {
        return arrived.isEmpty() && requested <= arrivedItems;
    }

    /// Whether there is an item. Reader only.
    ///
    /// @return true if [#next] answers it
    public boolean hasNext() {
        while (current == null || !current.hasNext()) {
            readBytes += current == null ? 0 : current.bytes();
            current = reading.poll();
            if (readBytes >= REPORT_BYTES || readItems >= REPORT_ITEMS || current == null) {
                report();
            }
            if (current == null && !refill()) {
                return false;
            }
        }
        return true;
    }

    private void report() {
        boolean dry;
        synchronized (this) {
            reportedItems += readItems;
            reportedBytes += readBytes;
            dry = tellsWhenDry && current == null && arrived.isEmpty();
        }
        if (dry || readItems > 0 || readBytes > 0) {
            readItems = 0;
            readBytes = 0;
            grant(dry);
        }
    }

    private synchronized boolean refill() {
        var emptied = reading;
        reading = arrived;
        arrived = emptied;
        return !reading.isEmpty();
    }

    /// Takes the next item after [#hasNext] has found one. Reader only; runs user code.
    ///
    /// @return the item
    /// @throws Throwable why it cannot be read
    public @Nullable Object next() throws Throwable {
        if (current == null) {
            throw new IllegalStateException("hasNext must have found an item before");
        }
        var item = current.next();
        readItems++;
        return item;
    }

    /// Whether anything has come since the reader has found nothing.
    ///
    /// @return true if [#hasNext] would find it
    public synchronized boolean hasArrived() {
        return !arrived.isEmpty();
    }

    /// Takes nothing any more, and grants nothing. Any thread.
    public synchronized void end() {
        ended = true;
    }

    /// As [#end], and drops what the reader has not taken. Any thread.
    public synchronized void drop() {
        ended = true;
        arrived.clear();
    }
}
