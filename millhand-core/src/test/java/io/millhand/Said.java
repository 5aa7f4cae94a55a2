package io.millhand;

import java.time.Instant;
import java.util.Map;

/// Messages for tests.
final class Said {

    private Said() {}

    static Message text(long task, String text) {
        return new Message(
                task,
                1,
                "queue",
                Message.Kind.TEXT,
                System.Logger.Level.INFO,
                "",
                "main",
                Instant.EPOCH,
                text,
                Map.of(),
                "",
                0);
    }
}
