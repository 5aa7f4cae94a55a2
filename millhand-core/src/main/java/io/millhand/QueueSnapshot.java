package io.millhand;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a queue did at one moment. From [TaskQueue#snapshot()].
///
/// @param waiting the accepted tasks that are in no slot, counted by the reason why the line they stand in does not
/// move
/// @param running the attempts in slots, the oldest first
/// @param workers those that are attached
/// @param blockedSubmitters how many threads wait for room in a full queue
/// @param admittedBeyondCapacity how many tasks a full queue had to take from its own tasks
/// @param leftBehind how many threads are stuck in attempts that were given up, see [Expiry#abandoned()]
public record QueueSnapshot(
        Map<WaitReason, Integer> waiting,
        List<Running> running,
        List<WorkerState> workers,
        int blockedSubmitters,
        long admittedBeyondCapacity,
        int leftBehind) {

    /// An attempt in a slot.
    ///
    /// @param taskId of the task
    /// @param taskName of the task
    /// @param attempt from 1
    /// @param worker the name of the worker
    /// @param elapsed since the worker took it; zero before
    /// @param over whether its task has ended already, so that the slot waits for the attempt only
    public record Running(long taskId, String taskName, int attempt, String worker, Duration elapsed, boolean over) {}

    /// A worker.
    ///
    /// @param name unique in the queue
    /// @param slots how many attempts it takes at a time
    /// @param busy how many it has
    /// @param offers its qualifications
    public record WorkerState(String name, int slots, int busy, Set<String> offers) {}

    /// Copies the collections.
    public QueueSnapshot {
        waiting = Map.copyOf(waiting);
        running = List.copyOf(running);
        workers = List.copyOf(workers);
    }
}
