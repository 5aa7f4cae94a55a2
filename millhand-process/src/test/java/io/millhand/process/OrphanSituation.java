package io.millhand.process;

import java.util.List;

/// What children do when their parent is killed.
enum OrphanSituation {
    IDLE(2),
    WAITING(2),
    COUNTED_LOOP(2),
    NESTED_COUNTED_LOOPS(2),
    BLOCKED_IN_NATIVE(2),
    THRASHING_COLLECTOR(2),
    LOOPING_SHUTDOWN_HOOK(2),
    SUBMITTED_BY_ENDED_THREAD(2),
    COLLECTION_DURING_COUNTED_LOOP(2),
    /// The loop never reaches the safepoint: no Java code in the child can do anything any more.
    COLLECTION_HELD_UP_FOR_EVER(2),
    SLOTS(4),
    SPARE(2);

    private final int tasks;

    OrphanSituation(int tasks) {
        this.tasks = tasks;
    }

    /// At the same time; each starts a process.
    int tasks() {
        return tasks;
    }

    /// Two children, a process of each task, the guard, and perhaps the spare.
    int processes() {
        return 3 + tasks + (this == SPARE ? 1 : 0);
    }

    /// Whether the tasks use the processor.
    boolean busy() {
        return switch (this) {
            case IDLE, WAITING, BLOCKED_IN_NATIVE, SUBMITTED_BY_ENDED_THREAD, SPARE -> false;
            case COUNTED_LOOP,
                    NESTED_COUNTED_LOOPS,
                    THRASHING_COLLECTOR,
                    LOOPING_SHUTDOWN_HOOK,
                    COLLECTION_DURING_COUNTED_LOOP,
                    COLLECTION_HELD_UP_FOR_EVER,
                    SLOTS -> true;
        };
    }

    ProcessWorkers workers() {
        var workers = ProcessWorkers.of(2).heap(64L << 20);
        return switch (this) {
            case THRASHING_COLLECTOR -> workers.jvmOptions(List.of("-XX:-UseGCOverheadLimit"));
            case COLLECTION_HELD_UP_FOR_EVER ->
                workers.jvmOptions(List.of("-XX:-UseCountedLoopSafepoints", "-XX:LoopStripMiningIter=0"));
            case SLOTS -> workers.slots(2);
            case SPARE -> workers.life(ChildLife.defaults().spares(1));
            default -> workers;
        };
    }
}
