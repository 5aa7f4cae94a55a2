package io.millhand;

/// What a queue logs of its tasks, to the logger `io.millhand`. Each task is logged once at most.
public enum CallLogging {
    /// Nothing.
    OFF,
    /// At WARNING what nobody else would see: tasks given to [TaskQueue#execute(Runnable)] that do not
    /// succeed, and tasks that failed, timed out or crashed and whose handle was collected unread.
    FAILURES,
    /// The end of every task: at INFO where it succeeded or was cancelled, else at WARNING with its cause.
    /// Not the results.
    CALLS,
    /// As [#CALLS], with the results as their `toString` tells them, cut after 200 characters. It runs, and
    /// answers of other JVMs are decoded, on a callback thread; one that throws is named instead.
    VALUES
}
