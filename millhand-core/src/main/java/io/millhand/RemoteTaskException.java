package io.millhand;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/// Stands for an exception or a result of another JVM that could not travel back: what it was, as text.
///
/// Its stack trace is the one of the other JVM, where there was one.
public final class RemoteTaskException extends TaskException {

    private static final long serialVersionUID = 1;

    /// A binary class name.
    private final String remoteClass;
    /// Lines of text.
    private final String remoteStack;

    /// Made by carriers.
    ///
    /// @param remoteClass the name of the class of what could not travel
    /// @param message what it said, and why it could not travel
    /// @param remoteStack its stack trace as text, causes included; empty where there is none
    /// @param cause why it could not travel, where that was met in this JVM; or null
    public RemoteTaskException(String remoteClass, String message, String remoteStack, @Nullable Throwable cause) {
        super(message, cause);
        this.remoteClass = requireNonNull(remoteClass, "remoteClass");
        this.remoteStack = requireNonNull(remoteStack, "remoteStack");
    }

    /// The name of the class of what could not travel.
    ///
    /// @return a binary class name
    public String remoteClass() {
        return remoteClass;
    }

    /// The stack trace in the other JVM, causes included, as [Throwable#printStackTrace()] prints it.
    ///
    /// @return the text; empty where there is none
    public String remoteStack() {
        return remoteStack;
    }
}
