package io.millhand.process;

import io.millhand.WorkerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A child at one moment.
///
/// @param child the child
/// @param situation what it does
/// @param idleNanos how long it has had nothing to do, where it does nothing
/// @param ageNanos since its process was started
/// @param residentBytes what it occupies, or 0 where that is not known
record ChildSample(Child child, Situation situation, long idleNanos, long ageNanos, long residentBytes) {

    /// What a child does.
    enum Situation {
        /// Waits for its first attempt: one that is started in its place would be the same.
        FRESH,
        /// Waits for another attempt.
        IDLE,
        /// Runs an attempt.
        BUSY,
        /// Runs its last attempt and gets no other.
        LEAVING
    }

    static ChildSample of(Child child, Situation situation, long now, boolean withMemory) {
        long residentBytes = withMemory ? ResidentMemory.of(child.process().pid()) : 0;
        return new ChildSample(child, situation, now - child.idleSince(), now - child.bornNanos(), residentBytes);
    }

    /// As users see it. Looks at the system.
    WorkerProcess asProcess() {
        var state = switch (situation) {
            case FRESH, IDLE -> WorkerProcess.State.IDLE;
            case BUSY -> WorkerProcess.State.BUSY;
            case LEAVING -> WorkerProcess.State.LEAVING;
        };
        long pid = child.process().pid();
        return new WorkerProcess(pid, state, Duration.ofNanos(ageNanos), ResidentMemory.of(pid));
    }

    boolean busy() {
        return situation == Situation.BUSY || situation == Situation.LEAVING;
    }

    /// The children of a worker.
    ///
    /// @param current gets new attempts
    /// @param attempts name the child that they are in
    static List<ChildSample> of(
            @Nullable Child current, Iterable<ChildAttempt> attempts, long now, boolean withMemory) {
        Set<Child> busy = new LinkedHashSet<>();
        for (var attempt : attempts) {
            if (attempt.child != null) {
                busy.add(attempt.child);
            }
        }
        List<ChildSample> samples = new ArrayList<>();
        if (current != null) {
            var idle = current.isProven() ? Situation.IDLE : Situation.FRESH;
            samples.add(of(current, busy.remove(current) ? Situation.BUSY : idle, now, withMemory));
        }
        for (var leaving : busy) {
            samples.add(of(leaving, Situation.LEAVING, now, withMemory));
        }
        return samples;
    }
}
