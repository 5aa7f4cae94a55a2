package io.millhand;

import io.millhand.spi.Backend;

/// What follows from the end of an attempt.
sealed interface Verdict {

    /// The task has ended.
    ///
    /// @param content the [Outcome], or the encoded answer that becomes one
    /// @param ending the kind, known without decoding
    record End(Object content, Attempt.Ending ending) implements Verdict {}

    /// Another attempt follows, after a wait that is drawn up to a ceiling, but not below a floor.
    ///
    /// @param ended the attempt before
    /// @param leftNanos a wait that is not shorter than this ends the task
    record Retry(Attempt ended, long ceilingNanos, long floorNanos, long leftNanos) implements Verdict {

        boolean isTooLong(long delayNanos) {
            return leftNanos < Long.MAX_VALUE && delayNanos >= leftNanos;
        }

        /// Draws the wait.
        long delayNanos(Backend backend) {
            long jitter = ceilingNanos == 0 ? 0 : backend.random(ceilingNanos);
            return Math.max(jitter, floorNanos);
        }
    }

    /// The attempt never reached user code: the task goes back to the head of the queue.
    record Requeue() implements Verdict {}
}
