package io.millhand.bench.peers;

import java.util.Locale;

/// One row of the table, and what a program is asked for in a process of its own each time.
enum RecoveryMeasure {
    /// From the instant at which a task sends SIGKILL to its own process until its caller knows.
    CRASH_KILLED("crash known, SIGKILL", 5),

    /// The same where the process ends itself with an exit code, without hooks.
    CRASH_EXITED("crash known, exit code 1", 5),

    /// From the SIGKILL of a busy child from outside until a task that was queued behind runs, on 1 worker.
    NEXT_QUEUED("kill to next task, queued before", 80),

    /// The same with a task that the caller submits when it knows of the crash.
    NEXT_SUBMITTED("kill to next task, submitted after", 80),

    /// The same with a task that was queued behind, where a spare child waits.
    NEXT_SPARE("kill to next task, with a spare", 5),

    /// How much later than the limit of a spinning task its caller knows.
    TIMEOUT("timeout overshoot", 10),

    /// How many of [#ORPHANS_EACH] spinning children live one second after their parent's SIGKILL. Not milliseconds.
    ORPHANS("orphans after 1 s", 0),

    /// From that SIGKILL until no child is left.
    ORPHANS_GONE("until no orphan is left", 1_000);

    static final int ORPHANS_EACH = 2;

    private final String title;
    private final int aim;

    RecoveryMeasure(String title, int aim) {
        this.title = title;
        this.aim = aim;
    }

    String title() {
        return title;
    }

    /// What ours should reach.
    int aim() {
        return aim;
    }

    /// As programs are told and print it: `crash_killed`.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
