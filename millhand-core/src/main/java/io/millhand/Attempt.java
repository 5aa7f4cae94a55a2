package io.millhand;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// One try of a task on one worker, as it stands in [TaskHandle#attempts()].
///
/// @param number from 1
/// @param worker the name of the worker
/// @param elapsed from the moment the worker took the attempt to its end
/// @param ending how it ended
public record Attempt(int number, String worker, Duration elapsed, Ending ending) {

    /// How an attempt ended.
    public enum Ending {
        /// The task returned.
        SUCCEEDED,
        /// The task threw.
        FAILED,
        /// A limit ran out.
        TIMED_OUT,
        /// The worker died.
        CRASHED,
        /// The task was cancelled.
        CANCELLED,
        /// The worker was detached. Does not count against [RetryPolicy#maxAttempts].
        DETACHED
    }

    /// Refuses nulls.
    public Attempt {
        requireNonNull(worker, "worker");
        requireNonNull(elapsed, "elapsed");
        requireNonNull(ending, "ending");
    }
}
