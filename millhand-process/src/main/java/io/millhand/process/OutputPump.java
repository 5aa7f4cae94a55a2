package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/// Drains one output stream of a child, line by line: logs the lines, keeps the last ones, and sets apart the JVM's own
/// report of a fatal error.
final class OutputPump implements Runnable {

    private static final System.Logger OUTPUT = System.getLogger("io.millhand.output");

    private static final int TAIL_CHARS = 64 * 1024;

    /// A longer line is cut into several, so that a child that writes no line ends does not eat this heap.
    private static final int LINE_CHARS = 16 * 1024;

    private static final String BEFORE_FATAL_ERROR = "#";
    private static final String FATAL_ERROR = "# A fatal error has been detected";

    private final InputStream stream;
    private final String worker;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    @GuardedBy("this")
    private final ArrayDeque<String> tail = new ArrayDeque<>();

    @GuardedBy("this")
    private int tailChars;

    @GuardedBy("this")
    private final StringBuilder fatalError = new StringBuilder();

    /// A line that may turn out to be the first one of a fatal error report. Own thread only.
    private boolean heldBack;

    /// Own thread only.
    private boolean inFatalError;

    /// The head of the report is written; what follows, some hundred lines, is passed over. Own thread only.
    private boolean afterFatalError;

    OutputPump(InputStream stream, String worker) {
        this.stream = stream;
        this.worker = worker;
    }

    /// Completes at the end of the stream.
    CompletableFuture<Void> drained() {
        return drained;
    }

    /// The last lines, 64 Ki characters at most.
    synchronized String tail() {
        return String.join("\n", tail);
    }

    /// The head of the JVM's report of a fatal error, or nothing.
    synchronized String fatalError() {
        return fatalError.toString();
    }

    @Override
    public void run() {
        try (var chars = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            var line = new StringBuilder();
            for (int c = chars.read(); c >= 0; c = chars.read()) {
                if (c != '\n') {
                    line.append((char) c);
                }
                if (c == '\n' || line.length() >= LINE_CHARS) {
                    accept(line.toString());
                    line.setLength(0);
                }
            }
            if (!line.isEmpty()) {
                accept(line.toString());
            }
            if (!inFatalError) {
                tellHeldBack();
            }
        } catch (IOException _) {
            // the stream of a process that was killed ends this way, too
        } finally {
            drained.complete(null);
        }
    }

    private void accept(String line) {
        inFatalError |= line.startsWith(FATAL_ERROR);
        if (inFatalError) {
            acceptFatalError(line);
            return;
        }
        tellHeldBack();
        if (line.equals(BEFORE_FATAL_ERROR)) {
            heldBack = true;
        } else {
            tell(line);
        }
    }

    private void tellHeldBack() {
        if (heldBack) {
            heldBack = false;
            tell(BEFORE_FATAL_ERROR);
        }
    }

    private void tell(String line) {
        synchronized (this) {
            tail.addLast(line);
            tailChars += line.length() + 1;
            while (tailChars > TAIL_CHARS && tail.size() > 1) {
                tailChars -= tail.removeFirst().length() + 1;
            }
        }
        try {
            OUTPUT.log(System.Logger.Level.INFO, "{0}: {1}", worker, line);
        } catch (RuntimeException _) {
            // a log handler of the user's; the stream must be drained all the same
        }
    }

    private void acceptFatalError(String line) {
        afterFatalError |= !line.startsWith("#");
        if (!afterFatalError) {
            synchronized (this) {
                fatalError.append(line).append('\n');
            }
        }
    }
}
