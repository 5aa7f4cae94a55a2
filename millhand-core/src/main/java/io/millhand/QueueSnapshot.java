package io.millhand;

import io.millhand.spi.Worker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a queue did at one moment. From [TaskQueue#snapshot()].
///
/// @param waiting the accepted tasks that are in no slot, counted by the reason why the line they stand in does not
/// move
/// @param running the attempts that workers have, the oldest first; those that were sent ahead wait in them
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
    /// @param processes what it has of its own, usually one or none; empty for workers in this JVM
    public record WorkerState(String name, int slots, int busy, Set<String> offers, List<WorkerProcess> processes) {

        /// Copies.
        public WorkerState {
            offers = Set.copyOf(offers);
            processes = List.copyOf(processes);
        }
    }

    /// Copies the collections.
    public QueueSnapshot {
        waiting = Map.copyOf(waiting);
        running = List.copyOf(running);
        workers = List.copyOf(workers);
    }

    /// What is in the slots of a worker.
    ///
    /// @param worker its name
    /// @return the oldest first
    public List<Running> running(String worker) {
        return running.stream()
                .filter(attempt -> attempt.worker().equals(worker))
                .toList();
    }

    /// With the processes of those that are still attached. Looks at the system, so no lock may be held.
    QueueSnapshot asking(List<Worker> attached) {
        var processes = new HashMap<String, List<WorkerProcess>>();
        attached.forEach(worker -> processes.put(worker.name(), worker.processes()));
        var complete = workers.stream()
                .map(worker -> new WorkerState(
                        worker.name(),
                        worker.slots(),
                        worker.busy(),
                        worker.offers(),
                        processes.getOrDefault(worker.name(), List.of())))
                .toList();
        return new QueueSnapshot(waiting, running, complete, blockedSubmitters, admittedBeyondCapacity, leftBehind);
    }
}
