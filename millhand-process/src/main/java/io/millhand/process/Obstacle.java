package io.millhand.process;

import java.io.NotSerializableException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;

/// What kept an object from being encoded, in words.
final class Obstacle {

    private Obstacle() {}

    /// Runs user code.
    ///
    /// @param root what failed to be encoded
    /// @param name what to call it
    /// @param failure what encoding threw
    static String of(Object root, String name, Throwable failure) {
        return switch (failure) {
            case NotSerializableException e ->
                name + " cannot travel to another JVM: not serializable is "
                        + FieldPath.toCulprit(root).orElse("an object of class " + e.getMessage())
                        + "; make it Serializable or transient, make it inside the task, or write the task as a lambda"
                        + " in a call that takes a serializable type (submit on a TaskQueue variable, Task.of,"
                        + " Task.call)";
            case UncheckedIOException e
            when e.getCause() instanceof Codec.TooLargeException tooLarge ->
                name + " cannot travel: " + tooLarge.getMessage();
            case StackOverflowError _ ->
                name + " cannot travel: what it captured is nested too deeply to be serialized";
            // Not searched for: that would run the code once more that has just failed.
            default -> name + " cannot travel: serializing it threw " + Codec.describe(failure);
        };
    }

    /// A task by the class that it was written in.
    static String task(Callable<?> call) {
        String name = call.getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        return "a task of " + (lambda < 0 ? name : name.substring(0, lambda));
    }
}
