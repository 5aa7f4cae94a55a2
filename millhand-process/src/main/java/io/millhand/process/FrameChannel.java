package io.millhand.process;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A connection that carries frames in both directions.
final class FrameChannel {

    /*
     * Never blocks, on either side. Any thread sends: an idle channel is written at once by the sender; what the kernel
     * does not take waits in `unsent` and is written by the loop. The loop's thread alone reads. While it is awake small
     * frames wait in `small` for the end of its turn: one write for many frames. Frames in `unsent` go before those in
     * `small`.
     *
     * The socket is in non-blocking mode for a second reason: a thread that is interrupted while it does blocking I/O
     * on a channel closes that channel, and senders may be user threads with the interrupt flag set.
     *
     * `sending` guards what it says; under it only non-blocking writes happen. What is in the journal is in `small`, too,
     * or in `unsent` behind nothing else, and the journal is cleared when both were written.
     */

    private static final int SMALL_BYTES = 16 * 1024;
    private static final int MANY_BUFFERS = 64;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final SocketChannel socket;
    private final @Nullable Journal journal;
    private final FrameReader reader;
    private final FrameListener listener;

    /// Loop's thread only. Room for a whole frame, so that a frame is parsed once.
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(Frame.HEADER_BYTES + Frame.PART_BYTES);

    private final Object sending = new Object();

    /// Filled with whole frames.
    @GuardedBy("sending")
    private final ByteBuffer small = ByteBuffer.allocateDirect(SMALL_BYTES);

    /// The loop will flush it, whether something is in `small` then or not.
    @GuardedBy("sending")
    private boolean leftToLoop;

    @GuardedBy("sending")
    private final ArrayDeque<ByteBuffer> unsent = new ArrayDeque<>();

    /// How many have left `unsent`.
    @GuardedBy("sending")
    private long gone;

    @GuardedBy("sending")
    private boolean closed;

    /// Nothing more can be written.
    @GuardedBy("sending")
    private boolean broken;

    /// Senders write what is unsent themselves, until a moment.
    @GuardedBy("sending")
    private boolean finishing;

    @GuardedBy("sending")
    private long finishNanos;

    /// Set once, when the loop takes the channel.
    private volatile @Nullable SelectionKey key;

    /// Set with it.
    private volatile @Nullable ChannelLoop loop;

    /// Loop's thread only.
    private boolean ended;

    /// Loop's thread only.
    private long reads;

    FrameChannel(SocketChannel socket, long ceiling, FrameListener listener) throws IOException {
        this(socket, ceiling, listener, null);
    }

    /// @param journal of the child; null where it has none
    FrameChannel(SocketChannel socket, long ceiling, FrameListener listener, @Nullable Journal journal)
            throws IOException {
        this.socket = socket;
        this.journal = journal;
        this.listener = listener;
        this.reader = new FrameReader(ceiling, listener);
        socket.configureBlocking(false);
    }

    SocketChannel socket() {
        return socket;
    }

    void registered(ChannelLoop loop, SelectionKey key) {
        this.key = key;
        this.loop = loop;
        synchronized (sending) {
            updateInterest();
        }
    }

    /// Sends a frame, or leaves it to the loop. On a channel that is closed or broken it is dropped: whoever waits
    /// for an answer learns of the end from [FrameListener#ended].
    void send(Frame frame) {
        synchronized (sending) {
            put(frame);
            var reader = loop;
            if (reader != null && !leftToLoop) {
                leftToLoop = true;
                reader.flushLater(this);
            }
            if (reader == null || !reader.flushesSoon()) {
                flushSmall();
            }
        }
    }

    /// Keeps a small frame in the journal, from which the other side gets it should this JVM die, until the next one is
    /// sent or [flushed][#flush].
    ///
    /// @return false where it is not kept: it must be sent
    boolean keep(Frame frame) {
        synchronized (sending) {
            long size = Frame.HEADER_BYTES + frame.size();
            if (journal == null || size > SMALL_BYTES || !frame.arrays().isEmpty()) {
                return false;
            }
            if (small.remaining() < size) {
                flushSmall();
            }
            // What is unsent is not in the journal and would be lost before this.
            if (closed || broken || !unsent.isEmpty() || !journal.add(frame)) {
                return false;
            }
            frame.writeTo(small);
            return true;
        }
    }

    /// What the other side kept and has not sent, once it is dead and all that it sent is read. Loop's thread.
    ///
    /// @return false where nobody knows
    boolean readKept() {
        try {
            if (journal != null) {
                journal.readTo(reader.another());
            }
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// Writes what was left.
    void flush() {
        synchronized (sending) {
            flushSmall();
        }
    }

    /// The loop writes what was left to it.
    void flushLeft() {
        synchronized (sending) {
            leftToLoop = false;
            flushSmall();
        }
    }

    @GuardedBy("sending")
    private void put(Frame frame) {
        if (closed) {
            return;
        }
        boolean isSmall = frame.size() <= SMALL_BYTES - Frame.HEADER_BYTES;
        if (!isSmall || small.remaining() < Frame.HEADER_BYTES + frame.size()) {
            flushSmall();
        }
        try {
            for (byte[] array : frame.arrays()) {
                flushSmall();
                sendLarge(new Frame(FrameKind.ARRAY, frame.task(), frame.attempt(), array));
            }
            if (isSmall) {
                frame.writeTo(small);
            } else {
                sendLarge(frame);
            }
        } catch (IOException _) {
            giveUpSending();
        }
    }

    @GuardedBy("sending")
    private void flushSmall() {
        small.flip();
        try {
            if (unsent.isEmpty() && small.hasRemaining() && !closed && !broken) {
                socket.write(small);
            }
            if (small.hasRemaining() && !closed && !broken) {
                unsent.addLast(ByteBuffer.allocate(small.remaining()).put(small).flip());
                updateInterest();
            }
            clearJournal();
        } catch (IOException _) {
            giveUpSending();
        }
        small.clear();
    }

    /// Sends a frame unless too much is unsent: for what is sent anew if it is not sent now.
    ///
    /// @return whether it was taken
    boolean sendIfFree(Frame frame) {
        synchronized (sending) {
            boolean free = unsent.size() <= MANY_BUFFERS;
            if (free) {
                send(frame);
            }
            return free;
        }
    }

    /// Sends a frame and returns when it is written, however long the other side does not read.
    ///
    /// @return false where it was not: the channel is closed or broken
    boolean sendNow(Frame frame) {
        boolean interrupted = false;
        synchronized (sending) {
            send(frame);
            flush();
            while (!closed && !broken && !unsent.isEmpty()) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(sending, LOOK_NANOS);
                    writeUnsent();
                } catch (IOException _) {
                    giveUpSending();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return !closed && !broken;
        }
    }

    /// The reader meets the same broken connection and tells of it.
    @GuardedBy("sending")
    private void giveUpSending() {
        broken = true;
        dropUnsent();
        small.clear();
    }

    @GuardedBy("sending")
    private void dropUnsent() {
        gone += unsent.size();
        unsent.clear();
    }

    /// Up to where something was sent by now.
    long sentUpTo() {
        synchronized (sending) {
            return gone + unsent.size();
        }
    }

    /// Whether all of that is written, or never will be: it may change from now on.
    ///
    /// @param place from [#sentUpTo]
    boolean isDoneUpTo(long place) {
        synchronized (sending) {
            return gone >= place;
        }
    }

    /// Writes what is unsent, although nobody may read the channel here any more: waits for the other side, but no
    /// longer
    /// than the limit. What is sent slowly afterwards waits likewise, until the same moment.
    void finish(Duration limit) {
        synchronized (sending) {
            finishing = true;
            sending.notifyAll(); // who waits in sendSlowly writes from now on
            finishNanos = System.nanoTime() + limit.toNanos();
            flush();
            drain();
        }
    }

    /// An interrupt ends the wait and is kept.
    @GuardedBy("sending")
    private void drain() {
        try {
            writeUnsent();
            while (!unsent.isEmpty() && finishNanos - System.nanoTime() > 0) {
                TimeUnit.NANOSECONDS.timedWait(sending, LOOK_NANOS);
                writeUnsent();
            }
        } catch (IOException _) {
            giveUpSending();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Sends a frame, after a wait while too much is unsent: for who could fill the heap otherwise. Ends its wait early
    /// when it is interrupted, and leaves the flag set.
    void sendSlowly(Frame frame) {
        boolean interrupted = false;
        synchronized (sending) {
            while (unsent.size() > MANY_BUFFERS && !closed && !interrupted && !finishing) {
                try {
                    sending.wait();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        }
        synchronized (sending) {
            if (finishing && !closed) {
                drain();
            }
            if (!finishing || unsent.size() <= MANY_BUFFERS) {
                send(frame);
                if (finishing && !closed) {
                    flush();
                    drain();
                }
            } // else its time is over, and dropped is better than a full heap
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @GuardedBy("sending")
    private void sendLarge(Frame frame) throws IOException {
        queue(frame.head().length > SMALL_BYTES ? frame.joined() : frame);
        writeUnsent();
        updateInterest();
    }

    @GuardedBy("sending")
    private void queue(Frame frame) {
        var head = ByteBuffer.wrap(frame.head());
        var body = ByteBuffer.wrap(frame.body());
        if (frame.size() > Frame.PART_BYTES) {
            byte partCode = (byte) (frame.kind().code() | Frame.PART_FLAG);
            int first = Frame.PART_BYTES - Integer.BYTES - head.remaining();
            queueHeader(frame, partCode, Frame.PART_BYTES, true);
            unsent.addLast(head);
            queueBody(body, first);
            while (body.remaining() > Frame.PART_BYTES) {
                queueHeader(frame, partCode, Frame.PART_BYTES, false);
                queueBody(body, Frame.PART_BYTES);
            }
            queueHeader(frame, frame.kind().code(), body.remaining(), false);
        } else {
            queueHeader(frame, frame.kind().code(), (int) frame.size(), false);
            unsent.addLast(head);
        }
        queueBody(body, body.remaining());
    }

    @GuardedBy("sending")
    private void queueHeader(Frame frame, byte code, int size, boolean first) {
        var header = ByteBuffer.allocate(Frame.HEADER_BYTES + (first ? Integer.BYTES : 0));
        frame.putHeader(header, code, size);
        if (first) {
            header.putInt(Math.toIntExact(frame.size()));
        }
        unsent.addLast(header.flip());
    }

    @GuardedBy("sending")
    private void queueBody(ByteBuffer body, int size) {
        unsent.addLast(body.slice(body.position(), size));
        body.position(body.position() + size);
    }

    @GuardedBy("sending")
    private void writeUnsent() throws IOException {
        if (unsent.isEmpty()) {
            return;
        }
        while (!unsent.isEmpty()) {
            // A header, a head and a part in one call; more would copy more than the kernel takes.
            var batch = unsent.stream().limit(3).toArray(ByteBuffer[]::new);
            if (socket.write(batch) == 0) {
                return;
            }
            while (!unsent.isEmpty() && !unsent.peekFirst().hasRemaining()) {
                unsent.removeFirst();
                gone++;
            }
        }
        clearJournal(); // nothing is kept while something is unsent
    }

    @GuardedBy("sending")
    private void clearJournal() {
        if (journal != null && unsent.isEmpty() && !closed && !broken) {
            journal.clear();
        }
    }

    @GuardedBy("sending")
    private void updateInterest() {
        var registered = key;
        if (registered == null || !registered.isValid()) {
            return;
        }
        int wanted = SelectionKey.OP_READ | (unsent.isEmpty() ? 0 : SelectionKey.OP_WRITE);
        if (registered.interestOps() != wanted) {
            registered.interestOps(wanted);
            registered.selector().wakeup();
        }
    }

    /// Loop's thread: the kernel takes more.
    void writable() {
        synchronized (sending) {
            try {
                writeUnsent();
            } catch (IOException _) {
                giveUpSending();
            }
            updateInterest();
            sending.notifyAll();
        }
    }

    /// Loop's thread: reads all that is there by now.
    void readRest() {
        while (!ended && readable() > 0) {
            // frames are handed on as they are read
        }
    }

    /// Loop's thread: there is something to read, or the end.
    ///
    /// @return how many bytes were read; negative at the end
    @CanIgnoreReturnValue
    int readable() {
        int count;
        reads++;
        try {
            count = socket.read(incoming);
        } catch (IOException e) {
            end(e);
            return -1;
        }
        if (count < 0) {
            end(null);
            return -1;
        }
        incoming.flip();
        try {
            reader.read(incoming);
        } catch (IOException e) {
            end(e instanceof ProtocolException ? e : new ProtocolException("a frame cannot be read: " + e));
            return -1;
        }
        incoming.compact();
        return count;
    }

    /// Loop's thread: how often something was read.
    long reads() {
        return reads;
    }

    /// Loop's thread.
    void end(@Nullable IOException cause) {
        if (ended) {
            return;
        }
        ended = true;
        close();
        listener.ended(cause);
    }

    /// From any thread. The listener is not told: whoever closes knows.
    void close() {
        synchronized (sending) {
            closed = true;
            dropUnsent();
            small.clear();
            sending.notifyAll();
            try {
                socket.close();
            } catch (IOException _) {
                // closed is closed
            }
        }
    }
}
