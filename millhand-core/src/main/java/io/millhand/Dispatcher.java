package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Backend;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The core of a queue: intake, dispatch, clocks, retries, the end.
final class Dispatcher {

    /*
     * Who calls: submitters and cancellers (any thread), workers (their threads), timers (the backend's thread).
     *
     * Who makes a start possible (a task, a slot, a permit, the end of a pause) assigns one attempt before it lets the
     * lock go, delivers it, and looks on until nothing more can start: see deliverAll and dispatch.
     *
     * The lock guards every field below it and the mutable parts of what they hold. Under it nothing
     * runs user code, does I/O, logs, calls a worker or ends a handle: each method decides under the lock and acts
     * after it. What is decided under the lock stands, so that acting late is harmless.
     */
    private static final Verdict BY_SHUTDOWN =
            new Verdict.End(new Outcome.Cancelled<>(CancelReason.SHUTDOWN), Attempt.Ending.CANCELLED);

    private final String queueName;
    private final Backend backend;
    private final Executor callbacks;
    private final Executor decoders;
    private final Chronicle chronicle;
    private final Clockwork clockwork;

    private final ReentrantLock lock = new ReentrantLock();
    private final QueueLife life;

    @GuardedBy("lock")
    private final SlotTable slots = new SlotTable();

    /// Those that are QUEUED.
    @GuardedBy("lock")
    private final ReadyTasks ready;

    @GuardedBy("lock")
    private final Intake intake;

    @GuardedBy("lock")
    private final Set<TaskRun<?>> waitingRetry = new LinkedHashSet<>();

    /// One for each slot in use, whether its task has ended or not.
    @GuardedBy("lock")
    private final Set<AttemptRun> inSlots = new LinkedHashSet<>();

    /// Tasks whose handle has not ended. Incremented under the lock.
    private final AtomicLong unended = new AtomicLong();

    /// Whether there is a slot, and a task, beyond the last assignment. Changed under the lock, looked at without.
    private volatile boolean mayGoOn;

    @GuardedBy("lock")
    private long lastId;

    @GuardedBy("lock")
    private final StartFailures startFailures = new StartFailures();

    Dispatcher(QueueConfig config, Backend backend, Executor callbacks, Executor decoders) {
        this.queueName = config.name();
        this.backend = backend;
        this.callbacks = callbacks;
        this.decoders = decoders;
        this.chronicle = new Chronicle(this, config, callbacks, decoders);
        this.life = new QueueLife(queueName, backend, chronicle, lock);
        this.clockwork = new Clockwork(this, backend, lock);
        this.ready = new ReadyTasks(config.order());
        this.intake = new Intake(config.capacity(), lock.newCondition(), life, ready, waitingRetry);
    }

    QueueLife life() {
        return life;
    }

    Chronicle chronicle() {
        return chronicle;
    }

    String queueName() {
        return queueName;
    }

    Backend backend() {
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

    /// Looks at what waits and at the slots.
    <R> R ask(BiFunction<ReadyTasks, SlotTable, R> question) {
        lock.lock();
        try {
            return question.apply(ready, slots);
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("GuardedBy") // ask holds the lock
    QueueLoad load() {
        return ask((_, _) -> slots.load(ready.size() + waitingRetry.size(), inSlots.size()));
    }

    /// Changes what may start, or where.
    void change(BiConsumer<ReadyTasks, SlotTable> change) {
        lock.lock();
        try {
            change.accept(ready, slots);
        } finally {
            lock.unlock();
        }
        dispatch();
    }

    /// What workers of this kind have.
    @SuppressWarnings({"ReferenceEquality", "GuardedBy"}) // a pool is itself; ask holds the lock
    List<AttemptRun> attemptsOf(PoolHost pool) {
        return ask((_, _) -> inSlots.stream()
                .filter(attempt -> attempt.entry().pool() == pool)
                .toList());
    }

    /// Assigns as long as there is a slot for a task: for changes that may let several begin at once.
    private void dispatch() {
        AttemptRun next;
        do {
            lock.lock();
            try {
                next = assignNext();
            } finally {
                lock.unlock();
            }
            deliver(next);
        } while (next != null);
    }

    <T extends @Nullable Object> TaskHandleImpl<T> submit(Task<T> task, Encoded encoded, Intake.Submitter submitter) {
        TaskRun<T> run;
        AttemptRun next;
        lock.lock();
        try {
            intake.admit(task, submitter);
            run = new TaskRun<>(this, ++lastId, task, encoded);
            unended.incrementAndGet();
            chronicle.counts();
            ready.add(run);
            next = assignNext();
        } finally {
            lock.unlock();
        }
        clockwork.submitted(run);
        chronicle.accepted(run);
        deliverAll(next);
        return run.handle();
    }

    /// Gives the next ready task to a free slot, or answers null. Called by whoever has added one of them.
    @GuardedBy("lock")
    private @Nullable AttemptRun assignNext() {
        mayGoOn = false;
        if (!slots.hasRoom()) {
            return null;
        }
        var choice = ready.next(slots, backend);
        ready.takeAlarms().forEach(clockwork::due);
        if (choice == null) {
            return null;
        }
        mayGoOn = slots.hasRoom() && ready.size() > 0;
        var attempt = choice.run().assignTo(choice);
        inSlots.add(attempt);
        intake.roomMade();
        return attempt;
    }

    /// What starts may have held back what can start in another slot: the next of its series, or of its resource. Who
    /// assigned last looks on, so that everybody who assigns one looks.
    private void deliverAll(@Nullable AttemptRun next) {
        deliver(next);
        if (mayGoOn) {
            dispatch();
        }
    }

    private void deliver(@Nullable AttemptRun attempt) {
        clockwork.setAlarms();
        if (attempt != null) {
            chronicle.loadChanged();
            attempt.entry().deliver(attempt, this::handOver);
        }
    }

    private void handOver(AttemptRun attempt) {
        try {
            attempt.deliver();
        } catch (RuntimeException | Error e) {
            // No thread can be started, say: the worker has not taken the attempt.
            String message = "worker " + attempt.worker().name() + " cannot take an attempt: " + e;
            ended(attempt, new AttemptEnding.StartFailed(new WorkerStartException(message, e)));
        }
    }

    void started(AttemptRun attempt) {
        long now = backend.nanoTime();
        boolean isCurrent;
        AttemptRun next;
        lock.lock();
        try {
            startFailures.forget(attempt.entry().pool());
            attempt.startedAt(now);
            chronicle.countsTaken(attempt);
            next = ready.started(attempt) ? assignNext() : null;
            isCurrent = attempt.run().isCurrent(attempt);
            if (isCurrent) {
                attempt.run().started(now);
            }
        } finally {
            lock.unlock();
        }
        if (isCurrent) {
            clockwork.started(attempt);
            chronicle.started(attempt);
        }
        deliverAll(next);
    }

    void expired(AttemptRun attempt, Expiry.Clock clock) {
        lock.lock();
        try {
            if (!attempt.run().isCurrent(attempt) || !attempt.run().expired(clock)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        attempt.stop(true);
    }

    /// The whole task has had its time.
    void deadline(TaskRun<?> run) {
        AttemptRun attempt;
        lock.lock();
        try {
            attempt = run.current();
            if (run.state() == TaskRun.State.ENDED) {
                return;
            }
            if (attempt == null) {
                leaveWaiting(run, Reckoning.Fate.FINISHED);
            } else {
                run.expired(Expiry.Clock.DEADLINE);
            }
        } finally {
            lock.unlock();
        }
        if (attempt == null) {
            endWaiting(run, run.missedDeadline(backend.nanoTime()));
        } else {
            attempt.stop(true);
        }
    }

    void ended(AttemptRun attempt, AttemptEnding ending) {
        var run = attempt.run();
        var pool = attempt.entry().pool();
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
            attempt.over();
            ready.ended(attempt, attempt.verdictForPermit(ending), now);
            if (run.isCurrent(attempt)) {
                verdict = run.ended(ending, now);
                switch (verdict) {
                    case Verdict.End _ -> {}
                    case Verdict.Retry _ -> waitingRetry.add(run);
                    case Verdict.Requeue() -> ready.reenter(run);
                }
                verdict = withdrawUnserved(run) ? BY_SHUTDOWN : verdict;
            } else {
                run.recordCancelled(attempt, now);
            }
            chronicle.countsLeft(attempt, verdict, now);
            if (ending instanceof AttemptEnding.StartFailed(var failure)) {
                pause = startFailures.count(attempt.entry(), failure);
                unservable = pause == null
                        ? withdrawReady(slots.servedByNoneBeside(pool), Reckoning.Fate.FINISHED)
                        : unservable;
            }
            slots.giveBack(attempt.entry(), pause != null);
            next = assignNext();
        } finally {
            lock.unlock();
        }
        try {
            deliverAll(next); // first, so that the worker is not idle while the end is told
            chronicle.left(attempt, now);
            act(run, verdict);
            if (pause != null) {
                clockwork.paused(pause);
            }
            if (ending instanceof AttemptEnding.StartFailed(var cause) && !unservable.isEmpty()) {
                var inVain = StartFailures.inVain(cause);
                unservable.forEach(each -> end(each, new Outcome.Failed<>(inVain), Attempt.Ending.FAILED));
            }
        } finally {
            pool.left();
            closeIfDone();
        }
    }

    /// A slot that was kept from use after a failed start serves again.
    @SuppressWarnings("GuardedBy") // change holds the lock
    void pauseOver(StartFailures.Pause pause) {
        change((_, _) -> {
            if (startFailures.over(pause)) { // else the queue has closed meanwhile
                slots.pauseOver(pause.entry());
            }
        });
    }

    private void act(TaskRun<?> run, @Nullable Verdict verdict) {
        switch (verdict) {
            case Verdict.End(var content, var ending) -> end(run, content, ending);
            case Verdict.Retry again -> retry(run, again);
            case Verdict.Requeue() -> {}
            case null -> {}
        }
    }

    private void retry(TaskRun<?> run, Verdict.Retry again) {
        long delayNanos = again.delayNanos(backend);
        if (again.isTooLong(delayNanos)) {
            outOfBudget(run);
        } else {
            chronicle.retries(run, again.ended(), delayNanos);
            clockwork.backsOff(run, again, delayNanos);
        }
    }

    /// No attempt may begin any more: a task that waits for one ends as its last one did.
    void outOfBudget(TaskRun<?> run) {
        Verdict.End last;
        lock.lock();
        try {
            last = run.outOfBudget();
            if (last == null) {
                return;
            }
            leaveWaiting(run, Reckoning.Fate.FINISHED);
        } finally {
            lock.unlock();
        }
        endWaiting(run, last);
    }

    private void endWaiting(TaskRun<?> run, Verdict.End last) {
        act(run, last);
        dispatch(); // it may have stood before one that can start
        closeIfDone();
    }

    void backoffOver(TaskRun<?> run) {
        AttemptRun next;
        lock.lock();
        try {
            if (!waitingRetry.remove(run)) {
                return; // cancelled meanwhile
            }
            run.backoffOver();
            ready.reenter(run);
            next = assignNext();
        } finally {
            lock.unlock();
        }
        deliverAll(next);
    }

    boolean cancel(TaskRun<?> run, boolean mayInterruptIfRunning, CancelReason reason) {
        boolean cancelled = cancelAlone(run, mayInterruptIfRunning, reason);
        dispatch(); // it may have stood before one that can start
        return cancelled;
    }

    private boolean cancelAlone(TaskRun<?> run, boolean mayInterruptIfRunning, CancelReason reason) {
        AttemptRun attempt;
        lock.lock();
        try {
            if (run.state() == TaskRun.State.ENDED) {
                return false;
            }
            attempt = run.current();
            leaveWaiting(run, Reckoning.Fate.of(reason));
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

    /// Any state -> ENDED
    @GuardedBy("lock")
    private void leaveWaiting(TaskRun<?> run, Reckoning.Fate fate) {
        if (run.state() == TaskRun.State.QUEUED) {
            ready.remove(run);
        }
        waitingRetry.remove(run);
        run.withdraw(fate);
        intake.roomMade();
    }

    /// Cancels the tasks that match and have not ended.
    ///
    /// @param which asked without the lock
    @SuppressWarnings("GuardedBy") // ask holds the lock
    int cancelIf(Predicate<? super Task<?>> which, boolean mayInterruptIfRunning, CancelReason reason) {
        List<TaskRun<?>> found = ask((_, _) -> accepted());
        int before = found.size();
        try {
            found.removeIf(run -> which.test(run.task()) && cancelAlone(run, mayInterruptIfRunning, reason));
        } finally {
            dispatch(); // also for those before the one at which the user's predicate threw
        }
        return before - found.size();
    }

    /// Those that have not ended, and some that have while their attempt goes on.
    @GuardedBy("lock")
    private List<TaskRun<?>> accepted() {
        var all = new ArrayList<TaskRun<?>>();
        ready.forEach(all::add);
        all.addAll(waitingRetry);
        inSlots.forEach(attempt -> all.add(attempt.run()));
        return all;
    }

    /// Ends the handle of a task that has just become ENDED.
    private void end(TaskRun<?> run, Object content, Attempt.Ending ending) {
        chronicle.ended(run, content, ending);
        try {
            run.handle().end(content);
        } finally {
            unended.decrementAndGet(); // not before: who sees the queue terminated sees every handle ended
        }
    }

    @GuardedBy("lock")
    private List<TaskRun<?>> withdrawReady(Predicate<TaskRun<?>> which, Reckoning.Fate fate) {
        var drained = ready.drain(which);
        drained.forEach(run -> run.withdraw(fate));
        intake.wakeAll();
        return drained;
    }

    @SuppressWarnings("GuardedBy") // ask holds the lock
    QueueSnapshot snapshot(int leftBehind) {
        long now = backend.nanoTime();
        return ask((_, _) -> new QueueSnapshot(
                ready.reasons(slots, waitingRetry.size()),
                inSlots.stream().map(attempt -> attempt.snapshot(now)).toList(),
                slots.snapshot(),
                intake.blocked(),
                intake.admittedBeyond(),
                leftBehind));
    }

    void shutdown() {
        lock.lock();
        try {
            admitNoMore(); // and assign nothing before what nobody serves is out of the way
        } finally {
            lock.unlock();
        }
        endUnserved();
    }

    /// Whom a shutdown would wait for in vain ends, instead. Called when that may have changed.
    void endUnserved() {
        if (!life.isShutdown()) {
            return;
        }
        var unserved = new ArrayList<TaskRun<?>>();
        lock.lock();
        try {
            for (var run : accepted()) {
                if (withdrawUnserved(run)) {
                    unserved.add(run);
                }
            }
        } finally {
            lock.unlock();
        }
        unserved.forEach(run -> act(run, BY_SHUTDOWN));
        dispatch();
        closeIfDone();
    }

    /// After the shutdown: a task that waits ends where no worker offers what it requires.
    @GuardedBy("lock")
    private boolean withdrawUnserved(TaskRun<?> run) {
        boolean waits = life.isShutdown() && run.state() != TaskRun.State.ENDED && run.current() == null;
        if (!waits || slots.isServed(run.needs())) {
            return false;
        }
        leaveWaiting(run, Reckoning.Fate.CANCELLED);
        return true;
    }

    @GuardedBy("lock")
    private void admitNoMore() {
        if (life.shutDown()) {
            intake.wakeAll(); // they are rejected
            ready.resumeForGood();
        }
    }

    /// Shuts down, ends every task as cancelled and kills what runs.
    ///
    /// @return the tasks that were never given to a worker, in order
    List<Task<?>> shutdownNow() {
        List<TaskRun<?>> queued;
        List<TaskRun<?>> others;
        List<AttemptRun> running;
        lock.lock();
        try {
            admitNoMore(); // and assign nothing of what was paused
            queued = withdrawReady(_ -> true, Reckoning.Fate.CANCELLED);
            others = new ArrayList<>(waitingRetry);
            running = List.copyOf(inSlots);
        } finally {
            lock.unlock();
        }
        queued.forEach(run -> act(run, BY_SHUTDOWN));
        others.forEach(run -> cancelAlone(run, true, CancelReason.SHUTDOWN));
        for (var attempt : running) {
            // A task that was cancelled before and left alone is over, but its attempt is not.
            if (!cancelAlone(attempt.run(), true, CancelReason.SHUTDOWN)) {
                attempt.stop(true);
            }
        }
        closeIfDone();
        return queued.stream()
                .filter(run -> run.attempts().isEmpty())
                .<Task<?>>map(TaskRun::task)
                .toList();
    }

    private void closeIfDone() {
        if (!life.awaitsTheLastTask()) {
            return;
        }
        lock.lock();
        try {
            if (!life.awaitsTheLastTask() || unended.get() > 0 || !inSlots.isEmpty()) {
                return;
            }
            life.closing();
            startFailures.clear();
            ready.clearAlarms();
        } finally {
            lock.unlock();
        }
        life.close();
    }
}
