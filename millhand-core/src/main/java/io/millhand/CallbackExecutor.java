package io.millhand;

import io.millhand.spi.Backend;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/// Hands callbacks to the user's executor, and to a thread of their own where that refuses: a full or closed executor
/// must neither stop the thread that moves tasks nor leave a stage waiting for ever.
record CallbackExecutor(Executor callbacks, String queueName, Backend backend) implements Executor {

    private static final System.Logger LOG = System.getLogger("io.millhand");

    @Override
    public void execute(Runnable callback) {
        try {
            callbacks.execute(callback);
        } catch (RejectedExecutionException e) {
            backend.start("millhand-" + queueName + "-callback", () -> {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the callback executor of queue '" + queueName
                                + "' refused a callback, which runs on a thread of its own",
                        e);
                callback.run();
            });
        }
    }
}
