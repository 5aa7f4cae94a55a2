package io.millhand.spi;

import io.millhand.Message;

/// Logs again what tasks say, under their names. For workers; runs the user's log handlers.
public final class MessageLog {

    private static final System.Logger OUTPUT = System.getLogger("io.millhand.output");

    private MessageLog() {}

    /// Logs a message. Never throws.
    ///
    /// @param task the name of the task; empty where no task said it
    /// @param message what it said
    public static void log(String task, Message message) {
        try {
            if (OUTPUT.isLoggable(message.level())) {
                OUTPUT.log(message.level(), "{0}: {1}", source(task, message.worker()), text(message));
            }
        } catch (RuntimeException | Error _) {
            // a log handler of the user's; the next message must be told all the same
        }
    }

    /// Logs that messages are missing in the log.
    ///
    /// @param task the name of the task; empty where no task said them
    /// @param near one of them, or the next one
    /// @param count how many
    public static void lost(String task, Message near, long count) {
        log(task, Message.lost(near, count));
    }

    private static String source(String task, String worker) {
        return task.isEmpty() ? worker : task + " (" + worker + ")";
    }

    private static String text(Message message) {
        String text = message.logger().isEmpty() ? message.text() : message.logger() + ": " + message.text();
        return message.throwable().isEmpty() ? text : text + "\n" + message.throwable();
    }
}
