package io.millhand.bench.peers;

import java.util.Locale;

/// What a program is asked to do, in a process of its own each time.
enum Run {
    /// Tasks are submitted one by one to 2 workers and all their results awaited, twice; the second time counts.
    THROUGHPUT(2_000, 50_000),

    /// Calls are made one after another on 1 worker; half as many before do not count.
    ROUND_TRIP(1_000, 20_000),

    /// A pool of 1 is opened and gives its first result, then a second pool in the same program.
    COLD(1, 1),

    /// 16 MiB go to 1 worker, and come back from it; the median counts.
    PAYLOAD(5, 15),

    /// The resident memory of 1 worker, half a second after its first task.
    MEMORY(1, 1);

    private final int quickSize;
    private final int fullSize;

    Run(int quickSize, int fullSize) {
        this.quickSize = quickSize;
        this.fullSize = fullSize;
    }

    /// How many tasks, calls or transfers.
    int size(boolean quick) {
        return quick ? quickSize : fullSize;
    }

    /// As programs are told: `round_trip`.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
