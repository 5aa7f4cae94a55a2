package io.millhand;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;

/// What a running task says to its submitter: a log record, a line that it printed, or a text that it sent.
///
/// @param task the id of the task
/// @param attempt the number of the attempt, from 1
/// @param worker the name of the worker
/// @param kind where it comes from
/// @param level how important it is; `INFO` for what was printed
/// @param logger the name of the logger of a log record; else empty; cut after 1,024 characters
/// @param thread the name of the thread that said it; empty where unknown; cut alike
/// @param time when
/// @param text any text, cut after [#MOST_CHARS] characters with a mark that tells how many there were
/// @param context the diagnostic context of a log record: MDC, key-values and `markers`; else empty. No more than 64
/// entries, the last one of which then tells how many there were; keys are cut after 256 characters, values after 4,096
/// @param throwable its stack trace as text, cut alike; empty where there is none
/// @param lost how many messages this one stands for; 0 but for [Kind#LOST]
public record Message(
        long task,
        int attempt,
        String worker,
        Kind kind,
        System.Logger.Level level,
        String logger,
        String thread,
        Instant time,
        String text,
        Map<String, String> context,
        String throwable,
        long lost) {

    /// The longest text; a longer one is cut.
    public static final int MOST_CHARS = 64 * 1024;

    private static final int MOST_NAME_CHARS = 1024;

    /// No mark is longer.
    private static final int MARK_CHARS = 64;

    /// Where a message comes from.
    public enum Kind {
        /// A record of a logging library.
        LOG,
        /// A line that was printed to `System.out`, or written to descriptor 1.
        OUT,
        /// A line that was printed to `System.err`, or written to descriptor 2.
        ERR,
        /// [TaskContext#message(String)].
        TEXT,
        /// Here messages are missing: [Message#lost()] of them.
        LOST
    }

    /// Refuses nulls; cuts what is too long.
    public Message {
        requireNonNull(worker, "worker");
        requireNonNull(kind, "kind");
        requireNonNull(level, "level");
        logger = cut(requireNonNull(logger, "logger"), MOST_NAME_CHARS);
        thread = cut(requireNonNull(thread, "thread"), MOST_NAME_CHARS);
        requireNonNull(time, "time");
        text = cut(requireNonNull(text, "text"), MOST_CHARS);
        context = MessageContext.bounded(context);
        throwable = cut(requireNonNull(throwable, "throwable"), MOST_CHARS);
    }

    /// A text that is too long, cut and with a mark. What was cut before is left alone.
    static String cut(String text, int most) {
        if (text.length() <= most + MARK_CHARS) {
            return text;
        }
        return before(text, most) + mark(text.length(), "characters");
    }

    /// The mark of a text that was cut.
    ///
    /// @param length how long it was
    /// @param unit in what
    /// @return to be appended
    public static String mark(long length, String unit) {
        return "... (cut, had " + length + " " + unit + ")";
    }

    /// The beginning of a text; a character of two units is not torn apart.
    static String before(String text, int end) {
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
    }

    /// What it weighs where messages wait.
    ///
    /// @return the characters of its texts
    public int chars() {
        return text.length() + throwable.length() + MessageContext.chars(context);
    }

    /// What a task sends by [TaskContext#message], from the current thread and now.
    ///
    /// @param task which one
    /// @param level `TRACE` to `ERROR`
    /// @param text any text
    /// @return the message
    /// @throws IllegalArgumentException for a level that no message has
    public static Message text(TaskContext task, System.Logger.Level level, String text) {
        if (level == System.Logger.Level.ALL || level == System.Logger.Level.OFF) {
            throw new IllegalArgumentException("level of a message must be TRACE to ERROR, was " + level);
        }
        return new Message(
                task.taskId(),
                task.attempt(),
                task.worker(),
                Kind.TEXT,
                level,
                "",
                Thread.currentThread().getName(),
                Instant.now(),
                text,
                Map.of(),
                "",
                0);
    }

    /// What stands for messages that are missing.
    ///
    /// @param near one of them, or the next one
    /// @param count how many there are
    /// @return a message of kind `LOST`
    public static Message lost(Message near, long count) {
        return new Message(
                near.task,
                near.attempt,
                near.worker,
                Kind.LOST,
                System.Logger.Level.WARNING,
                "",
                "",
                near.time,
                count + " messages were lost here",
                Map.of(),
                "",
                count);
    }
}
