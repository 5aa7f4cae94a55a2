package io.millhand.cli;

import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// Shows what the library logs: lines that functions print, as they are, and its own warnings.
final class OutputRelay extends Handler {

    private static final String OUTPUT = "io.millhand.output";

    private final Display display;

    private OutputRelay(Display display) {
        this.display = display;
        setFormatter(new SimpleFormatter());
    }

    /// Takes the place of the JVM's own handlers, which write two lines for each.
    static void install(Display display) {
        LogManager.getLogManager().reset();
        Logger.getLogger("").addHandler(new OutputRelay(display));
    }

    @Override
    public void publish(LogRecord record) {
        if (isLoggable(record)) {
            String message = getFormatter().formatMessage(record);
            boolean output = OUTPUT.equals(record.getLoggerName());
            display.line(output ? message : "millhand: " + message);
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
