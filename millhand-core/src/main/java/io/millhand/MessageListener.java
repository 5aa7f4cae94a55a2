package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// One who listens to many tasks, and what waits for it.
///
/// @param <K> what a message is told under
final class MessageListener<K> {

    /*
     * Messages come from any thread; the listener is called from the callback executor, once at a time:
     * `draining` is true while a drain is scheduled or runs. The monitor guards all fields; the listener is
     * called outside it.
     */

    private static final System.Logger LOG = System.getLogger("io.millhand");

    private record Told<K>(K key, Message message) {}

    private final Executor callbacks;
    private final BiConsumer<? super K, ? super Message> listener;

    @GuardedBy("this")
    private final ArrayDeque<Told<K>> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private long chars;

    /// Those after the last one that waits.
    @GuardedBy("this")
    private long lost;

    @GuardedBy("this")
    private @Nullable Told<K> lastLost;

    @GuardedBy("this")
    private boolean draining;

    MessageListener(Executor callbacks, BiConsumer<? super K, ? super Message> listener) {
        this.callbacks = callbacks;
        this.listener = listener;
    }

    /// Any thread; waits for nobody.
    ///
    /// @param isLost it is counted and not told, since its task sends more than it may
    void offer(K key, Message message, boolean isLost) {
        var told = new Told<>(key, message);
        synchronized (this) {
            boolean isFull = waiting.size() >= TaskMessages.MOST || chars > TaskMessages.MOST_CHARS;
            if (isLost || isFull) {
                lost++;
                lastLost = told;
            } else {
                tellGap();
                waiting.addLast(told);
                chars += message.chars();
            }
            if (draining) {
                return;
            }
            draining = true;
        }
        callbacks.execute(new Drain());
    }

    /// Where it is: before the first one after it.
    @GuardedBy("this")
    private void tellGap() {
        if (lastLost != null) {
            waiting.addLast(new Told<>(lastLost.key(), Message.lost(lastLost.message(), lost)));
            lastLost = null;
            lost = 0;
        }
    }

    /// One that is dropped is scheduled anew with the next message.
    private final class Drain implements CallbackExecutor.Droppable {
        @Override
        public void run() {
            for (var told = next(); told != null; told = next()) {
                tell(told);
            }
        }

        @Override
        public void dropped() {
            synchronized (MessageListener.this) {
                draining = false;
            }
        }
    }

    private synchronized @Nullable Told<K> next() {
        if (waiting.isEmpty()) {
            tellGap();
        }
        var next = waiting.pollFirst();
        draining = next != null;
        chars -= next == null
                ? chars
                : next.message().kind() == Message.Kind.LOST
                        ? 0
                        : next.message().chars();
        return next;
    }

    private void tell(Told<K> told) {
        try {
            listener.accept(told.key(), told.message());
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "a listener of messages threw; it is told the next ones", e);
        }
    }
}
