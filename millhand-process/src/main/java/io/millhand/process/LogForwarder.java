package io.millhand.process;

import io.millhand.spi.LogSink;
import java.time.Instant;
import java.util.Map;
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
        if (record == null || !LogSink.isOpen() || !isLoggable(record)) {
            return;
        }
        LogSink.log(new LogSink.Entry(
                level(record.getLevel()),
                record.getLoggerName() == null ? "" : record.getLoggerName(),
                Thread.currentThread().getName(),
                Instant.now(),
                text(record),
                Map.of(),
                record.getThrown() == null ? "" : LogSink.stackOf(record.getThrown())));
    }

    /// Parameters are the user's, and may not tell themselves.
    private String text(LogRecord record) {
        try {
            return String.valueOf(formatter.formatMessage(record));
        } catch (RuntimeException | StackOverflowError _) {
            return String.valueOf(record.getMessage());
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
