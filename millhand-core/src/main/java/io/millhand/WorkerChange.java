package io.millhand;

/// What happened to the process of a worker.
public enum WorkerChange {
    /// It is ready for attempts.
    STARTED,
    /// It has died although it was wanted, or had to be killed although it was: for the memory budget, or because it
    /// no longer listened.
    CRASHED,
    /// It was ended on purpose: too many attempts, too old, too large, idle too long, stopped with its attempt, or no
    /// longer needed.
    RECYCLED
}
