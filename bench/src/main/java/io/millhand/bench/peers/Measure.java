package io.millhand.bench.peers;

import java.util.Locale;

/// One row of the table.
enum Measure {
    TASKS_PER_SECOND(Run.THROUGHPUT, "no-op tasks one by one, 2 workers", "1/s"),
    ROUND_TRIP_P50(Run.ROUND_TRIP, "round trip p50, 1 worker", "us"),
    ROUND_TRIP_P99(Run.ROUND_TRIP, "round trip p99, 1 worker", "us"),
    COLD_FIRST(Run.COLD, "cold pool to first result", "ms"),
    COLD_SECOND(Run.COLD, "second pool of the same program", "ms"),
    PAYLOAD_ARGUMENT(Run.PAYLOAD, "16 MiB argument", "MiB/s"),
    PAYLOAD_RESULT(Run.PAYLOAD, "16 MiB result", "MiB/s"),
    IDLE_CHILD(Run.MEMORY, "idle child, resident", "MiB");

    private final Run run;
    private final String title;
    private final String unit;

    Measure(Run run, String title, String unit) {
        this.run = run;
        this.title = title;
        this.unit = unit;
    }

    /// What it is measured by.
    Run run() {
        return run;
    }

    String title() {
        return title;
    }

    String unit() {
        return unit;
    }

    /// As programs print it: `cold_first`.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
