package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Puts together what several producers write at the same time: each writes a segment, and the segments come out in
/// the order of their positions 0, 1, 2 and so on.
///
/// ```java
/// try (var output = OrderedOutput.to(target, 1 << 20)) {
///     var handles = new ArrayList<TaskHandle<?>>();
///     for (int i = 0; i < parts; i++) {
///         int position = i;
///         handles.add(queue.submit(() -> writePart(output.segment(position), position)));
///     }
///     handles.forEach(TaskHandle::join);
/// }
/// ```
///
/// The segment that is next goes right through. What is written to the others is kept, up to a number of bytes in
/// all; then whoever writes there waits until there is room, or until its segment is next. A segment ends when it is
/// closed, and each position must come. A producer that fails, or will not come, must say so with [#fail], or the
/// others wait for it: a segment that is closed counts as whole.
///
/// Failure: what the target throws fails all, since nobody knows how much it took. After a failure, or the close,
/// all writes throw an `IOException`, also those that wait.
///
/// Threads: any, one at a time for a segment; each writes to the target in turn, and the thread that closes a segment
/// writes what was kept of the following ones, for which it may have to wait where the target makes it wait.
/// Nobody waits for the target while holding a lock. An interrupt of a write that waits for room is kept and thrown
/// as an `InterruptedIOException`, whose `bytesTransferred` tells how many of its bytes were taken.
public final class OrderedOutput implements AutoCloseable {

    /*
     *   OPEN -> CLOSED, and in both of them unfailed -> failed
     *
     * The lock guards all fields. The target is written to without it, by the one thread that has set `writing`, whose
     * turn it is: that of the segment which is next. It goes on with what is kept of the following ones, until there is
     * nothing to do. So while nobody has the turn, nothing is kept of the segment that is next, and it is not closed.
     */

    private final OutputStream target;
    private final long capacity;
    private final ReentrantLock lock = new ReentrantLock();

    /// Who writes may be another one now.
    private final Condition turn = lock.newCondition();

    /// There is more room, or another segment is next.
    private final Condition room = lock.newCondition();

    /// Those that are open, or not written yet.
    @GuardedBy("lock")
    private final Map<Long, Segment> segments = new HashMap<>();

    @GuardedBy("lock")
    private long next;

    @GuardedBy("lock")
    private long kept;

    @GuardedBy("lock")
    private boolean writing;

    @GuardedBy("lock")
    private boolean closed;

    @GuardedBy("lock")
    private @Nullable Throwable failure;

    private OrderedOutput(OutputStream target, long capacity) {
        this.target = target;
        this.capacity = capacity;
    }

    /// An output that begins with position 0.
    ///
    /// @param target flushed at the end, and not closed
    /// @param capacity how many bytes are kept of segments that are not next, at least 1; their arrays may be twice
    ///     as large
    /// @return to be closed
    public static OrderedOutput to(OutputStream target, long capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
        }
        return new OrderedOutput(requireNonNull(target, "target"), capacity);
    }

    /// Opens a segment.
    ///
    /// @param position 0 or more, once
    /// @return for one thread at a time; to be closed. To flush it flushes the target where it is next
    /// @throws IllegalArgumentException where that position was opened before
    /// @throws IllegalStateException after the close, or a failure
    public OutputStream segment(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("position must be at least 0, was " + position);
        }
        lock.lock();
        try {
            if (closed || failure != null) {
                throw new IllegalStateException(
                        failure == null ? "the output is closed" : "the output has failed: " + failure, failure);
            }
            var segment = new Segment(position);
            if (position < next || segments.putIfAbsent(position, segment) != null) {
                throw new IllegalArgumentException(
                        "position " + position + " was opened before; each can be opened once");
            }
            return segment;
        } finally {
            lock.unlock();
        }
    }

    /// Gives up: all writes throw an `IOException` with this cause. The target is left as it is. After a failure this
    /// does nothing. Never waits.
    ///
    /// @param cause why
    public void fail(Throwable cause) {
        requireNonNull(cause, "cause");
        lock.lock();
        try {
            if (failure == null) {
                failure = cause;
            }
            segments.clear();
            turn.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Ends the output after the last segment was closed, and flushes the target. Idempotent; waits for a write to
    /// the target that is under way.
    ///
    /// @throws IOException where it has failed, a segment is still open, or a position before others is missing
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            while (writing) {
                turn.awaitUninterruptibly(); // it may be writing the last segments
            }
            if (failure == null && !segments.isEmpty()) {
                failure = unfinished();
                room.signalAll();
            }
            ensureUnfailed();
        } finally {
            lock.unlock();
        }
        target.flush();
    }

    @GuardedBy("lock")
    private IllegalStateException unfinished() {
        var head = segments.get(next);
        int after = segments.size() - (head == null ? 0 : 1);
        return new IllegalStateException("the output was closed while segment " + next
                + (head == null ? " was never opened" : " was open") + "; it is missing, and " + after + " after it");
    }

    @GuardedBy("lock")
    private void ensureUnfailed() throws IOException {
        if (failure != null) {
            throw new IOException("the output has failed: " + failure, failure);
        }
    }

    /// What runs without the lock, and alone.
    private interface Turn {
        void run() throws IOException;
    }

    /// Takes the turn that `writing` was set for, and ends it.
    private void takeTurn(Turn mine) throws IOException {
        try {
            mine.run();
            for (var due = nextKept(); due != null; due = nextKept()) {
                due.writeTo(target);
                release(due.size());
            }
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
            endTurn();
            throw e;
        }
    }

    /// What is to be written next. Where that is nothing, the turn is over.
    private @Nullable ByteArrayOutputStream nextKept() {
        lock.lock();
        try {
            for (var head = segments.get(next); head != null; head = segments.get(next)) {
                var due = head.kept;
                head.kept = null;
                if (due != null) {
                    return due;
                }
                if (!head.closed) {
                    break;
                }
                segments.remove(next);
                next++;
                room.signalAll();
            }
            endTurn();
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void endTurn() {
        lock.lock();
        try {
            writing = false;
            turn.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void release(int bytes) {
        lock.lock();
        try {
            kept -= bytes;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Keeps bytes of a segment that is not next.
    ///
    /// @return how many; 0 where it is the caller's turn to write to the target
    private int keep(Segment segment, byte[] from, int offset, int length) throws IOException, InterruptedException {
        lock.lock();
        try {
            while (!mayTakeTurn(segment)) {
                int part = (int) Math.min(capacity - kept, length);
                if (segment.position == next) {
                    turn.await();
                } else if (part == 0) {
                    room.await();
                } else {
                    segment.keep(from, offset, part);
                    kept += part;
                    return part;
                }
            }
            return 0;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean mayTakeTurn(Segment segment) throws IOException {
        ensureUnfailed();
        if (segment.closed) {
            throw new IOException("segment " + segment.position + " is closed");
        }
        boolean mine = segment.position == next && !writing;
        writing |= mine;
        return mine;
    }

    /// Answers whether there is something to do for the caller, whose turn it is then.
    private boolean flushes(Segment segment) throws IOException, InterruptedException {
        lock.lock();
        try {
            while (!mayTakeTurn(segment)) {
                if (segment.position != next) {
                    return false;
                }
                turn.await();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Answers whether there is something to do for the caller, whose turn it is then. Who has the turn goes on.
    private boolean ends(Segment segment) {
        lock.lock();
        try {
            boolean first = !segment.closed;
            segment.closed = true;
            boolean mine = first && failure == null && segment.position == next && !writing;
            writing |= mine;
            return mine;
        } finally {
            lock.unlock();
        }
    }

    private final class Segment extends OutputStream {

        private final long position;

        // Guarded by the lock of the output:

        private @Nullable ByteArrayOutputStream kept;
        private boolean closed;

        Segment(long position) {
            this.position = position;
        }

        private void keep(byte[] from, int offset, int length) {
            if (kept == null) {
                kept = new ByteArrayOutputStream();
            }
            kept.write(from, offset, length);
        }

        @Override
        public void write(int written) throws IOException {
            write(new byte[] {(byte) written}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, from.length);
            int taken = 0;
            try {
                while (taken < length) {
                    int at = offset + taken;
                    int left = length - taken;
                    int part = OrderedOutput.this.keep(this, from, at, left);
                    if (part == 0) {
                        takeTurn(() -> target.write(from, at, left));
                        return;
                    }
                    taken += part;
                }
            } catch (InterruptedException e) {
                throw interrupted(e, taken);
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                if (flushes(this)) {
                    takeTurn(target::flush);
                }
            } catch (InterruptedException e) {
                throw interrupted(e, 0);
            }
        }

        @Override
        public void close() throws IOException {
            if (ends(this)) {
                takeTurn(() -> {});
            }
        }

        private static InterruptedIOException interrupted(InterruptedException cause, int taken) {
            Thread.currentThread().interrupt();
            var thrown = new InterruptedIOException("interrupted while waiting for room; the segment stays open");
            thrown.bytesTransferred = taken;
            thrown.initCause(cause);
            return thrown;
        }
    }
}
