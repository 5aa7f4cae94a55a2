package io.millhand.process;

import java.io.Writer;

/// A text up to a ceiling. Who writes more is stopped: an exception of the user's may have causes without end.
final class BoundedText extends Writer {

    private static final class FullException extends RuntimeException {
        private static final long serialVersionUID = 1;

        FullException() {
            super("more is not told", null, false, false);
        }
    }

    private final StringBuilder text = new StringBuilder();
    private final int ceiling;

    private BoundedText(int ceiling) {
        this.ceiling = ceiling;
    }

    /// Lets somebody write, as much as there is room for.
    interface Content {
        void writeTo(BoundedText text);
    }

    /// What was written up to the ceiling.
    ///
    /// @param ceiling in characters
    static String of(int ceiling, Content content) {
        var text = new BoundedText(ceiling);
        try {
            content.writeTo(text);
        } catch (FullException _) {
            // the rest is not told
        }
        return text.text.toString();
    }

    @Override
    public void write(char[] chars, int offset, int length) {
        text.append(chars, offset, Math.min(length, ceiling - text.length()));
        if (text.length() == ceiling) {
            throw new FullException();
        }
    }

    @Override
    public void flush() {
        // nothing is kept back
    }

    @Override
    public void close() {
        // nothing is open
    }
}
