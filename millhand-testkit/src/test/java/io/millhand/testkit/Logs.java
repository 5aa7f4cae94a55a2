package io.millhand.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// Collects what one logger says, with its cause. Failures that nobody has read are logged whenever the collector
/// finds them, those of earlier tests, too: they are kept apart.
final class Logs extends Handler implements AutoCloseable {
    private static final String UNREAD = "nobody has read ";

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger;

    private Logs(Logger logger) {
        this.logger = logger;
    }

    static Logs of(String name) {
        var logs = new Logs(Logger.getLogger(name));
        logs.logger.addHandler(logs);
        logs.logger.setUseParentHandlers(false);
        return logs;
    }

    @Override
    public void publish(LogRecord record) {
        var message = new SimpleFormatter().formatMessage(record);
        lines.add(record.getThrown() == null ? message : message + "\n" + record.getThrown());
    }

    List<String> lines() {
        return lines.stream().filter(line -> !line.startsWith(UNREAD)).toList();
    }

    /// The failures that nobody has read, of one worker.
    List<String> unread(String worker) {
        return lines.stream()
                .filter(line -> line.startsWith(UNREAD) && line.contains("worker=" + worker))
                .toList();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
    }
}
