package io.millhand;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Counts what happens in a queue.
final class Tally {

    /*
     * Rejections and ends are counted without the dispatcher's lock, all else under it. Ends are read before what was
     * accepted, so that never more have ended than were accepted.
     */
    private final LongAdder rejected = new LongAdder();
    private final Map<Attempt.Ending, LongAdder> ended = new EnumMap<>(Attempt.Ending.class);

    // Under the dispatcher's lock only.

    private long accepted;
    private long retried;
    private long attempts;
    private final DurationRecorder wait = new DurationRecorder();
    private final DurationRecorder overhead = new DurationRecorder();
    private final DurationRecorder run = new DurationRecorder();

    Tally() {
        for (var ending : Attempt.Ending.values()) {
            ended.put(ending, new LongAdder());
        }
    }

    void rejected() {
        rejected.increment();
    }

    void ended(Attempt.Ending ending) {
        requireNonNull(ended.get(ending), "one for each").increment();
    }

    void accepted() {
        accepted++;
    }

    void retried() {
        retried++;
    }

    /// A worker has taken an attempt.
    void taken(AttemptRun attempt) {
        wait.record(attempt.waitNanos());
        overhead.record(attempt.overheadNanos());
    }

    /// An attempt has left its slot.
    void left(AttemptRun attempt, long nowNanos) {
        if (attempt.hasStarted()) {
            run.record(attempt.elapsed(nowNanos).toNanos());
        }
        if (attempt.isRecorded()) {
            attempts++;
        }
    }

    /// The counts of ends so far. Without the lock.
    Map<Attempt.Ending, Long> endings() {
        var counts = new EnumMap<Attempt.Ending, Long>(Attempt.Ending.class);
        ended.forEach((ending, count) -> counts.put(ending, count.sum()));
        return counts;
    }

    /// @param endings as they were before the lock was taken
    QueueStatistics statistics(Map<Attempt.Ending, Long> endings) {
        return new QueueStatistics(
                new QueueStatistics.Tasks(accepted, rejected.sum(), endings),
                new QueueStatistics.Attempts(attempts, retried, wait.snapshot(), overhead.snapshot(), run.snapshot()));
    }
}
