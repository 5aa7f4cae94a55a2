package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The bytes of a source, read by whoever waits for them.
final class SourceInputStream extends InputStream {

    /*
     * A reader holds `reading` while it waits. A close takes no lock and ends the steps, which wakes that reader: so
     * `closed` is looked at before and after each wait, and outranks the end and a failure.
     */

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SourceSteps<ByteBuffer> steps;
    private final ReentrantLock reading = new ReentrantLock();

    private volatile boolean closed;

    @GuardedBy("reading")
    private ByteBuffer current = NOTHING;

    @GuardedBy("reading")
    private boolean ended;

    @GuardedBy("reading")
    private @Nullable Throwable failure;

    SourceInputStream(SourceSteps<ByteBuffer> steps) {
        this.steps = steps;
    }

    @Override
    public int read() throws IOException {
        reading.lock();
        try {
            return awaitBytes() ? current.get() & 0xff : -1;
        } finally {
            reading.unlock();
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        reading.lock();
        try {
            if (!awaitBytes()) {
                return -1;
            }
            int read = 0;
            while (read < length && current.hasRemaining()) {
                int part = Math.min(length - read, current.remaining());
                current.get(into, offset + read, part);
                read += part;
                fetch(false);
            }
            return read;
        } finally {
            reading.unlock();
        }
    }

    /// What can be read without a wait; zero also after the end.
    @Override
    public int available() throws IOException {
        reading.lock();
        try {
            ensureOpen();
            fetch(false);
            ensureOpen();
            return current.remaining();
        } finally {
            reading.unlock();
        }
    }

    /// Answers whether there are bytes, or else the end.
    @GuardedBy("reading")
    private boolean awaitBytes() throws IOException {
        ensureOpen();
        fetch(true);
        ensureOpen();
        if (!current.hasRemaining() && failure != null) {
            throw new IOException("the source of the bytes has failed: " + failure, failure);
        }
        return current.hasRemaining();
    }

    private void ensureOpen() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
    }

    /// Has `current` hold something, if there is something. What the source throws is kept.
    @GuardedBy("reading")
    private void fetch(boolean waits) throws InterruptedIOException {
        while (!current.hasRemaining() && !ended) {
            try {
                switch (waits ? steps.awaitInterruptibly() : steps.step()) {
                    case Step.Element<ByteBuffer>(var buffer) -> current = buffer.duplicate();
                    case Step.End<ByteBuffer> _ -> ended = true;
                    case Step.NotYet<ByteBuffer> _, Step.Skipped<ByteBuffer> _ -> {
                        return;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                var thrown = new InterruptedIOException("interrupted while waiting for bytes; the stream stays open");
                thrown.initCause(e);
                throw thrown;
            } catch (RuntimeException | Error e) {
                failure = steps.asTold(e);
                ended = true;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        steps.close();
    }
}
