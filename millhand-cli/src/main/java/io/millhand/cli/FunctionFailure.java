package io.millhand.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/// What a function threw, as text, so that it can be read where its class is unknown.
final class FunctionFailure extends RuntimeException {

    private static final long serialVersionUID = 1;
    private static final int MAX_STACK = 64 * 1024;

    private final String type;
    private final String place;
    private final String stack;

    private FunctionFailure(@Nullable String message, String type, String place, String stack) {
        super(message, null, false, false);
        this.type = type;
        this.place = place;
        this.stack = stack;
    }

    /// Takes apart what user code threw; that code is not trusted to describe itself without throwing again.
    ///
    /// @param thrown what came out of the function
    /// @param boundary the class that called it; frames from there on are ours and tell the user nothing
    static FunctionFailure of(Throwable thrown, Class<?> boundary) {
        try {
            cutStacks(thrown, boundary);
            var text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text));
            return new FunctionFailure(
                    thrown.getMessage(), thrown.getClass().getName(), place(thrown), limited(text.toString()));
        } catch (RuntimeException | StackOverflowError e) {
            String told = "its message cannot be shown, since that throws "
                    + e.getClass().getName();
            return new FunctionFailure(told, thrown.getClass().getName(), "", "");
        }
    }

    /// The name of the class of what was thrown.
    String type() {
        return type;
    }

    /// The stack trace as `printStackTrace` shows it.
    String stack() {
        return stack;
    }

    /// One line: class, message and where it was thrown.
    String summary() {
        String message = getMessage();
        return type
                + (message == null || message.isEmpty() ? "" : ": " + message)
                + (place.isEmpty() ? "" : " (" + place + ")");
    }

    private static void cutStacks(Throwable thrown, Class<?> boundary) {
        var seen = Collections.newSetFromMap(new IdentityHashMap<Throwable, Boolean>());
        for (var at = thrown; at != null && seen.add(at); at = at.getCause()) {
            var frames = at.getStackTrace();
            for (int i = 0; i < frames.length; i++) {
                if (frames[i].getClassName().equals(boundary.getName())) {
                    at.setStackTrace(Arrays.copyOf(frames, i));
                    break;
                }
            }
        }
    }

    /// The line of user code nearest to the throw.
    private static String place(Throwable thrown) {
        for (var frame : thrown.getStackTrace()) {
            if (frame.getModuleName() == null && frame.getFileName() != null) {
                return frame.getFileName() + ':' + frame.getLineNumber();
            }
        }
        return "";
    }

    private static String limited(String text) {
        return text.length() <= MAX_STACK ? text.strip() : text.substring(0, MAX_STACK) + "\n... cut";
    }
}
