package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The messages of all tasks of a queue, on their way to those who listen to all of them.
final class QueueMessages {

    private static final System.Logger LOG = System.getLogger("io.millhand");

    private record Told(Task<?> task, Message message) {}

    private final boolean logged;
    private final Executor callbacks;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /// @param logged whether workers log them
    QueueMessages(boolean logged, Executor callbacks) {
        this.logged = logged;
        this.callbacks = callbacks;
    }

    boolean logged() {
        return logged;
    }

    void listen(BiConsumer<? super Task<?>, ? super Message> listener) {
        listeners.add(new Listener(listener));
    }

    /// Any thread; waits for nobody.
    ///
    /// @return false where the message is lost, since its task sends more than it may
    boolean told(TaskRun<?> run, Message message) {
        var fate = run.handle().told(message);
        if (fate != TaskMessages.Fate.TOO_LATE && !listeners.isEmpty()) {
            var told = new Told(run.task(), message);
            listeners.forEach(listener -> listener.offer(told, fate == TaskMessages.Fate.BEYOND_LIMIT));
        }
        return fate != TaskMessages.Fate.BEYOND_LIMIT;
    }

    /// One listener, and what waits for it.
    private final class Listener {

        /*
         * Messages come from any thread; the listener is called from the callback executor, once at a time:
         * `draining` is true while a drain is scheduled or runs. The monitor guards all fields; the listener is
         * called outside it.
         */

        private final BiConsumer<? super Task<?>, ? super Message> listener;

        @GuardedBy("this")
        private final ArrayDeque<Told> waiting = new ArrayDeque<>();

        @GuardedBy("this")
        private long chars;

        /// Those after the last one that waits.
        @GuardedBy("this")
        private long lost;

        @GuardedBy("this")
        private @Nullable Told lastLost;

        @GuardedBy("this")
        private boolean draining;

        Listener(BiConsumer<? super Task<?>, ? super Message> listener) {
            this.listener = listener;
        }

        void offer(Told told, boolean isLost) {
            synchronized (this) {
                boolean isFull = waiting.size() >= TaskMessages.MOST || chars > TaskMessages.MOST_CHARS;
                if (isLost || isFull) {
                    lost++;
                    lastLost = told;
                } else {
                    tellGap();
                    waiting.addLast(told);
                    chars += told.message().chars();
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
                waiting.addLast(new Told(lastLost.task(), Message.lost(lastLost.message(), lost)));
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
                synchronized (Listener.this) {
                    draining = false;
                }
            }
        }

        private synchronized @Nullable Told next() {
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

        private void tell(Told told) {
            try {
                listener.accept(told.task(), told.message());
            } catch (RuntimeException | Error e) {
                LOG.log(System.Logger.Level.WARNING, "a listener of messages threw; it is told the next ones", e);
            }
        }
    }
}
