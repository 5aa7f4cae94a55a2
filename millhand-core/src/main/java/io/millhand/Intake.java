package io.millhand;

import java.util.Collection;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/// Holds submitters to the capacity of a queue. Touched under the dispatcher's lock only.
///
/// Who makes room wakes one of those that wait for it; one that leaves without having used the room wakes the next.
final class Intake {

    private final Capacity capacity;
    private final Condition room;
    private final QueueLife life;
    private final ReadyTasks ready;
    private final Collection<?> waitingRetry;
    private int blocked;
    private long admittedBeyond;

    /// @param ready tasks that wait for a slot
    /// @param waitingRetry tasks that wait for their next attempt
    Intake(Capacity capacity, Condition room, QueueLife life, ReadyTasks ready, Collection<?> waitingRetry) {
        this.capacity = capacity;
        this.room = room;
        this.life = life;
        this.ready = ready;
        this.waitingRetry = waitingRetry;
    }

    /// Who submits a task.
    enum Submitter {
        ANYBODY,

        /// The reader of results, whose window limits what it submits: it waits for room, however impatient the
        /// capacity is.
        READER,

        /// The reader of streams that are open and hold slots until it reads on: it must not wait for a slot.
        READER_OF_STREAMS,

        /// A task of the queue, which must not wait for itself.
        OWN_TASK
    }

    /// Returns when there is room for a task.
    ///
    /// @throws RejectedExecutionException when there is none in time, or the queue is shut down
    void admit(Task<?> task, Submitter submitter) {
        life.ensureRunning(task);
        if (submitter == Submitter.OWN_TASK || submitter == Submitter.READER_OF_STREAMS) {
            admittedBeyond += isFull() ? 1 : 0;
            return;
        }
        var left = submitter == Submitter.READER ? null : patienceNanos();
        while (isFull()) {
            left = await(task, left);
            life.ensureRunning(task);
        }
    }

    private boolean isFull() {
        return ready.size() + waitingRetry.size() >= capacity.tasks();
    }

    /// Tasks that their own queue had to take beyond its capacity.
    long admittedBeyond() {
        return admittedBeyond;
    }

    int blocked() {
        return blocked;
    }

    /// Where the patience of a submission ends; null for never.
    private @Nullable Long patienceNanos() {
        return capacity.patience().equals(Clocks.FOREVER) ? null : SystemBackend.saturatedNanos(capacity.patience());
    }

    /// Waits for room, or for the end of the queue; or for nothing, now and then, so that the caller looks again.
    ///
    /// @param leftNanos what is left of the patience, null for all the time there is
    /// @return what is left then
    /// @throws RejectedExecutionException when none is left, or at an interrupt, which is kept
    @SuppressWarnings("WaitNotInLoop") // the caller loops
    private @Nullable Long await(Task<?> task, @Nullable Long leftNanos) {
        if (leftNanos != null && leftNanos <= 0) {
            throw full(task, "waited " + capacity.patience().toMillis() + " ms for room", null);
        }
        blocked++;
        try {
            if (leftNanos != null) {
                return room.awaitNanos(leftNanos);
            }
            room.await();
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw full(task, "interrupted while it waited for room", e);
        } finally {
            blocked--;
        }
    }

    private RejectedExecutionException full(Task<?> task, String what, @Nullable Throwable cause) {
        room.signal(); // this one may have been woken for room that it does not use
        return new RejectedExecutionException(
                "task '" + task.name() + "' was rejected: " + capacity.tasks()
                        + " tasks wait, the capacity of the queue; " + what
                        + ". Submit less, raise QueueConfig.capacity, or let it block",
                cause);
    }

    /// A waiting task has left.
    void roomMade() {
        if (blocked > 0) {
            room.signal();
        }
    }

    void wakeAll() {
        room.signalAll();
    }
}
