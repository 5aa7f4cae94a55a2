package io.millhand;

import org.jspecify.annotations.Nullable;

/// What callers who choose `get()`, `join()` or a stage see of an ending that is neither a value nor an exception of
/// the task itself.
public abstract sealed class TaskException extends RuntimeException
        permits TaskTimeoutException, TaskCrashedException, WorkerStartException, RemoteTaskException {

    private static final long serialVersionUID = 1;

    TaskException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
