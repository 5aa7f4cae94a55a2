package io.millhand;

/// Who cancelled a task.
public enum CancelReason {
    /// The holder of the handle, or of one of its stages.
    CALLER,
    /// A bulk operation (`map`, `invokeAll`, `invokeAny`) that no longer needs the result.
    FAIL_FAST,
    /// The shutdown of the queue.
    SHUTDOWN,
    /// Its workers were detached while it ran, see [Unfinished#RETURN].
    DETACHED
}
