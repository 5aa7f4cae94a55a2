package io.millhand.cli;

import org.jspecify.annotations.Nullable;

/// The run cannot go on. Ends the command with code 1.
final class RunFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    RunFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
