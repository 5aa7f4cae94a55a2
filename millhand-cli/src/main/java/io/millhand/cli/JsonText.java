package io.millhand.cli;

import org.jspecify.annotations.Nullable;

/// Strings as JSON writes them (RFC 8259, section 7). A surrogate without its other half, which readers differ about,
/// becomes U+FFFD.
final class JsonText {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private JsonText() {}

    static void quote(@Nullable String text, StringBuilder out) {
        if (text == null) {
            out.append("null");
            return;
        }
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(c).append(text.charAt(++i));
            } else {
                append(Character.isSurrogate(c) ? '\ufffd' : c, out);
            }
        }
        out.append('"');
    }

    private static void append(char c, StringBuilder out) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (mustEscape(c)) {
                    out.append("\\u")
                            .append(HEX[c >> 12])
                            .append(HEX[c >> 8 & 15])
                            .append(HEX[c >> 4 & 15])
                            .append(HEX[c & 15]);
                } else {
                    out.append(c);
                }
            }
        }
    }

    /// Control characters; the two separators that end a line in JavaScript and in some line readers.
    private static boolean mustEscape(char c) {
        return c < 0x20 || c == 0x7f || c == 0x2028 || c == 0x2029 || c == 0x85;
    }
}
