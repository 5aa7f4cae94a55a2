package io.millhand;

import java.util.Map;

/// What has happened in a queue since it was opened, in numbers. From [TaskQueue#statistics()].
///
/// Whoever has seen a task end finds it counted here.
///
/// @param tasks counts of tasks
/// @param attempts counts and durations of attempts
public record QueueStatistics(Tasks tasks, Attempts attempts) {

    /// Counts of tasks.
    ///
    /// @param accepted how many submissions got a handle
    /// @param rejected how many were refused with a `RejectedExecutionException`: the queue was full or shut
    ///     down, or the task could not travel
    /// @param endings how many have ended, by their ending; as in [TaskEvent.Ended], a result from another
    ///     JVM that turns out to be unreadable where it is read has been counted as a success
    public record Tasks(long accepted, long rejected, Map<Attempt.Ending, Long> endings) {

        /// Copies.
        public Tasks {
            endings = Map.copyOf(endings);
        }

        /// How many have ended so.
        ///
        /// @param ending how
        /// @return zero or more
        public long ended(Attempt.Ending ending) {
            return endings.getOrDefault(ending, 0L);
        }

        /// How many have ended.
        ///
        /// @return however they did
        public long ended() {
            return endings.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /// Counts and durations of attempts. Of one attempt, queue wait, overhead and run follow each other without
    /// a gap.
    ///
    /// @param ended how many have ended that count, see [TaskHandle#attempts()]
    /// @param retried how many of them are followed by another one
    /// @param queueWait from the moment when the attempt could have begun (its task was accepted, or its backoff
    ///     was over) until it was given to a worker; of each attempt that a worker took
    /// @param overhead from then until the worker took it: the way to its thread or child JVM, and the start of
    ///     that JVM where there was none. What the way back takes is part of the run
    /// @param run from then until its end was known, of each attempt that a worker took
    public record Attempts(
            long ended, long retried, DurationHistogram queueWait, DurationHistogram overhead, DurationHistogram run) {}
}
