package io.millhand.process;

import java.io.NotSerializableException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A throwable on its way to another JVM: as text, and encoded where that is possible. It is asked with care,
/// since it is the user's code: each answer may throw, loop or be nonsense, and has a stand-in.
final class EncodedFailure {

    private EncodedFailure() {}

    /// Why an object cannot travel, of what serializing it threw.
    static String reasonOf(@Nullable Object value, Throwable cause) {
        return switch (cause) {
            case NotSerializableException e ->
                "not serializable is "
                        + (value == null ? Optional.<String>empty() : FieldPath.toCulprit(value))
                                .orElse("an object of class " + e.getMessage());
            case UncheckedIOException e
            when e.getCause() instanceof Codec.TooLargeException tooLarge -> String.valueOf(tooLarge.getMessage());
            case Codec.TooLargeException tooLarge -> String.valueOf(tooLarge.getMessage());
            case StackOverflowError _ -> "it is nested too deeply to be serialized";
            default -> "serializing it threw " + Codec.describe(cause);
        };
    }

    /// @param ceiling how many bytes the receiver takes; half of it is left for the throwable itself
    static byte[] of(Throwable cause, long ceiling) {
        byte[] encoded = orElse(() -> Codec.encode(cause, ceiling / 2), new byte[0]);
        var threw = new Wire.Threw(
                Wire.Hints.of(cause),
                cause.getClass().getName(),
                orElse(() -> String.valueOf(cause.getMessage()), "(its message cannot be told)"),
                stackOf(cause),
                framesOf(cause),
                encoded);
        return threw.encode();
    }

    static String stackOf(Throwable cause) {
        return orElse(
                () -> BoundedText.of(Wire.TEXT_BYTES, text -> cause.printStackTrace(new PrintWriter(text))),
                "(its stack trace cannot be told)");
    }

    static StackTraceElement[] framesOf(Throwable cause) {
        return orElse(cause::getStackTrace, new StackTraceElement[0]);
    }

    private static <T> T orElse(Callable<@Nullable T> question, T standIn) {
        try {
            return Objects.requireNonNullElse(question.call(), standIn);
        } catch (Throwable _) {
            return standIn;
        }
    }
}
