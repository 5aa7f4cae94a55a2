package io.millhand.logging;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Collects what a log event has besides its text. All of it is the user's: null, and values that do not tell
/// themselves, are told as well as can be.
final class Context {

    private static final String MARKERS = "markers";

    private final Map<String, String> entries = new LinkedHashMap<>();

    /// The last one of a key holds: key-values come after what the thread has.
    void put(@Nullable String key, @Nullable Object value) {
        entries.put(String.valueOf(key), text(value));
    }

    private static String text(@Nullable Object value) {
        try {
            return String.valueOf(value == null ? null : value.toString());
        } catch (RuntimeException | StackOverflowError e) {
            return "(cannot be told: " + e.getClass().getName() + ")";
        }
    }

    /// Unless something of the user's has that name.
    void markers(@Nullable Object markers) {
        if (markers != null) {
            entries.putIfAbsent(MARKERS, text(markers));
        }
    }

    Map<String, String> entries() {
        return Collections.unmodifiableMap(entries);
    }
}
