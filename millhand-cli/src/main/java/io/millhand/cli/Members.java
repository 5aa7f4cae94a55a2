package io.millhand.cli;

import org.jspecify.annotations.Nullable;

/// The members of one JSON object, in the order they are added.
final class Members {

    private final StringBuilder out;
    private char separator = '{';

    Members(StringBuilder out) {
        this.out = out;
    }

    void text(String name, String value) {
        JsonText.quote(value, name(name));
    }

    void textUnlessEmpty(String name, String value) {
        if (!value.isEmpty()) {
            text(name, value);
        }
    }

    void textOrNull(String name, @Nullable String value) {
        JsonText.quote(value, name(name));
    }

    void number(String name, long value) {
        name(name).append(value);
    }

    /// Begins a member; its value is appended to what is answered, as JSON.
    StringBuilder name(String name) {
        out.append(separator);
        separator = ',';
        JsonText.quote(name, out);
        return out.append(':');
    }

    void end() {
        if (separator == '{') {
            out.append('{');
        }
        out.append('}');
    }
}
