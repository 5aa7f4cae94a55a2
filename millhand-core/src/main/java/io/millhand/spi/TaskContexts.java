package io.millhand.spi;

import io.millhand.TaskContext;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Binds the context of a task to the thread that runs it. For workers.
public final class TaskContexts {

    private static final ScopedValue<TaskContext> CURRENT = ScopedValue.newInstance();

    private TaskContexts() {}

    /// Runs the body with the context bound.
    ///
    /// @param context found by [TaskContext#current()] while the body runs
    /// @param body the task
    /// @return what the body returns
    /// @throws Exception what the body throws
    public static @Nullable Object call(TaskContext context, Callable<?> body) throws Exception {
        return ScopedValue.where(CURRENT, context).<@Nullable Object, Exception>call(body::call);
    }

    /// Whether a task runs on this thread.
    ///
    /// @return true inside a task
    public static boolean isBound() {
        return CURRENT.isBound();
    }

    /// The context of the task on this thread.
    ///
    /// @return the context
    /// @throws IllegalStateException outside a task
    public static TaskContext current() {
        if (!CURRENT.isBound()) {
            throw new IllegalStateException(
                    "no task runs on this thread (" + Thread.currentThread().getName()
                            + "); TaskContext.current() works on the thread that runs the task");
        }
        return CURRENT.get();
    }
}
