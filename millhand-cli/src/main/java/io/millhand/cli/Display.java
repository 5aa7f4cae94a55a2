package io.millhand.cli;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.locks.ReentrantLock;

/// What a person sees beside the results, on the standard error: lines, and below them one line that is rewritten where
/// there is a terminal.
final class Display {

    /*
     * Lines come from the main thread and from logging threads, progress from the ticker, and results pass through
     * where they share the terminal. The lock keeps them apart; only writing to the terminal happens under it.
     */

    private static final String ERASE = "\r\033[K";
    private static final String CUT_AT_EDGE = "\033[?7l";
    private static final String WRAP_AT_EDGE = "\033[?7h";
    private static final int WIDTH = 79;

    /// Set by the launcher to the numbers of the standard streams that are terminals: Java itself cannot tell.
    private static final String TERMINALS = System.getProperty("millhand.terminals", "");

    interface Writing {
        void run() throws IOException;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final PrintStream stream;
    private final boolean rewrites;
    private final boolean sharesResults;

    @GuardedBy("lock")
    private boolean progressShown;

    Display(PrintStream stream, boolean rewrites, boolean sharesResults) {
        this.stream = stream;
        this.rewrites = rewrites;
        this.sharesResults = rewrites && sharesResults;
    }

    static Display ofProcess() {
        return new Display(System.err, TERMINALS.contains("2"), TERMINALS.contains("1"));
    }

    /// Whether progress is one line that is rewritten.
    boolean rewrites() {
        return rewrites;
    }

    void line(String text) {
        lock.lock();
        try {
            erase();
            stream.println(text);
            stream.flush();
        } finally {
            lock.unlock();
        }
    }

    /// Shows where the run stands: in place on a terminal, as one more line elsewhere.
    void progress(String text) {
        if (!rewrites) {
            line(text);
            return;
        }
        lock.lock();
        try {
            String line = text.length() > WIDTH ? text.substring(0, WIDTH) : text;
            stream.print(ERASE + CUT_AT_EDGE + line + WRAP_AT_EDGE); // a wrapped line could not be erased
            stream.flush();
            progressShown = true;
        } finally {
            lock.unlock();
        }
    }

    /// Takes the progress line away.
    void clear() {
        lock.lock();
        try {
            erase();
        } finally {
            lock.unlock();
        }
    }

    /// Writes results, clear of the progress line where both go to one terminal.
    void results(Writing writing) throws IOException {
        if (!sharesResults) {
            writing.run();
            return;
        }
        lock.lock();
        try {
            erase();
            writing.run();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void erase() {
        if (progressShown) {
            stream.print(ERASE);
            stream.flush();
            progressShown = false;
        }
    }
}
