package io.millhand.process;

import io.millhand.Message;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/// Sends what a child JVM logs to its parent, under the task whose thread logs it. The only handler in a child,
/// where the log manager makes it by its name; of no use anywhere else.
@SuppressWarnings("exports") // who configures java.util.logging has it
public final class LogForwarder extends Handler {

    private final SimpleFormatter formatter = new SimpleFormatter();

    /// Called by the log manager.
    public LogForwarder() {}

    @Override
    public void publish(@Nullable LogRecord record) {
        var messages = ChildMessages.ofThisJvm();
        if (record == null || messages == null || !isLoggable(record)) {
            return;
        }
        var attempt = messages.current();
        String logger = record.getLoggerName() == null ? "" : record.getLoggerName();
        var message = ChildMessages.message(attempt, Message.Kind.LOG, level(record.getLevel()), logger, text(record));
        messages.send(attempt, record.getThrown() == null ? message : with(message, record.getThrown()));
    }

    /// Parameters are the user's, and may not tell themselves.
    private String text(LogRecord record) {
        try {
            return String.valueOf(formatter.formatMessage(record));
        } catch (RuntimeException | StackOverflowError _) {
            return String.valueOf(record.getMessage());
        }
    }

    private static Message with(Message message, Throwable thrown) {
        return new Message(
                message.task(),
                message.attempt(),
                message.worker(),
                message.kind(),
                message.level(),
                message.logger(),
                message.thread(),
                message.time(),
                message.text(),
                message.context(),
                stackOf(thrown),
                0);
    }

    private static String stackOf(Throwable thrown) {
        try {
            var text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text));
            return text.toString();
        } catch (RuntimeException | StackOverflowError _) {
            return Codec.describe(thrown) + " (its stack trace cannot be told)";
        }
    }

    /// As [System.Logger.Level] has them.
    static System.Logger.Level level(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return System.Logger.Level.ERROR;
        }
        if (value >= Level.WARNING.intValue()) {
            return System.Logger.Level.WARNING;
        }
        if (value >= Level.INFO.intValue()) {
            return System.Logger.Level.INFO;
        }
        return value >= Level.FINE.intValue() ? System.Logger.Level.DEBUG : System.Logger.Level.TRACE;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
