package io.millhand;

import io.millhand.spi.Backend;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Sets the timers of a queue: clocks of tasks and attempts, waits, pauses, alarms. What happens when one rings, the
/// dispatcher decides.
final class Clockwork {

    private final Dispatcher dispatcher;
    private final Backend backend;

    /// The dispatcher's.
    private final ReentrantLock lock;

    /// Alarms that wait for the lock to be let go.
    private final Queue<Resource.Alarm> due = new ConcurrentLinkedQueue<>();

    Clockwork(Dispatcher dispatcher, Backend backend, ReentrantLock lock) {
        this.dispatcher = dispatcher;
        this.backend = backend;
        this.lock = lock;
    }

    /// Called without the lock, after the task was accepted.
    void submitted(TaskRun<?> run) {
        var deadline = run.task().clocks().deadline();
        if (!deadline.equals(Clocks.FOREVER)) {
            long nanos = SystemBackend.saturatedNanos(deadline);
            var timer = backend.schedule(nanos, () -> ring(run));
            lock.lock();
            try {
                run.deadline(timer);
            } finally {
                lock.unlock();
            }
        }
    }

    /// Called without the lock, after a worker took the attempt.
    void started(AttemptRun attempt) {
        start(attempt, Expiry.Clock.TIMEOUT);
        start(attempt, Expiry.Clock.NO_PROGRESS);
    }

    private void start(AttemptRun attempt, Expiry.Clock clock) {
        var limit = attempt.run().task().clocks().limit(clock);
        if (!limit.equals(Clocks.FOREVER)) {
            schedule(attempt, clock, SystemBackend.saturatedNanos(limit));
        }
    }

    private void schedule(AttemptRun attempt, Expiry.Clock clock, long nanos) {
        var timer = backend.schedule(nanos, () -> ring(attempt, clock));
        lock.lock();
        try {
            attempt.timer(clock, timer);
        } finally {
            lock.unlock();
        }
    }

    /// A silence may have been broken meanwhile: its clock starts anew with each sign of life, but its timer does
    /// not.
    private void ring(AttemptRun attempt, Expiry.Clock clock) {
        if (clock == Expiry.Clock.NO_PROGRESS) {
            long limit =
                    SystemBackend.saturatedNanos(attempt.run().task().clocks().noProgress());
            long left = limit - attempt.silence(backend.nanoTime()).toNanos();
            if (left <= 0 && attempt.waitsForOthers()) {
                attempt.alive(backend.nanoTime());
                left = limit;
            }
            if (left > 0) {
                schedule(attempt, clock, left);
                return;
            }
        }
        if (isHeld(attempt)) {
            start(attempt, clock);
        } else {
            dispatcher.expired(attempt, clock);
        }
    }

    private void ring(TaskRun<?> run) {
        if (isHeld(currentOf(run))) {
            submitted(run);
        } else {
            dispatcher.deadline(run);
        }
    }

    /// Somebody has stopped it in a debugger. Its clock starts from the beginning, since nobody knows how long it was
    /// held. May read files.
    private static boolean isHeld(@Nullable AttemptRun attempt) {
        return attempt != null && attempt.worker().holdsClock(attempt);
    }

    private @Nullable AttemptRun currentOf(TaskRun<?> run) {
        lock.lock();
        try {
            return run.current();
        } finally {
            lock.unlock();
        }
    }

    /// Called without the lock: a slot pauses after a failed start, other slots serve meanwhile.
    void paused(StartFailures.Pause pause) {
        var timer = backend.schedule(pause.nanos(), () -> dispatcher.pauseOver(pause));
        lock.lock();
        try {
            pause.timer(timer);
        } finally {
            lock.unlock();
        }
    }

    /// Called without the lock: a task waits for its next attempt.
    void backsOff(TaskRun<?> run, Verdict.Retry again, long delayNanos) {
        var ended = again.ended();
        if (again.leftNanos() < Long.MAX_VALUE) {
            limit(run, again.leftNanos());
        }
        var timer = backend.schedule(delayNanos, () -> dispatcher.backoffOver(run));
        lock.lock();
        try {
            run.backoff(ended, timer);
        } finally {
            lock.unlock();
        }
    }

    /// The time in which attempts of a task may begin is set once: it does not begin anew with each of them.
    private void limit(TaskRun<?> run, long leftNanos) {
        var timer = backend.schedule(leftNanos, () -> dispatcher.outOfBudget(run));
        lock.lock();
        try {
            run.budget(timer);
        } finally {
            lock.unlock();
        }
    }

    /// Called under the lock: a resource has permits again at a time. Whoever lets the lock go sets it.
    void due(Resource.Alarm alarm) {
        due.add(alarm);
    }

    /// Called without the lock.
    void setAlarms() {
        for (var alarm = due.poll(); alarm != null; alarm = due.poll()) {
            set(alarm);
        }
    }

    private void set(Resource.Alarm alarm) {
        long delayNanos = Math.max(0, alarm.at() - backend.nanoTime());
        var timer = backend.schedule(delayNanos, () -> dispatcher.change((ready, _) -> ready.ring(alarm)));
        lock.lock();
        try {
            alarm.timer(timer);
        } finally {
            lock.unlock();
        }
    }
}
