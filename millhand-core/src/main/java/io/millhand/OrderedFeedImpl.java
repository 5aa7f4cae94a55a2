package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The one kind of ordered feed.
final class OrderedFeedImpl<T> extends Inlet<T> implements OrderedFeed<T> {

    /*
     * OPEN -> ENDED or FAILED (by a producer) or UNREAD (the reader has left). Final all three.
     *
     *   next: read next        next <= each position in `waiting` < next + capacity <= each position in `turns`
     *
     * The lock guards all fields. Producers that are too far ahead wait each for its own position, of which one comes
     * into the window with each input that is read: so a reader wakes those who can go on, and no others. The reader
     * never waits here: it is woken, without the lock.
     */
    private enum Life {
        OPEN,
        ENDED,
        FAILED,
        UNREAD
    }

    private static final long UNKNOWN = -1;

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<Long, T> waiting = new HashMap<>();

    @GuardedBy("lock")
    private final TreeMap<Long, Condition> turns = new TreeMap<>();

    @GuardedBy("lock")
    private Life life = Life.OPEN;

    @GuardedBy("lock")
    private long next;

    /// Beyond all that was put.
    @GuardedBy("lock")
    private long reached;

    @GuardedBy("lock")
    private long end = UNKNOWN;

    @GuardedBy("lock")
    private @Nullable Throwable failure;

    @GuardedBy("lock")
    private Runnable wake = () -> {};

    OrderedFeedImpl(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
        }
        this.capacity = capacity;
    }

    @Override
    public void put(long position, T input) throws InterruptedException {
        if (!add(position, input, Long.MAX_VALUE)) {
            throw new AssertionError("an unlimited wait ran out");
        }
    }

    @Override
    public boolean offer(long position, T input) {
        try {
            return add(position, input, 0);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted without waiting", e);
        }
    }

    @Override
    public boolean offer(long position, T input, Duration limit) throws InterruptedException {
        return add(position, input, SystemBackend.saturatedNanos(limit));
    }

    private boolean add(long position, T input, long limitNanos) throws InterruptedException {
        requireNonNull(input, "input");
        if (position < 0) {
            throw new IllegalArgumentException("position must be at least 0, was " + position);
        }
        Runnable woken;
        lock.lock();
        try {
            ensureWanted(position);
            if (!awaitTurn(position, limitNanos)) {
                return false;
            }
            waiting.put(position, input);
            reached = Math.max(reached, position + 1);
            woken = position == next ? wake : () -> {};
        } finally {
            lock.unlock();
        }
        woken.run();
        return true;
    }

    @GuardedBy("lock")
    private boolean awaitTurn(long position, long limitNanos) throws InterruptedException {
        long left = limitNanos;
        while (position - next >= capacity) {
            if (left <= 0) {
                return false;
            }
            var turn = turns.computeIfAbsent(position, _ -> lock.newCondition());
            try {
                left = turn.awaitNanos(left);
            } finally {
                if (!lock.hasWaiters(turn)) {
                    turns.remove(position, turn);
                }
            }
            ensureWanted(position);
        }
        return true;
    }

    @GuardedBy("lock")
    private void ensureWanted(long position) {
        ensureOpen();
        if (position < next || waiting.containsKey(position)) {
            throw new IllegalArgumentException("position " + position + " was put before; each can be put once");
        }
        if (end != UNKNOWN && position >= end) {
            throw new IllegalArgumentException(
                    "position must be less than " + end + ", after which the feed ends, was " + position);
        }
    }

    @GuardedBy("lock")
    private void ensureOpen() {
        switch (life) {
            case OPEN -> {}
            case ENDED -> throw new IllegalStateException("the feed was ended; end it after the last put");
            case FAILED -> throw new IllegalStateException("the feed has failed: " + failure, failure);
            case UNREAD -> throw new IllegalStateException("the feed is not read any more: its reader has left");
        }
    }

    @Override
    public void endAfter(long count) {
        Runnable woken;
        lock.lock();
        try {
            ensureOpen();
            if (end != UNKNOWN && end != count) {
                throw new IllegalStateException("the feed ends after " + end + " inputs, as was told before");
            }
            if (count < known()) {
                throw new IllegalArgumentException("count must be at least " + known() + ", since position "
                        + (known() - 1) + " was put, was " + count);
            }
            end = count;
            woken = wake;
        } finally {
            lock.unlock();
        }
        woken.run();
    }

    /// Beyond all that anybody wants to put.
    @GuardedBy("lock")
    private long known() {
        return turns.isEmpty() ? reached : Math.max(reached, turns.lastKey() + 1);
    }

    @Override
    public void fail(Throwable cause) {
        end(Life.FAILED, requireNonNull(cause, "cause"));
    }

    @Override
    public void end() {
        end(Life.ENDED, null);
    }

    private void end(Life how, @Nullable Throwable cause) {
        Runnable woken;
        lock.lock();
        try {
            if (life != Life.OPEN) {
                return;
            }
            life = how;
            failure = cause != null ? cause : missing();
            turns.values().forEach(Condition::signalAll);
            woken = wake;
        } finally {
            lock.unlock();
        }
        woken.run();
    }

    /// What is wrong where nothing more is put.
    @GuardedBy("lock")
    private @Nullable Throwable missing() {
        long all = end == UNKNOWN ? known() : end;
        long position = next;
        while (waiting.containsKey(position)) {
            position++;
        }
        end = all;
        return position >= all
                ? null
                : new IllegalStateException("position " + position + " is missing: the feed was ended before it was"
                        + " put, and there are " + all + " positions");
    }

    @Override
    void begin(@Nullable TaskQueueImpl host, Runnable wake) {
        lock.lock();
        try {
            this.wake = wake;
        } finally {
            lock.unlock();
        }
    }

    @Override
    Status status(int room) throws Throwable {
        lock.lock();
        try {
            if (waiting.containsKey(next)) {
                return Status.READY;
            }
            if (next == end) {
                return Status.ENDED;
            }
            if (failure != null) {
                throw failure;
            }
            return life == Life.OPEN ? Status.NOTHING : Status.ENDED;
        } finally {
            lock.unlock();
        }
    }

    @Override
    T take() {
        lock.lock();
        try {
            T taken = requireNonNull(waiting.remove(next), "it was ready");
            next++;
            var turn = turns.get(next + capacity - 1);
            if (turn != null) {
                turn.signalAll();
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    @Override
    void close() {
        lock.lock();
        try {
            if (life == Life.OPEN) {
                life = Life.UNREAD;
            }
            waiting.clear();
            turns.values().forEach(Condition::signalAll);
        } finally {
            lock.unlock();
        }
    }
}
