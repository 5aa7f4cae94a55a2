package io.millhand.spi;

import io.millhand.TaskContext;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Binds the context of a task to the thread that runs it, and to the threads that are started meanwhile. For
/// workers.
public final class TaskContexts {

    /*
     * Inherited by each thread that a thread of the task starts. Such a thread may outlive the task, or be one of a
     * pool that serves others later: what it has inherited is empty from the end of the task on.
     */
    private static final InheritableThreadLocal<@Nullable Scope> CURRENT = new InheritableThreadLocal<>();

    private TaskContexts() {}

    /// The time in which a context is bound.
    public static final class Scope implements AutoCloseable {

        /// Null once it is over: threads that live on keep nothing of the task.
        private volatile @Nullable TaskContext context;

        /// The task in which this one runs, if any.
        private final @Nullable Scope outer;

        private Scope(TaskContext context, @Nullable Scope outer) {
            this.context = context;
            this.outer = outer;
        }

        /// Ends it, on the thread that has begun it.
        @Override
        public void close() {
            context = null;
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
        }
    }

    /// Binds a context.
    ///
    /// @param context found by [TaskContext#current()] until the scope is closed
    /// @return to be closed by the same thread
    public static Scope enter(TaskContext context) {
        var scope = new Scope(context, CURRENT.get());
        CURRENT.set(scope);
        return scope;
    }

    /// Runs the body with the context bound.
    ///
    /// @param context found by [TaskContext#current()] while the body runs
    /// @param body the task
    /// @return what the body returns
    /// @throws Exception what the body throws
    public static @Nullable Object call(TaskContext context, Callable<?> body) throws Exception {
        try (var _ = enter(context)) {
            return body.call();
        }
    }

    /// The context of the innermost task of a kind that this thread works for and that has not ended.
    ///
    /// @param type of the context
    /// @param <C> the type
    /// @return null outside of one
    public static <C extends TaskContext> @Nullable C find(Class<C> type) {
        for (var scope = CURRENT.get(); scope != null; scope = scope.outer) {
            var context = scope.context;
            if (type.isInstance(context)) {
                return type.cast(context);
            }
        }
        return null;
    }

    /// Whether this thread works for a task.
    ///
    /// @return true inside a task
    public static boolean isBound() {
        return find(TaskContext.class) != null;
    }

    /// The context of the task that this thread works for.
    ///
    /// @return the context
    /// @throws IllegalStateException outside a task
    public static TaskContext current() {
        var context = find(TaskContext.class);
        if (context == null) {
            throw new IllegalStateException("no task runs on this thread ("
                    + Thread.currentThread().getName()
                    + "); TaskContext.current() works on the thread that runs the task, and on threads that it starts,"
                    + " until the task ends");
        }
        return context;
    }
}
