package io.millhand.cli;

/// The command line asks for something that cannot be done; nothing was run. Ends the command with code 2.
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
