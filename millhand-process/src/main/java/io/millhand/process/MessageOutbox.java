package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.Message;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The messages of a child that are about to go into the channel.
final class MessageOutbox implements Runnable {

    /*
     * Messages go at once, in the thread that sends them, so that what was said last is there although this JVM dies.
     * That is a call of the kernel for each; from those of a flood several are sent together, as soon as they are many
     * or the pause of the thread is over. The thread is there as long as there are such.
     *
     * The monitor guards all fields, and is held while a frame is sent, so that the order stays. Who sends more than
     * the channel takes waits in it.
     */

    /// So many go at once in each window; what comes beyond is a flood.
    private static final int AT_ONCE = 100;

    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MANY_BYTES = 32 * 1024;

    private final FrameChannel channel;

    @GuardedBy("this")
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @GuardedBy("this")
    private final DataOutputStream out = new DataOutputStream(bytes);

    /// Whose messages are in there: one frame names one attempt.
    @GuardedBy("this")
    private long task;

    @GuardedBy("this")
    private int attempt;

    @GuardedBy("this")
    private long windowNanos = System.nanoTime();

    @GuardedBy("this")
    private int sentInWindow;

    @GuardedBy("this")
    private boolean hasThread;

    MessageOutbox(FrameChannel channel) {
        this.channel = channel;
    }

    synchronized void send(Message message) {
        if (message.task() != task || message.attempt() != attempt) {
            flush();
            task = message.task();
            attempt = message.attempt();
        }
        add(message);
        if (mayGoAtOnce() || bytes.size() >= MANY_BYTES) {
            flush();
        } else if (!hasThread) {
            hasThread = true;
            Thread.ofPlatform()
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .name("millhand-messages")
                    .start(this);
        } else {
            notifyAll(); // it may wait for something to do
        }
    }

    @GuardedBy("this")
    private void add(Message message) {
        try {
            MessageFrame.write(message, out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    @GuardedBy("this")
    private boolean mayGoAtOnce() {
        long now = System.nanoTime();
        if (now - windowNanos >= WINDOW_NANOS) {
            windowNanos = now;
            sentInWindow = 0;
        }
        return sentInWindow++ < AT_ONCE;
    }

    /// Sends what is there: before an answer, for example, which must not overtake it.
    synchronized void flush() {
        if (bytes.size() > 0) {
            var frame = new Frame(FrameKind.MESSAGE, task, attempt, bytes.toByteArray());
            bytes.reset();
            channel.sendSlowly(frame);
        }
    }

    @Override
    public void run() {
        while (awaitSome()) {
            LockSupport.parkNanos(this, PAUSE_NANOS);
            flush();
            var _ = Thread.interrupted(); // somebody's who knows no better
        }
    }

    private synchronized boolean awaitSome() {
        long begin = System.nanoTime();
        while (bytes.size() == 0 && System.nanoTime() - begin < IDLE_NANOS) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, IDLE_NANOS);
            } catch (InterruptedException _) {
                // means nothing here
            }
        }
        hasThread = bytes.size() > 0;
        return hasThread;
    }
}
