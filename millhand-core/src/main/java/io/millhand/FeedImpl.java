package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The one kind of feed.
final class FeedImpl<T> extends Inlet<T> implements Feed<T> {

    /*
     * OPEN -> ENDED (last producer closed) or FAILED or UNREAD (the reader has left). Final all three.
     *
     * The monitor guards all fields; producers that want room wait on it. The reader never waits here: it is woken,
     * outside the monitor.
     */
    private enum Life {
        OPEN,
        ENDED,
        FAILED,
        UNREAD
    }

    private final int capacity;

    @GuardedBy("this")
    private final ArrayDeque<T> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private Life life = Life.OPEN;

    @GuardedBy("this")
    private int producers;

    @GuardedBy("this")
    private @Nullable Throwable failure;

    /// What the reader was told is ready, so that no clear can take it away.
    @GuardedBy("this")
    private @Nullable T next;

    @GuardedBy("this")
    private Runnable wake = () -> {};

    FeedImpl(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
        }
        this.capacity = capacity;
    }

    @Override
    public synchronized Producer<T> producer() {
        ensureOpen();
        producers++;
        return new Opened<>(this);
    }

    @Override
    public synchronized int count() {
        return waiting.size();
    }

    @Override
    public synchronized int clear() {
        int cleared = waiting.size();
        waiting.clear();
        notifyAll();
        return cleared;
    }

    @Override
    public void fail(Throwable cause) {
        end(Life.FAILED, requireNonNull(cause, "cause"));
    }

    private void end(Life how, @Nullable Throwable cause) {
        Runnable woken;
        synchronized (this) {
            if (life != Life.OPEN) {
                return;
            }
            life = how;
            failure = cause;
            notifyAll();
            woken = wake;
        }
        woken.run();
    }

    @GuardedBy("this")
    private void ensureOpen() {
        switch (life) {
            case OPEN -> {}
            case ENDED ->
                throw new IllegalStateException(
                        "the feed has ended: its last producer was closed; open all producers before one is closed");
            case FAILED -> throw new IllegalStateException("the feed has failed: " + failure, failure);
            case UNREAD ->
                throw new IllegalStateException(
                        "the feed is not read any more: its results were closed or have failed");
        }
    }

    private boolean add(Opened<T> producer, T input, long limitNanos) throws InterruptedException {
        requireNonNull(input, "input");
        Runnable woken;
        long start = System.nanoTime();
        synchronized (this) {
            producer.ensureOpen();
            ensureOpen();
            while (waiting.size() >= capacity) {
                long left = limitNanos - (System.nanoTime() - start);
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
                producer.ensureOpen();
                ensureOpen();
            }
            waiting.addLast(input);
            woken = wake;
        }
        woken.run();
        return true;
    }

    @Override
    synchronized void begin(@Nullable TaskQueueImpl host, Runnable wake) {
        this.wake = wake;
    }

    /// Whether what is put will be read.
    synchronized boolean isOpen() {
        return life == Life.OPEN;
    }

    @Override
    synchronized Status status(int room) throws Throwable {
        if (next == null) {
            next = waiting.pollFirst();
            notifyAll();
        }
        if (next != null) {
            return Status.READY;
        }
        if (failure != null) {
            throw failure;
        }
        return life == Life.OPEN ? Status.NOTHING : Status.ENDED;
    }

    @Override
    synchronized T take() {
        T taken = requireNonNull(next);
        next = null;
        return taken;
    }

    @Override
    synchronized void close() {
        if (life == Life.OPEN) {
            life = Life.UNREAD;
        }
        waiting.clear();
        notifyAll();
    }

    /// A producer.
    static final class Opened<T> implements Producer<T> {

        private final FeedImpl<T> feed;

        /// Guarded by the monitor of the feed.
        private boolean closed;

        Opened(FeedImpl<T> feed) {
            this.feed = feed;
        }

        @Override
        public void put(T input) throws InterruptedException {
            if (!feed.add(this, input, Long.MAX_VALUE)) {
                throw new AssertionError("an unlimited wait ran out");
            }
        }

        @Override
        public boolean offer(T input) {
            try {
                return feed.add(this, input, 0);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted without waiting", e);
            }
        }

        @Override
        public boolean offer(T input, Duration limit) throws InterruptedException {
            return feed.add(this, input, SystemBackend.saturatedNanos(limit));
        }

        @Override
        public void close() {
            boolean last;
            synchronized (feed) {
                if (closed) {
                    return;
                }
                closed = true;
                last = --feed.producers == 0;
                feed.notifyAll();
            }
            if (last) {
                feed.end(Life.ENDED, null);
            }
        }

        private void ensureOpen() {
            if (closed) {
                throw new IllegalStateException("this producer was closed; open one for each who feeds");
            }
        }
    }
}
