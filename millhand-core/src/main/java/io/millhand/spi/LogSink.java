package io.millhand.spi;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where the log of this JVM goes that belongs to somebody else: in a child JVM, to the submitter of the task whose
/// thread logs. For appenders of logging libraries, and for workers in other JVMs.
///
/// In any other JVM there is none, and an appender does nothing: workers in this JVM log where the application logs.
public final class LogSink {

    /// Set once, before anything runs that logs.
    private static volatile @Nullable Consumer<? super Entry> target;

    private LogSink() {}

    /// What a logging library has of one call.
    ///
    /// @param level how important it is; `TRACE` to `ERROR`
    /// @param logger the name of the logger
    /// @param thread the name of the thread that logs
    /// @param time when
    /// @param text any text, formatted
    /// @param context the diagnostic context and the key-values
    /// @param throwable its stack trace as text, see [LogSink#stackOf]; empty where there is none
    public record Entry(
            System.Logger.Level level,
            String logger,
            String thread,
            Instant time,
            String text,
            Map<String, String> context,
            String throwable) {

        /// Refuses nulls.
        public Entry {
            requireNonNull(level, "level");
            requireNonNull(logger, "logger");
            requireNonNull(thread, "thread");
            requireNonNull(time, "time");
            requireNonNull(text, "text");
            requireNonNull(context, "context");
            requireNonNull(throwable, "throwable");
        }
    }

    /// From now on entries go there.
    ///
    /// @param target called by any thread that logs; must not log itself
    public static void open(Consumer<? super Entry> target) {
        LogSink.target = requireNonNull(target, "target");
    }

    /// Whether entries go anywhere.
    ///
    /// @return true in a child JVM that is connected
    public static boolean isOpen() {
        return target != null;
    }

    /// Hands an entry on, in the thread that logs; where there is no sink, to nobody. Attributed to the task that
    /// this thread works for; waits for nobody who reads it.
    ///
    /// @param entry what was logged; too long texts are cut as those of messages are
    public static void log(Entry entry) {
        var to = target;
        if (to != null) {
            to.accept(entry);
        }
    }

    /// As `printStackTrace` has it, also of a throwable of the user's that does not tell itself.
    ///
    /// @param thrown what was logged with a text
    /// @return the text of its stack trace, causes included
    public static String stackOf(Throwable thrown) {
        try {
            var text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text));
            return text.toString();
        } catch (RuntimeException | StackOverflowError _) {
            return thrown.getClass().getName() + " (its stack trace cannot be told)";
        }
    }
}
