package io.millhand.bench.peers;

import java.util.Locale;

/// What [Load] is asked to do, in a process of its own each time.
enum LoadRun {
    /// Round trips while a task spins on the other of two workers for so many milliseconds, and as long without it.
    BESIDE(300, 3_000),

    /// So many no-op tasks for 2 children from 1, 4 and 16 threads.
    SUBMITTERS(320, 48_000),

    /// So many times a task goes first while 100,000 tiny ones are queued.
    FIRST(3, 200),

    /// So many times tiny tasks come every millisecond, and a long task among them.
    DELAY(1, 100),

    /// So many mebibytes of each kind.
    PAYLOADS(1, 64),

    /// So many no-op tasks on 1 to 16 children.
    CHILDREN(100, 20_000),

    /// So many times a thousand tasks are queued and cancelled.
    QUEUED(2, 9);

    private final int quickSize;
    private final int fullSize;

    LoadRun(int quickSize, int fullSize) {
        this.quickSize = quickSize;
        this.fullSize = fullSize;
    }

    int size(boolean quick) {
        return quick ? quickSize : fullSize;
    }

    /// As programs are told: `beside`.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
