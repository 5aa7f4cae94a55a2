package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// Draws from an iterator on a thread of its own, as far as there is room in the window.
final class BlockingInlet<T extends @Nullable Object> extends Inlet<T> {

    /*
     * The drawing thread alone touches the iterator, from the first draw to its close. The monitor guards how much it
     * may draw, whether it shall end, and the thread to interrupt.
     */

    private final Iterator<? extends T> inputs;
    private final HandOver<T> drawn = new HandOver<>();

    /// Reader only.
    private boolean started;

    private @Nullable TaskQueueImpl host;

    @GuardedBy("this")
    private int wanted;

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private @Nullable Thread drawing;

    BlockingInlet(Iterator<? extends T> inputs) {
        this.inputs = inputs;
    }

    @Override
    void begin(@Nullable TaskQueueImpl host, Runnable wake) {
        this.host = host;
        drawn.begin(wake);
    }

    @Override
    Status status(int room) throws Throwable {
        synchronized (this) {
            wanted = room - drawn.count();
            notifyAll();
        }
        if (!started) {
            start();
            started = true; // else close() is left to do what the thread would have done
        }
        return drawn.status();
    }

    @Override
    T take() {
        return drawn.take();
    }

    private void start() {
        if (host != null) {
            host.start("source", this::draw);
        } else {
            SystemBackend.startDaemon("millhand-source", this::draw);
        }
    }

    private void draw() {
        Throwable failure = null;
        try {
            while (awaitRoom() && inputs.hasNext()) {
                T input = inputs.next();
                synchronized (this) {
                    drawn.add(input);
                    wanted--;
                }
                drawn.wake();
            }
        } catch (Throwable e) {
            failure = e;
        }
        synchronized (this) {
            drawing = null; // no interrupt from here on
        }
        drawn.end(closed(failure));
    }

    /// Here and not in [#close()], so that no two threads touch the iterator.
    private @Nullable Throwable closed(@Nullable Throwable failure) {
        try {
            if (inputs instanceof AutoCloseable resource) {
                resource.close();
            }
        } catch (Throwable e) {
            if (failure == null) {
                return e;
            }
            failure.addSuppressed(e);
        }
        return failure;
    }

    private synchronized boolean awaitRoom() throws InterruptedException {
        drawing = Thread.currentThread();
        while (wanted <= 0 && !closed) {
            wait();
        }
        return !closed;
    }

    @Override
    void close() throws Exception {
        Thread interrupted;
        synchronized (this) {
            closed = true;
            notifyAll();
            interrupted = drawing;
            if (interrupted != null) {
                interrupted.interrupt();
            }
        }
        drawn.close();
        if (!started && inputs instanceof AutoCloseable resource) {
            resource.close();
        }
    }
}
