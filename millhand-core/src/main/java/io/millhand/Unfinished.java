package io.millhand;

/// What becomes of tasks whose attempt is killed because its workers are detached.
public enum Unfinished {
    /// They go back to the queue, where they stood. The killed attempt is recorded and does not count against
    /// [RetryPolicy#maxAttempts].
    REQUEUE,
    /// They end as [cancelled][CancelReason#DETACHED] and are answered to who detached.
    RETURN
}
