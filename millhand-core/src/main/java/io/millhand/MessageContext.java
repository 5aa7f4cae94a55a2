package io.millhand;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Bounds the context of a message: a diagnostic context is the user's, and may hold anything.
final class MessageContext {

    /// Where there are more, the first ones stay, and the last one says how many there were.
    static final int MOST_ENTRIES = 64;

    static final int MOST_KEY_CHARS = 256;
    static final int MOST_VALUE_CHARS = 4 * 1024;

    /// The key of the entry that stands for those that are missing.
    static final String CUT = "...";

    private MessageContext() {}

    /// An immutable copy in the same order. What was cut before is left alone.
    static Map<String, String> bounded(Map<String, String> context) {
        if (context.isEmpty()) {
            return Map.of();
        }
        int count = context.size();
        var bounded = LinkedHashMap.<String, String>newLinkedHashMap(Math.min(count, MOST_ENTRIES));
        for (var entry : context.entrySet()) {
            if (count > MOST_ENTRIES && bounded.size() == MOST_ENTRIES - 1) {
                bounded.put(CUT, "(cut, had " + count + " entries)");
                break;
            }
            String key = Message.cut(requireNonNull(entry.getKey(), "key of a context"), MOST_KEY_CHARS);
            bounded.put(key, Message.cut(requireNonNull(entry.getValue(), "value of a context"), MOST_VALUE_CHARS));
        }
        return Collections.unmodifiableMap(bounded);
    }

    static int chars(Map<String, String> context) {
        int chars = 0;
        for (var entry : context.entrySet()) {
            chars += entry.getKey().length() + entry.getValue().length();
        }
        return chars;
    }
}
