package io.millhand;

/// What becomes of the inputs of a `map` whose task does not succeed.
public enum ErrorPolicy {
    /// It is thrown where it is read, as [TaskHandle#join()] throws it. Then all that is under way is cancelled,
    /// running
    /// tasks by force, and the source is closed.
    FAIL_FAST,
    /// It is left out, counted by [Results#skipped()] and logged: the first ten each, the rest as a number. What
    /// the
    /// shutdown of the queue cancelled is thrown nevertheless.
    SKIP
}
