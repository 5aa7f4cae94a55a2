package io.millhand;

import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// Thrown at submit when a task, or something that it captured, cannot travel to another JVM. The message names the
/// path from the task to the culprit. Nothing was submitted.
public final class NotTransferableException extends RejectedExecutionException {

    private static final long serialVersionUID = 1;

    /// Made by carriers.
    ///
    /// @param message what cannot travel, where it is, and what to do
    /// @param cause the error of the serialization, or null
    public NotTransferableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
