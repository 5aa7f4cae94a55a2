package io.millhand;

import java.time.Duration;

/// A fact about a task or a worker, published by [TaskQueue#events()].
public sealed interface TaskEvent {

    /// The task was accepted.
    ///
    /// @param task its id
    /// @param name its name
    record Queued(long task, String name) implements TaskEvent {}

    /// A worker took the task.
    ///
    /// @param task its id
    /// @param name its name
    /// @param attempt the number of the attempt, from 1
    /// @param worker the name of the worker
    record Started(long task, String name, int attempt, String worker) implements TaskEvent {}

    /// The task says something. Of what it says while the subscriber is busy only the latest is told: all of it is in
    /// [TaskHandle#messages()] and told by [TaskQueue#onMessage].
    ///
    /// @param task its id
    /// @param name its name
    /// @param message the latest
    record Said(long task, String name, Message message) implements TaskEvent {}

    /// The task tells how far it is; of several while the subscriber is busy, the latest.
    ///
    /// @param task its id
    /// @param name its name
    /// @param progress the latest
    record Progressed(long task, String name, Progress progress) implements TaskEvent {}

    /// An attempt did not succeed and another one will follow.
    ///
    /// @param task its id
    /// @param name its name
    /// @param attempt the attempt that ended
    /// @param delay the wait before the next one
    record Retrying(long task, String name, Attempt attempt, Duration delay) implements TaskEvent {}

    /// The task has its outcome. A result from another JVM is decoded later, where it is read: one that turns out to be
    /// unreadable was published as a success here.
    ///
    /// @param task its id
    /// @param name its name
    /// @param attempts how many attempts there were
    /// @param ending how the last one ended
    record Ended(long task, String name, int attempts, Attempt.Ending ending) implements TaskEvent {}

    /// The process of a worker has changed. Workers without a process of their own have none of these.
    ///
    /// @param worker the name of the worker
    /// @param pid the id of the process
    /// @param change what happened
    record Worker(String worker, long pid, WorkerChange change) implements TaskEvent {}

    /// This subscriber was too slow and missed events.
    ///
    /// @param count how many, since the event before this one
    record Missed(long count) implements TaskEvent {}
}
