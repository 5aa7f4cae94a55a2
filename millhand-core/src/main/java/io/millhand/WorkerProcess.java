package io.millhand;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// A process of a worker, as it is now.
///
/// @param pid its id
/// @param state what it does
/// @param age since it was started
/// @param residentBytes what it occupies of the machine's memory, or 0 where that is not known
public record WorkerProcess(long pid, State state, Duration age, long residentBytes) {

    /// What a process does.
    public enum State {
        /// It waits for an attempt.
        IDLE,
        /// It has attempts.
        BUSY,
        /// It ends what it has and gets nothing more.
        LEAVING
    }

    /// Refuses nulls.
    public WorkerProcess {
        requireNonNull(state, "state");
        requireNonNull(age, "age");
    }
}
