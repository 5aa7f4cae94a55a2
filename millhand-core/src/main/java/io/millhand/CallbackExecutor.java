package io.millhand;

import io.millhand.spi.Backend;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Hands callbacks to the user's executor, and to a thread of their own where that refuses: a full or closed executor,
/// or one that finds no thread, must neither stop the thread that moves tasks nor leave a stage waiting for ever.
record CallbackExecutor(Executor callbacks, String queueName, Backend backend) implements Executor {

    private static final System.Logger LOG = System.getLogger("io.millhand");

    /// A callback whose owner must know that it will never run.
    interface Droppable extends Runnable {

        /// No thread can be had for it now.
        void dropped();
    }

    /// Runs a callback once, even if an executor takes it and refuses it all the same.
    private static final class Once implements Runnable {
        private final AtomicReference<@Nullable Runnable> callback;

        Once(Runnable callback) {
            this.callback = new AtomicReference<>(callback);
        }

        @Override
        public void run() {
            var mine = callback.getAndSet(null);
            if (mine != null) {
                mine.run();
            }
        }

        boolean hasBegun() {
            return callback.get() == null;
        }

        void drop() {
            if (callback.getAndSet(null) instanceof Droppable droppable) {
                droppable.dropped();
            }
        }
    }

    /// Never throws: whoever ends a task has more to do than to tell of it.
    @Override
    public void execute(Runnable callback) {
        var once = new Once(callback);
        try {
            callbacks.execute(once);
        } catch (RuntimeException | Error e) {
            if (once.hasBegun()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the callback executor of queue '" + queueName + "' threw after it had run a callback",
                        e);
            } else {
                runAside(once, e);
            }
        }
    }

    private void runAside(Once callback, Throwable refusal) {
        try {
            backend.start("millhand-" + queueName + "-callback", () -> {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the callback executor of queue '" + queueName
                                + "' refused a callback, which runs on a thread of its own",
                        refusal);
                callback.run();
            });
        } catch (RuntimeException | Error e) {
            refusal.addSuppressed(e);
            LOG.log(
                    System.Logger.Level.ERROR,
                    "no thread can be had for a callback of queue '" + queueName + "', which is dropped",
                    refusal);
            callback.drop();
        }
    }
}
