package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// An output stream whose bytes are published.
///
/// ```java
/// var out = PublishedOutputStream.of(8 * 1024, 16);
/// response.send(out);                                           // subscribes
/// queue.submit(() -> out.run(stream -> report.writeTo(stream)));
/// ```
///
/// What is written fills chunks; a full one is handed on, and what [#flush()] finds. At most the given number of
/// chunks waits, besides one that is filled and one that is about to be published: when there are so many, and the
/// subscriber wants nothing or is not there yet, a write waits. There is one subscriber, who gets no more than it
/// asks for, on a thread of the library's, and owns the buffers that it gets. A second one gets an
/// [IllegalStateException].
///
/// [#close()] hands on the rest and completes. [#fail] is how it must end where the rest will not come: a
/// try-with-resources statement closes also after an exception, and the subscriber would take the half for the
/// whole; [#run] does the right one. When the subscriber cancels, or has failed, a write that waits and all later
/// ones throw an `IOException`. A writer that neither closes nor fails keeps its subscriber waiting.
///
/// Threads: any, of which one at a time writes, flushes or closes while the others wait; `fail` does not wait. Do
/// not write in a thread that the subscriber needs. An interrupt of a write that waits is kept and thrown as an
/// `InterruptedIOException`, whose `bytesTransferred` tells how many bytes of this write were taken; the stream stays
/// open. A close that is interrupted fails.
public final class PublishedOutputStream extends OutputStream implements Flow.Publisher<ByteBuffer> {

    private final FeedImpl<ByteBuffer> chunks;
    private final Feed.Producer<ByteBuffer> producer;
    private final Flow.Publisher<ByteBuffer> publisher;
    private final int chunkBytes;
    private final ReentrantLock writing = new ReentrantLock();

    @GuardedBy("writing")
    private byte[] chunk = {};

    @GuardedBy("writing")
    private int filled;

    @GuardedBy("writing")
    private boolean closed;

    /// How many bytes were taken. Written by who holds `writing`.
    private volatile long written;

    private volatile @Nullable Throwable failure;

    private PublishedOutputStream(int chunkBytes, int capacity) {
        this.chunkBytes = chunkBytes;
        chunks = new FeedImpl<>(capacity);
        producer = chunks.producer();
        publisher = new ResultsPublisher<>(SourceSteps.open(chunks, 1), CallbackThreads.SHARED);
    }

    /// What writes.
    @FunctionalInterface
    public interface Body {

        /// Writes all.
        ///
        /// @param out need not be closed
        /// @throws Exception why there is no more
        void write(OutputStream out) throws Exception;
    }

    /// A stream that nobody reads yet.
    ///
    /// @param chunkBytes the size of a chunk in bytes, at least 1
    /// @param capacity how many chunks may wait, at least 1
    /// @return to be closed, or failed
    public static PublishedOutputStream of(int chunkBytes, int capacity) {
        if (chunkBytes < 1) {
            throw new IllegalArgumentException("chunkBytes must be at least 1, was " + chunkBytes);
        }
        return new PublishedOutputStream(chunkBytes, capacity);
    }

    /// Runs a body that writes here, and closes when it returns; when it throws, the subscriber is told of that.
    ///
    /// @param body runs in this thread
    /// @return how many bytes were written here, in all
    /// @throws Exception what the body throws, or the close
    public long run(Body body) throws Exception {
        try {
            body.write(this);
            close();
            return written;
        } catch (Exception | Error e) {
            fail(e);
            throw e;
        }
    }

    /// Gives the bytes to one subscriber.
    ///
    /// @param subscriber to cancel has later writes fail
    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        publisher.subscribe(subscriber);
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        enter();
        try {
            ensureWritable();
            int taken = 0;
            while (taken < length) {
                int part = Math.min(length - taken, room(taken));
                System.arraycopy(from, offset + taken, chunk, filled, part);
                filled += part;
                taken += part;
                count(part);
            }
            if (filled == chunkBytes) {
                handOn(taken);
            }
        } finally {
            writing.unlock();
        }
    }

    /// Hands on what was written. Waits as a write does.
    @Override
    public void flush() throws IOException {
        enter();
        try {
            ensureWritable();
            handOn(0);
        } finally {
            writing.unlock();
        }
    }

    /// Hands on what was written, and completes. Waits as a write does, and for one that goes on in another thread.
    /// Throws where the rest could not be handed on, and else does nothing after the end.
    @Override
    public void close() throws IOException {
        try {
            enter();
        } catch (InterruptedIOException e) {
            fail(e);
            throw e;
        }
        try {
            if (!closed) {
                closed = true;
                if (failure == null) {
                    handOn(0);
                }
            }
        } catch (IOException e) {
            fail(e);
            throw e;
        } finally {
            producer.close();
            writing.unlock();
        }
    }

    /// Ends with a failure, of which the subscriber is told after the chunks that were handed on; a chunk that was
    /// not is dropped. A write that waits and all later ones throw an `IOException`. After the end this does
    /// nothing. Never waits.
    ///
    /// @param cause what the subscriber is told, as it is
    public void fail(Throwable cause) {
        failure = requireNonNull(cause, "cause");
        chunks.fail(cause);
    }

    private void enter() throws InterruptedIOException {
        try {
            if (!writing.tryLock()) { // an interrupt matters only where there is a wait
                writing.lockInterruptibly();
            }
        } catch (InterruptedException e) {
            throw interrupted(e, 0);
        }
    }

    @GuardedBy("writing")
    private void ensureWritable() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
        if (!chunks.isOpen()) {
            throw gone(null);
        }
    }

    private IOException gone(@Nullable Throwable cause) {
        var failed = failure;
        return failed == null
                ? new IOException("nobody reads any more: the subscriber has cancelled", cause)
                : new IOException("the stream has failed: " + failed, failed);
    }

    @SuppressWarnings({"NonAtomicOperationOnVolatileField", "NonAtomicVolatileUpdate"}) // one thread at a time
    @GuardedBy("writing")
    private void count(int bytes) {
        written += bytes;
    }

    /// The room in the chunk, at least 1.
    @GuardedBy("writing")
    private int room(int taken) throws IOException {
        if (filled == chunkBytes) {
            handOn(taken);
        }
        if (chunk.length == 0) {
            chunk = new byte[chunkBytes];
        }
        return chunkBytes - filled;
    }

    /// Hands on the chunk, if there is something in it.
    ///
    /// @param taken how many bytes of the present write
    @GuardedBy("writing")
    private void handOn(int taken) throws IOException {
        if (filled == 0) {
            return;
        }
        boolean full = filled == chunkBytes;
        try {
            producer.put(ByteBuffer.wrap(full ? chunk : Arrays.copyOf(chunk, filled)));
        } catch (InterruptedException e) {
            throw interrupted(e, taken);
        } catch (IllegalStateException e) {
            filled = 0; // nobody will ever have it, and the close need not tell it again
            throw gone(e);
        }
        filled = 0;
        if (full) {
            chunk = new byte[] {};
        }
    }

    private static InterruptedIOException interrupted(InterruptedException cause, int taken) {
        Thread.currentThread().interrupt();
        var thrown = new InterruptedIOException("interrupted while waiting for the subscriber; the stream stays open");
        thrown.bytesTransferred = taken;
        thrown.initCause(cause);
        return thrown;
    }
}
