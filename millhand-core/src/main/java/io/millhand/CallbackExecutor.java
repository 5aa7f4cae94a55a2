package io.millhand;

import io.millhand.spi.Backend;
import java.util.concurrent.Executor;

/// Hands callbacks to the user's executor, and to a thread of their own where that refuses: a full or closed executor,
/// or one that finds no thread, must neither stop the thread that moves tasks nor leave a stage waiting for ever.
record CallbackExecutor(Executor callbacks, String queueName, Backend backend) implements Executor {

    private static final System.Logger LOG = System.getLogger("io.millhand");

    /// Never throws: whoever ends a task has more to do than to tell of it.
    @Override
    public void execute(Runnable callback) {
        try {
            callbacks.execute(callback);
        } catch (RuntimeException | Error e) {
            runAside(callback, e);
        }
    }

    private void runAside(Runnable callback, Throwable refusal) {
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
        }
    }
}
