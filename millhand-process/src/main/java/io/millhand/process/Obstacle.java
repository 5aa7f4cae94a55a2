package io.millhand.process;

import java.io.NotSerializableException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.Callable;

/// What kept an object from being encoded, in words.
final class Obstacle {

    /// By a part of the name of the class.
    private static final Map<String, String> WRAPPERS = Map.of(
            "CompletableFuture$", "use queue.submit(...) instead, whose handle is a CompletionStage",
            "ExecutorCompletionService$", "use queue.completions() instead",
            "FutureTask", "submit what it wraps instead; the handle is a Future",
            "org.springframework.", "submit a lambda of your own to the queue instead, see docs/migrating.md");

    private Obstacle() {}

    /// Runs user code.
    ///
    /// @param root what failed to be encoded
    /// @param name what to call it
    /// @param failure what encoding threw
    static String of(Object root, String name, Throwable failure) {
        return switch (failure) {
            case NotSerializableException e -> {
                String culprit = FieldPath.toCulprit(root).orElse("an object of class " + e.getMessage());
                yield name + " cannot travel to another JVM: not serializable is " + culprit + "; " + advice(culprit);
            }
            case UncheckedIOException e
            when e.getCause() instanceof Codec.TooLargeException tooLarge ->
                name + " cannot travel: " + tooLarge.getMessage();
            case StackOverflowError _ ->
                name + " cannot travel: what it captured is nested too deeply to be serialized";
            // Not searched for: that would run the code once more that has just failed.
            default -> name + " cannot travel: serializing it threw " + Codec.describe(failure);
        };
    }

    /// What wraps a task in this JVM waits for it here and has no place in another one.
    private static String advice(String culprit) {
        for (var wrapper : WRAPPERS.entrySet()) {
            if (culprit.contains(wrapper.getKey())) {
                return wrapper.getValue();
            }
        }
        return "make it Serializable or transient, make it inside the task, or write the task as a lambda in a call"
                + " that takes a serializable type (submit on a TaskQueue variable, Task.of, Task.call)";
    }

    /// A task by the class that it was written in.
    static String task(Callable<?> call) {
        String name = call.getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        if (name.startsWith("io.millhand.") && lambda < 0) {
            return "the task"; // the way to what is wrong with it tells whose it is
        }
        return "a task of " + (lambda < 0 ? name : name.substring(0, lambda));
    }
}
