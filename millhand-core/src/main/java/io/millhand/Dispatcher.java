package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Backend;
import io.millhand.spi.Payload;
import io.millhand.spi.Worker;
import io.millhand.spi.WorkerHost;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The core of a queue: intake, dispatch, clocks, retries, the end.
final class Dispatcher implements WorkerHost {

    /*
     * Who calls: submitters and cancellers (any thread), workers (their threads), timers (the backend's thread).
     *
     * Lifecycle: RUNNING -> SHUTDOWN (no more admitted) -> CLOSING (no task left; the workers are released) ->
     * TERMINATED
     *
     * Whenever the lock is free, no task is ready or no slot is free: who adds one of them assigns before it lets go.
     *
     * The lock guards every field below it and the mutable part of TaskRun, AttemptRun and SlotTable. Under it nothing
     * runs user code, does I/O, logs, calls a worker or ends a handle: each method decides under the lock and acts
     * after it. What is decided under the lock stands, so that acting late is harmless.
     */
    private enum Lifecycle {
        RUNNING,
        SHUTDOWN,
        CLOSING,
        TERMINATED
    }

    private final String queueName;
    private final Backend backend;
    private final Executor callbacks;
    private final Executor decoders;
    private final EventHub events;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition terminated = lock.newCondition();

    /// Changed under the lock, read by anybody.
    private volatile Lifecycle lifecycle = Lifecycle.RUNNING;

    @GuardedBy("lock")
    private final SlotTable slots = new SlotTable();

    /// Those that are QUEUED, in order; and ENDED ones that were cancelled here and are skipped when met.
    @GuardedBy("lock")
    private final ArrayDeque<TaskRun<?>> ready = new ArrayDeque<>();

    @GuardedBy("lock")
    private int withdrawnInReady;

    @GuardedBy("lock")
    private final Set<TaskRun<?>> waitingRetry = new HashSet<>();

    /// One for each slot in use, whether its task has ended or not.
    @GuardedBy("lock")
    private final Set<AttemptRun> inSlots = new HashSet<>();

    /// Tasks whose handle has not ended. Incremented under the lock.
    private final AtomicLong unended = new AtomicLong();

    @GuardedBy("lock")
    private long lastId;

    @GuardedBy("lock")
    private final StartFailures startFailures = new StartFailures();

    /// Set once, before the first task.
    private @Nullable Runnable closeWorkers;

    Dispatcher(String queueName, Backend backend, Executor callbacks, Executor decoders, EventHub events) {
        this.queueName = queueName;
        this.backend = backend;
        this.callbacks = callbacks;
        this.decoders = decoders;
        this.events = events;
    }

    void onClose(Runnable closeWorkers) {
        this.closeWorkers = closeWorkers;
    }

    @Override
    public String queueName() {
        return queueName;
    }

    @Override
    public Backend backend() {
        return backend;
    }

    Executor callbacks() {
        return callbacks;
    }

    /// Where an answer is decoded that its reader cannot wait for without limit: never the user's threads.
    Executor decoders() {
        return decoders;
    }

    boolean holdsLock() {
        return lock.isHeldByCurrentThread();
    }

    /// How many attempts can run at a time.
    int slots() {
        lock.lock();
        try {
            return slots.total();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void offer(Worker worker) {
        AttemptRun next;
        lock.lock();
        try {
            slots.add(worker);
            next = assignNext();
        } finally {
            lock.unlock();
        }
        // The one place where several slots become free at once.
        while (next != null) {
            deliver(next);
            lock.lock();
            try {
                next = assignNext();
            } finally {
                lock.unlock();
            }
        }
    }

    <T extends @Nullable Object> TaskHandleImpl<T> submit(Task<T> task, @Nullable Payload payload) {
        TaskRun<T> run;
        AttemptRun next;
        lock.lock();
        try {
            ensureRunning(task);
            run = new TaskRun<>(this, ++lastId, task, payload);
            unended.incrementAndGet();
            ready.addLast(run);
            next = assignNext();
        } finally {
            lock.unlock();
        }
        run.publishQueued(events);
        deliver(next);
        return run.handle();
    }

    /// Also without the lock, where encoding a task would be in vain.
    void ensureRunning(Task<?> task) {
        if (lifecycle != Lifecycle.RUNNING) {
            throw new RejectedExecutionException(
                    "task '" + task.name() + "' was rejected: the queue '" + queueName + "' is shut down");
        }
    }

    /// Gives the first ready task to a free slot, or answers null. Called by whoever has added one of them.
    @GuardedBy("lock")
    private @Nullable AttemptRun assignNext() {
        while (slots.hasRoom()) {
            var run = ready.pollFirst();
            if (run == null) {
                return null;
            }
            if (run.state() == TaskRun.State.QUEUED) {
                var attempt = run.assignTo(slots.take());
                inSlots.add(attempt);
                return attempt;
            }
            withdrawnInReady--;
        }
        return null;
    }

    private void deliver(@Nullable AttemptRun attempt) {
        if (attempt == null) {
            return;
        }
        try {
            attempt.deliver();
        } catch (RuntimeException | Error e) {
            // No thread can be started, say: the worker has not taken the attempt.
            String message = "worker " + attempt.worker().name() + " cannot take an attempt: " + e;
            ended(attempt, new AttemptEnding.StartFailed(new WorkerStartException(message, e)));
        }
    }

    @Override
    public void started(Assignment assignment) {
        var attempt = (AttemptRun) assignment;
        var run = attempt.run();
        long now = backend.nanoTime();
        lock.lock();
        try {
            startFailures.forget();
            attempt.startedAt(now);
            if (!run.isCurrent(attempt)) {
                return;
            }
            run.started();
        } finally {
            lock.unlock();
        }
        if (run.task().hasTimeout()) {
            startTimeout(attempt);
        }
        run.publish(
                events,
                () -> new TaskEvent.Started(
                        run.id(),
                        run.task().name(),
                        attempt.attempt(),
                        attempt.worker().name()));
    }

    private void startTimeout(AttemptRun attempt) {
        long limitNanos = SystemBackend.saturatedNanos(attempt.run().task().timeout());
        var timer = backend.schedule(limitNanos, () -> expired(attempt));
        lock.lock();
        try {
            attempt.timer(timer);
            if (!inSlots.contains(attempt)) {
                attempt.cancelTimer(); // it ended meanwhile
            }
        } finally {
            lock.unlock();
        }
    }

    private void expired(AttemptRun attempt) {
        if (attempt.worker().holdsClock(attempt)) {
            startTimeout(attempt); // from the beginning, since nobody knows how long it was held
            return;
        }
        lock.lock();
        try {
            if (!attempt.run().isCurrent(attempt)) {
                return;
            }
            attempt.run().expired();
        } finally {
            lock.unlock();
        }
        attempt.stop(true);
    }

    @Override
    public void ended(Assignment assignment, AttemptEnding ending) {
        var attempt = (AttemptRun) assignment;
        var run = attempt.run();
        long now = backend.nanoTime();
        Verdict verdict = null;
        AttemptRun next;
        StartFailures.Pause pause = null;
        List<TaskRun<?>> unservable = List.of();
        lock.lock();
        try {
            if (!inSlots.remove(attempt)) {
                return; // reported before
            }
            attempt.cancelTimer();
            if (run.isCurrent(attempt)) {
                verdict = run.ended(ending, now);
                switch (verdict) {
                    case Verdict.End _ -> {}
                    case Verdict.Retry _ -> waitingRetry.add(run);
                    case Verdict.Requeue() -> ready.addFirst(run);
                }
            } else {
                run.recordCancelled(attempt, now);
            }
            if (ending instanceof AttemptEnding.StartFailed(var failure)) {
                pause = startFailures.count(attempt.entry(), failure);
                unservable = pause == null ? drainReady() : unservable;
            }
            if (pause == null) {
                slots.giveBack(attempt.entry());
            }
            next = assignNext();
        } finally {
            lock.unlock();
        }
        deliver(next); // first, so that the worker is not idle while the end is told
        act(run, verdict);
        if (pause != null) {
            pause(pause);
        }
        if (ending instanceof AttemptEnding.StartFailed(var cause) && !unservable.isEmpty()) {
            var inVain = StartFailures.inVain(cause);
            unservable.forEach(each -> end(each, new Outcome.Failed<>(inVain), Attempt.Ending.FAILED));
        }
        closeIfDone();
    }

    /// Keeps the slot of a failed start from use for a while; other slots serve meanwhile.
    private void pause(StartFailures.Pause pause) {
        var timer = backend.schedule(pause.nanos(), () -> pauseOver(pause));
        lock.lock();
        try {
            startFailures.timer(pause, timer);
        } finally {
            lock.unlock();
        }
    }

    private void pauseOver(StartFailures.Pause pause) {
        AttemptRun next;
        lock.lock();
        try {
            if (!startFailures.over(pause)) {
                return; // the queue has closed meanwhile
            }
            slots.giveBack(pause.entry());
            next = assignNext();
        } finally {
            lock.unlock();
        }
        deliver(next);
    }

    private void act(TaskRun<?> run, @Nullable Verdict verdict) {
        switch (verdict) {
            case Verdict.End(var content, var ending) -> end(run, content, ending);
            case Verdict.Retry(var ended, var ceilingNanos) -> retry(run, ended, ceilingNanos);
            case Verdict.Requeue() -> {}
            case null -> {}
        }
    }

    private void retry(TaskRun<?> run, Attempt ended, long ceilingNanos) {
        long delayNanos = ceilingNanos == 0 ? 0 : backend.random(ceilingNanos);
        run.publish(
                events, () -> new TaskEvent.Retrying(run.id(), run.task().name(), ended, Duration.ofNanos(delayNanos)));
        var timer = backend.schedule(delayNanos, () -> backoffOver(run));
        lock.lock();
        try {
            run.backoff(ended, timer);
        } finally {
            lock.unlock();
        }
    }

    private void backoffOver(TaskRun<?> run) {
        AttemptRun next;
        lock.lock();
        try {
            if (!waitingRetry.remove(run)) {
                return; // cancelled meanwhile
            }
            run.backoffOver();
            ready.addLast(run);
            next = assignNext();
        } finally {
            lock.unlock();
        }
        deliver(next);
    }

    boolean cancel(TaskRun<?> run, boolean mayInterruptIfRunning, CancelReason reason) {
        AttemptRun attempt;
        lock.lock();
        try {
            if (run.state() == TaskRun.State.ENDED) {
                return false;
            }
            attempt = run.current();
            waitingRetry.remove(run);
            if (run.state() == TaskRun.State.QUEUED) {
                forget(run);
            } else {
                run.withdraw();
            }
        } finally {
            lock.unlock();
        }
        end(run, new Outcome.Cancelled<>(reason), Attempt.Ending.CANCELLED);
        if (attempt != null) {
            attempt.stop(mayInterruptIfRunning);
        }
        closeIfDone();
        return true;
    }

    /// Leaves the withdrawn task in the queue, where it is skipped when met; but not as many of them as of the others.
    @GuardedBy("lock")
    private void forget(TaskRun<?> queued) {
        queued.withdraw();
        if (++withdrawnInReady > ready.size() / 2) {
            ready.removeIf(run -> run.state() == TaskRun.State.ENDED);
            withdrawnInReady = 0;
        }
    }

    /// Ends the handle of a task that has just become ENDED.
    private void end(TaskRun<?> run, Object content, Attempt.Ending ending) {
        run.publish(
                events,
                () -> new TaskEvent.Ended(
                        run.id(), run.task().name(), run.attempts().size(), ending));
        try {
            run.handle().end(content);
        } finally {
            unended.decrementAndGet(); // not before: who sees the queue terminated sees every handle ended
        }
    }

    @GuardedBy("lock")
    private List<TaskRun<?>> drainReady() {
        var drained = new ArrayList<TaskRun<?>>();
        for (var run : ready) {
            if (run.state() == TaskRun.State.QUEUED) {
                run.withdraw();
                drained.add(run);
            }
        }
        ready.clear();
        withdrawnInReady = 0;
        return drained;
    }

    List<Attempt> attemptsOf(TaskRun<?> run) {
        lock.lock();
        try {
            return run.attemptsSoFar();
        } finally {
            lock.unlock();
        }
    }

    void shutdown() {
        lock.lock();
        try {
            if (lifecycle == Lifecycle.RUNNING) {
                lifecycle = Lifecycle.SHUTDOWN;
            }
        } finally {
            lock.unlock();
        }
        closeIfDone();
    }

    /// Shuts down, ends every task as cancelled and kills what runs.
    ///
    /// @return the tasks that were never given to a worker, in order
    List<Task<?>> shutdownNow() {
        List<TaskRun<?>> queued;
        Collection<TaskRun<?>> others;
        List<AttemptRun> running;
        shutdown();
        lock.lock();
        try {
            queued = drainReady();
            others = new ArrayList<>(waitingRetry);
            running = List.copyOf(inSlots);
        } finally {
            lock.unlock();
        }
        queued.forEach(run -> end(run, new Outcome.Cancelled<>(CancelReason.SHUTDOWN), Attempt.Ending.CANCELLED));
        others.forEach(run -> cancel(run, true, CancelReason.SHUTDOWN));
        for (var attempt : running) {
            // A task that was cancelled before and left alone is over, but its attempt is not.
            if (!cancel(attempt.run(), true, CancelReason.SHUTDOWN)) {
                attempt.stop(true);
            }
        }
        closeIfDone();
        var tasks = new ArrayList<Task<?>>();
        for (var run : queued) {
            if (run.attempts().isEmpty()) {
                tasks.add(run.task());
            }
        }
        return tasks;
    }

    private void closeIfDone() {
        if (lifecycle != Lifecycle.SHUTDOWN) {
            return; // whoever shuts down comes here, too, and sees what was counted before this look
        }
        lock.lock();
        try {
            if (lifecycle != Lifecycle.SHUTDOWN || unended.get() > 0 || !inSlots.isEmpty()) {
                return;
            }
            lifecycle = Lifecycle.CLOSING;
            startFailures.clear();
        } finally {
            lock.unlock();
        }
        try {
            backend.start("millhand-" + queueName + "-closer", this::releaseWorkers);
        } catch (RuntimeException | Error _) {
            releaseWorkers(); // no thread can be had: then this one waits
        }
    }

    private void releaseWorkers() {
        try {
            if (closeWorkers != null) {
                closeWorkers.run();
            }
        } finally {
            lock.lock();
            try {
                lifecycle = Lifecycle.TERMINATED;
                terminated.signalAll();
            } finally {
                lock.unlock();
            }
            events.close();
        }
    }

    boolean isShutdown() {
        return lifecycle != Lifecycle.RUNNING;
    }

    boolean isTerminated() {
        return lifecycle == Lifecycle.TERMINATED;
    }

    boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long left = unit.toNanos(timeout);
        lock.lockInterruptibly();
        try {
            while (lifecycle != Lifecycle.TERMINATED) {
                if (left <= 0) {
                    return false;
                }
                left = terminated.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
