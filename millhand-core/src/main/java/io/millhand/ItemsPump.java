package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.ItemSink;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs the user's code that makes items, and ends it when nobody reads any more. Lives in the worker.
final class ItemsPump<T extends @Nullable Object> implements Emitter<T>, ItemSink.Listener {

    /*
     * The thread of the task runs the user's code in guarded(), and what closes its source outside of it. The monitor
     * guards which thread that is, so that the interrupt of an early close hits the making of items and nothing else.
     */

    /// So many at most are asked of a publisher at a time.
    private static final int MOST_ASKED = 256;

    private final ItemSink sink;

    /// Before each item.
    private final Runnable emitting;

    @GuardedBy("this")
    private @Nullable Thread making;

    @GuardedBy("this")
    private boolean interrupted;

    ItemsPump(ItemSink sink) {
        this(sink, () -> {});
    }

    /// @param emitting run before each item, by who emits it
    ItemsPump(ItemSink sink, Runnable emitting) {
        this.sink = sink;
        this.emitting = emitting;
        sink.onClose(this);
    }

    /// User code.
    interface Body {
        void run() throws Exception;
    }

    @Override
    public void emit(T item) {
        emitting.run();
        try {
            if (!sink.emit(item)) {
                throw new CancellationException("nobody reads the items of this task any more");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var cancelled = new CancellationException("interrupted while an item waited to be read");
            cancelled.initCause(e);
            throw cancelled;
        }
    }

    @Override
    public boolean isClosed() {
        return sink.isClosed();
    }

    @Override
    public synchronized void closed(boolean mayInterrupt) {
        if (mayInterrupt && making != null) {
            interrupted = true;
            making.interrupt();
        }
    }

    void run(Body body) throws Exception {
        var _ = this.<Object>guarded(() -> {
            body.run();
            return body;
        });
    }

    /// Runs user code, which is interrupted when the items are closed. What it throws then says nothing.
    ///
    /// @return null where it has thrown since nobody reads any more, or did not begin for that reason
    <X> @Nullable X guarded(Callable<X> body) throws Exception {
        if (!enter()) {
            return null;
        }
        try {
            return body.call();
        } catch (Exception e) {
            if (sink.isClosed()) {
                return null;
            }
            throw e;
        } finally {
            leave();
        }
    }

    private synchronized boolean enter() {
        making = sink.isClosed() ? null : Thread.currentThread();
        return making != null;
    }

    private synchronized void leave() {
        making = null;
        if (interrupted) {
            interrupted = false;
            var _ = Thread.interrupted(); // close handlers need not heed it
        }
    }

    /// Asks an inlet for what is demanded and no more, and emits it. One that makes its reader wait is one item
    /// ahead of that.
    ///
    /// @param begin begins the inlet, with what wakes this
    void drain(Inlet<? extends T> inlet, Consumer<Runnable> begin) throws Exception {
        var changed = new AtomicBoolean();
        begin.accept(() -> {
            changed.set(true);
            sink.wake();
        });
        while (!sink.isClosed()) {
            changed.set(false);
            int room = (int) Math.min(MOST_ASKED, sink.credit());
            switch (statusOf(inlet, room)) {
                case READY -> emit(inlet.take());
                case NOTHING -> sink.await(() -> changed.get() || Math.min(MOST_ASKED, sink.credit()) > room);
                case ENDED -> {
                    return;
                }
            }
        }
    }

    private static Inlet.Status statusOf(Inlet<?> inlet, int room) throws Exception {
        try {
            return inlet.status(room);
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new CompletionException(e); // neither: a publisher may tell of anything
        }
    }
}
