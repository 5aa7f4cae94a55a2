package io.millhand.testkit.sim;

import java.time.Duration;
import java.util.Locale;

/// How times are shown.
final class Text {

    private Text() {}

    static String millis(Duration time) {
        return millis(time.toNanos());
    }

    static String millis(long nanos) {
        return nanos % 1_000_000 == 0
                ? nanos / 1_000_000 + " ms"
                : String.format(Locale.ROOT, "%.6f ms", nanos / 1_000_000.0);
    }
}
