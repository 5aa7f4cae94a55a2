package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/// One output stream of a child: turns what is there into lines, keeps the last ones, and sets apart the JVM's own
/// report of a fatal error.
final class ProcessStream {

    private static final int TAIL_CHARS = 64 * 1024;

    /// A longer line is cut into several, so that a child that writes no line ends does not eat this heap.
    private static final int LINE_BYTES = 16 * 1024;

    private static final String BEFORE_FATAL_ERROR = "#";
    private static final String FATAL_ERROR = "# A fatal error has been detected";

    private final InputStream stream;
    private final Consumer<String> listener;

    @GuardedBy("this")
    private final ArrayDeque<String> tail = new ArrayDeque<>();

    @GuardedBy("this")
    private int tailChars;

    @GuardedBy("this")
    private final StringBuilder fatalError = new StringBuilder();

    // The output loop's thread only.

    private final byte[] bytes = new byte[LINE_BYTES];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /// A line that may turn out to be the first one of a fatal error report.
    private boolean heldBack;

    private boolean inFatalError;

    /// Something was taken that is not told yet: a line without an end. Read by any thread.
    private volatile boolean hasRest;

    /// The head of the report is written; what follows, some hundred lines, is passed over.
    private boolean afterFatalError;

    /// @param listener is told each line, in the output loop's thread
    ProcessStream(InputStream stream, Consumer<String> listener) {
        this.stream = stream;
        this.listener = listener;
    }

    /// The last lines, 64 Ki characters at most.
    synchronized String tail() {
        return String.join("\n", tail);
    }

    /// The head of the JVM's report of a fatal error, or nothing.
    synchronized String fatalError() {
        return fatalError.toString();
    }

    /// Any thread: whether nothing is there and nothing is held back.
    boolean isEmpty() {
        try {
            return stream.available() == 0 && !hasRest;
        } catch (IOException _) {
            return !hasRest; // closed
        }
    }

    /// Reads what is there and does not wait for more.
    ///
    /// @return whether there was something
    boolean drain() {
        boolean some = false;
        try {
            for (int there = stream.available(); there > 0; there = stream.available()) {
                hasRest = true; // first, so that nobody takes it for empty meanwhile
                int count = stream.read(bytes, 0, Math.min(there, bytes.length));
                if (count < 0) {
                    break;
                }
                some = true;
                accept(count);
                hasRest = line.size() > 0 || heldBack;
            }
        } catch (IOException _) {
            // the stream of a process that was killed ends this way, too
        }
        hasRest = line.size() > 0 || heldBack;
        return some;
    }

    private void accept(int count) {
        for (int i = 0; i < count; i++) {
            if (bytes[i] != '\n') {
                line.write(bytes[i]);
            }
            if (bytes[i] == '\n' || line.size() >= LINE_BYTES) {
                acceptLine();
            }
        }
    }

    /// Tells what was written without an end of line, as long as it is not part of a fatal error.
    void flush() {
        if (line.size() > 0) {
            acceptLine();
        }
        if (!inFatalError) {
            tellHeldBack();
        }
        hasRest = heldBack;
    }

    private void acceptLine() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        inFatalError |= text.startsWith(FATAL_ERROR);
        if (inFatalError) {
            heldBack = false; // it was the first line of the report
            acceptFatalError(text);
            return;
        }
        tellHeldBack();
        if (text.equals(BEFORE_FATAL_ERROR)) {
            heldBack = true;
        } else {
            tell(text);
        }
    }

    private void tellHeldBack() {
        if (heldBack) {
            heldBack = false;
            tell(BEFORE_FATAL_ERROR);
        }
    }

    private void tell(String text) {
        remember(text);
        listener.accept(text);
    }

    /// Counts a line that came on another way as one of this stream's.
    synchronized void remember(String text) {
        tail.addLast(text);
        tailChars += text.length() + 1;
        while (tailChars > TAIL_CHARS && tail.size() > 1) {
            tailChars -= tail.removeFirst().length() + 1;
        }
    }

    private void acceptFatalError(String text) {
        afterFatalError |= !text.startsWith("#");
        if (!afterFatalError) {
            synchronized (this) {
                fatalError.append(text).append('\n');
            }
        }
    }
}
