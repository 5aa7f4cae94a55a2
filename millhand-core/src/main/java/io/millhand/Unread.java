package io.millhand;

import io.millhand.spi.AttemptEnding.Answer;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The failure of a task that nobody has read yet. Where its handle is collected before somebody does, it is
/// logged.
///
/// Made for tasks that did not succeed only, so that the others cost nothing.
final class Unread implements Runnable {

    private static final System.Logger LOG = System.getLogger("io.millhand");

    // Nothing here leads to the handle, which would never be collected.

    private final long id;
    private final String name;
    private final List<Attempt> attempts;
    private final Executor threads;

    /// Null when it was read.
    private volatile @Nullable Object content;

    private Cleaner.@Nullable Cleanable registration;

    private Unread(long id, String name, List<Attempt> attempts, Object content, Executor threads) {
        this.id = id;
        this.name = name;
        this.attempts = attempts;
        this.content = content;
        this.threads = threads;
    }

    static Unread watch(TaskHandleImpl<?> handle, List<Attempt> attempts, Object content, Executor threads) {
        var unread = new Unread(handle.id(), handle.task().name(), attempts, content, threads);
        unread.registration = CleanerThread.register(handle, unread);
        return unread;
    }

    /// Somebody has seen it.
    void read() {
        content = null;
        if (registration != null) {
            registration.clean();
        }
    }

    /// The handle is gone. The cleaner's thread, or that of a reader.
    @Override
    public void run() {
        var left = content;
        if (left != null) {
            threads.execute(() -> log(left));
        }
    }

    private void log(Object left) {
        String text = CallLog.failure("nobody has read how a task ended: task ", id, name, attempts);
        LOG.log(System.Logger.Level.WARNING, text, causeOf(left));
    }

    private static Throwable causeOf(Object content) {
        if (content instanceof Answer answer) {
            try {
                return new IllegalStateException("the task returned " + answer.decode());
            } catch (Throwable cause) {
                return cause;
            }
        }
        return TaskHandleImpl.exceptionOf((Outcome<?>) content);
    }
}
