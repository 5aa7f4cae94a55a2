package io.millhand;

import org.jspecify.annotations.Nullable;

/// A worker could not be started. After several such failures in a row the queued tasks fail with it.
public final class WorkerStartException extends TaskException {

    private static final long serialVersionUID = 1;

    /// Made by workers.
    ///
    /// @param message what was tried and what came back
    /// @param cause the error, or null
    public WorkerStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
