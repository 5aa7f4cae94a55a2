package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Backend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One submitted task on its way to its outcome: the state machine.
final class TaskRun<T extends @Nullable Object> {

    /*
     *                 +-- taken back, or the worker could not start: not counted --+
     *                 v                                                            |
     *   submit --> QUEUED ---------------> ASSIGNED -------------------------------+
     *                 ^                       | the worker took it
     *                 | backoff over          v
     *           WAITING_RETRY <----------- RUNNING --- a clock ran out ---> STOPPING
     *                 ^                       |                                |
     *                 |                       |  the worker confirms the end   |
     *                 +--- policy says so ----+--------------------------------+
     *                                         v
     *   any state --- cancelled ------------> ENDED
     *
     * A deadline ends a task at once that is QUEUED or in WAITING_RETRY, and stops one that is ASSIGNED.
     *
     * Every transition happens under the dispatcher's lock, in this class. Reports of an attempt that is not the
     * current one are dropped by the dispatcher before they come here: that is how exactly one outcome survives every
     * race. A verdict once taken stands: after STOPPING the task has timed out, whatever the worker still answers.
     */
    enum State {
        QUEUED,
        ASSIGNED,
        RUNNING,
        STOPPING,
        WAITING_RETRY,
        ENDED
    }

    private final Dispatcher dispatcher;
    private final long id;
    private final Task<T> task;
    private final TaskHandleImpl<T> handle = new TaskHandleImpl<>(this);

    private final long submittedNanos;

    /// When it could start: since it was accepted, or since its backoff. Under the lock.
    private long readyNanos;

    // The rest is touched under the dispatcher's lock only.

    /// Of a task that never started. A niceness is a tag, too, where the order is strict.
    static final long NO_TAG = Long.MIN_VALUE;

    // Its neighbours in the flow in which it waits. They are the flow's, as is the tag with which it started first.
    @Nullable
    TaskRun<?> previous;

    @Nullable
    TaskRun<?> next;

    @Nullable
    Flow flow;

    long startTag = NO_TAG;

    private State state = State.QUEUED;

    /// The one that ran out, in STOPPING.
    private Expiry.@Nullable Clock expired;

    private Backend.@Nullable Timer deadline;

    private final Needs needs;

    /// Forgotten at the end.
    private Encoded encoded;

    private @Nullable AttemptRun current;

    /// Ends WAITING_RETRY.
    private Backend.@Nullable Timer backoff;

    /// Ends a task whose retries have used up their time.
    private Backend.@Nullable Timer budget;

    /// Of the first attempt.
    private long firstStartNanos;

    private boolean hasBegun;

    /// As what it ends where no other attempt may begin; null where that is not limited.
    private Verdict.@Nullable End lastEnd;

    private int crashes;

    /// Those among the attempts that were killed because their workers were detached.
    private int detachedAttempts;

    /// For which the current attempt is being killed, in STOPPING.
    private @Nullable Detachment detachment;

    /// What the end of its last attempt says of a task that a shutdown found and that was cancelled under it.
    private Reckoning.@Nullable Fate fate;

    /// Those that reached user code and have ended.
    private List<Attempt> attempts = List.of();

    // What was published is guarded by the monitor: subscribers get the events of a task in order.

    @GuardedBy("this")
    private boolean publishedQueued;

    @GuardedBy("this")
    private boolean publishedEnd;

    TaskRun(Dispatcher dispatcher, long id, Task<T> task, Encoded encoded) {
        this.dispatcher = dispatcher;
        this.submittedNanos = dispatcher.backend().nanoTime();
        this.readyNanos = submittedNanos;
        this.id = id;
        this.task = task;
        this.encoded = encoded;
        this.needs = encoded.needs().and(task.placement().requires());
    }

    long id() {
        return id;
    }

    Task<T> task() {
        return task;
    }

    long readyNanos() {
        return readyNanos;
    }

    long nanoTime() {
        return dispatcher.backend().nanoTime();
    }

    Placement placement() {
        return task.placement();
    }

    Needs needs() {
        return needs;
    }

    TaskHandleImpl<T> handle() {
        return handle;
    }

    Executor callbacks() {
        return dispatcher.callbacks();
    }

    Executor decoders() {
        return dispatcher.decoders();
    }

    boolean cancel(boolean mayInterruptIfRunning, CancelReason reason) {
        return dispatcher.cancel(this, mayInterruptIfRunning, reason);
    }

    String explain() {
        long now = dispatcher.backend().nanoTime();
        return dispatcher.ask((ready, slots) -> Explanation.of(this, ready, slots, now));
    }

    List<Attempt> attempts() {
        return dispatcher.ask((_, _) -> attemptsSoFar());
    }

    State state() {
        assert dispatcher.holdsLock();
        return state;
    }

    boolean isCurrent(AttemptRun attempt) {
        assert dispatcher.holdsLock();
        return current == attempt;
    }

    @Nullable
    AttemptRun current() {
        assert dispatcher.holdsLock();
        return current;
    }

    List<Attempt> attemptsSoFar() {
        assert dispatcher.holdsLock();
        return List.copyOf(attempts);
    }

    /// QUEUED -> ASSIGNED
    AttemptRun assignTo(ReadyTasks.Choice choice) {
        move(State.QUEUED, State.ASSIGNED);
        var payload = encoded.understoodBy(choice.entry().pool());
        current = new AttemptRun(this, attempts.size() + 1, choice, payload);
        choice.entry().assigned(current);
        return current;
    }

    /// ASSIGNED -> RUNNING; but a deadline that came before the start stands.
    void started(long nowNanos) {
        begins(nowNanos);
        if (state != State.STOPPING) {
            move(State.ASSIGNED, State.RUNNING);
        }
    }

    /// ASSIGNED, RUNNING or STOPPING -> STOPPING; a deadline outranks the clocks of the attempt, since nothing
    /// comes after it.
    ///
    /// @return whether the attempt is to be stopped for it
    boolean expired(Expiry.Clock clock) {
        assert dispatcher.holdsLock();
        boolean first = state != State.STOPPING;
        if (first || clock == Expiry.Clock.DEADLINE) {
            expired = clock;
            detachment = null;
        }
        if (expired == Expiry.Clock.NO_PROGRESS && current != null) {
            current.silenced();
        }
        state = State.STOPPING;
        return first;
    }

    /// ASSIGNED or RUNNING -> STOPPING: its workers are detached. What has stopped it before stands.
    void detached(AttemptRun attempt, Detachment detachment) {
        if (isCurrent(attempt) && state != State.STOPPING) {
            state = State.STOPPING;
            this.detachment = detachment;
        }
    }

    void deadline(Backend.Timer timer) {
        if (state == State.ENDED) {
            timer.cancel();
        } else {
            deadline = timer;
        }
    }

    Duration age(long nowNanos) {
        return Duration.ofNanos(nowNanos - submittedNanos);
    }

    /// What is told of a deadline that found the task without an attempt.
    Verdict.End missedDeadline(long nowNanos) {
        var expiry = new Expiry(Expiry.Clock.DEADLINE, task.clocks().deadline(), age(nowNanos), "", false);
        return new Verdict.End(new Outcome.TimedOut<>(expiry), Attempt.Ending.TIMED_OUT);
    }

    /// Remembers the timer of the wait after an attempt, or calls it off where that wait is over.
    void backoff(Attempt after, Backend.Timer timer) {
        if (state == State.WAITING_RETRY && attempts.getLast().number() == after.number()) {
            backoff = timer;
        } else {
            timer.cancel();
        }
    }

    private void begins(long nowNanos) {
        firstStartNanos = hasBegun ? firstStartNanos : nowNanos;
        hasBegun = true;
    }

    /// What is left of the time in which attempts may begin.
    private long budgetLeft(long nowNanos) {
        var within = task.retry().within();
        return within.equals(Clocks.FOREVER)
                ? Long.MAX_VALUE
                : SystemBackend.saturatedNanos(within) - (nowNanos - firstStartNanos);
    }

    /// Remembers the timer of the budget, which is set once.
    void budget(Backend.Timer timer) {
        if (state == State.ENDED || budget != null) {
            timer.cancel();
        } else {
            budget = timer;
        }
    }

    /// As what a task ends that waits while no other attempt may begin; null where one is under way, or it has ended.
    Verdict.@Nullable End outOfBudget() {
        assert dispatcher.holdsLock();
        return current == null ? lastEnd : null;
    }

    /// WAITING_RETRY -> QUEUED
    void backoffOver() {
        move(State.WAITING_RETRY, State.QUEUED);
        readyNanos = nanoTime();
        backoff = null;
    }

    /// Any state -> ENDED: it was cancelled, its deadline found it waiting, or no worker can be had for it.
    void withdraw(Reckoning.Fate fate) {
        end(fate);
    }

    /// ASSIGNED, RUNNING or STOPPING -> ENDED, WAITING_RETRY or QUEUED
    Verdict ended(AttemptEnding ending, long nowNanos) {
        assert dispatcher.holdsLock();
        var attempt = requireNonNull(current, "an attempt that ends is current");
        current = null;
        var detached = detachment;
        detachment = null;
        if (state == State.STOPPING && detached == null) {
            return timedOut(attempt, expiry(attempt, ending, nowNanos), nowNanos);
        }
        return switch (ending) {
            case AttemptEnding.Returned(var value) -> succeeded(attempt, new Outcome.Succeeded<>(value), nowNanos);
            case AttemptEnding.Answered(var answer) when answer.returned() -> succeeded(attempt, answer, nowNanos);
            case AttemptEnding _ when detached != null -> cutOff(attempt, ending, detached, nowNanos);
            case AttemptEnding.TakenBack() -> requeue(nowNanos);
            case AttemptEnding.StartFailed _ -> requeue(nowNanos);
            case AttemptEnding.Answered(var answer) -> failedAttempt(Attempt.Ending.FAILED, attempt, answer, nowNanos);
            case AttemptEnding.Threw(var cause) ->
                failedAttempt(Attempt.Ending.FAILED, attempt, new Outcome.Failed<>(cause), nowNanos);
            case AttemptEnding.Crashed(var report) -> crashed(attempt, report, nowNanos);
            case AttemptEnding.Killed _ ->
                failedAttempt(Attempt.Ending.FAILED, attempt, new Outcome.Failed<>(unasked(attempt)), nowNanos);
        };
    }

    /// It was killed because its workers are detached. One that was left behind is not tried again, as after a
    /// timeout.
    private Verdict cutOff(AttemptRun attempt, AttemptEnding ending, Detachment detached, long nowNanos) {
        boolean leftBehind = ending instanceof AttemptEnding.Killed killed && killed.abandoned();
        boolean comesTwice = attempt.hasStarted() && attempt.streams(); // what it has emitted, or read
        if (attempt.hasStarted()) {
            detachedAttempts++;
            record(attempt, Attempt.Ending.DETACHED, nowNanos);
        }
        if (!detached.requeues() || leftBehind || comesTwice) {
            detached.returned(task);
            end(Reckoning.Fate.CANCELLED);
            return new Verdict.End(new Outcome.Cancelled<>(CancelReason.DETACHED), Attempt.Ending.CANCELLED);
        }
        if (!attempt.hasStarted()) {
            return requeue(nowNanos);
        }
        if (lastEnd != null && budgetLeft(nowNanos) <= 0) {
            return requeue(nowNanos); // it ends as its last attempt did
        }
        state = State.WAITING_RETRY;
        return new Verdict.Retry(attempts.getLast(), 0, 0, Long.MAX_VALUE);
    }

    /// How many attempts count.
    private int counted() {
        return attempts.size() - detachedAttempts;
    }

    private Verdict succeeded(AttemptRun attempt, Object content, long nowNanos) {
        record(attempt, Attempt.Ending.SUCCEEDED, nowNanos);
        end(Reckoning.Fate.FINISHED);
        return new Verdict.End(content, Attempt.Ending.SUCCEEDED);
    }

    /// An attempt that was left behind still runs: another one beside it would break the promise that attempts of a
    /// task do
    /// not overlap.
    private Verdict timedOut(AttemptRun attempt, Expiry expiry, long nowNanos) {
        var outcome = new Outcome.TimedOut<>(expiry);
        if (!expiry.abandoned() && expiry.clock() != Expiry.Clock.DEADLINE) {
            return failedAttempt(Attempt.Ending.TIMED_OUT, attempt, outcome, nowNanos);
        }
        if (attempt.hasStarted()) {
            record(attempt, Attempt.Ending.TIMED_OUT, nowNanos);
        }
        end(Reckoning.Fate.FINISHED);
        return new Verdict.End(outcome, Attempt.Ending.TIMED_OUT);
    }

    private Verdict crashed(AttemptRun attempt, CrashReport report, long nowNanos) {
        crashes++;
        var policy = task.retry();
        boolean wouldGoOn = policy.endings().crashes() && policy.maxAttempts() > counted() + 1;
        if (crashes < policy.crashLimit() || !wouldGoOn) {
            return failedAttempt(Attempt.Ending.CRASHED, attempt, new Outcome.Crashed<>(report), nowNanos);
        }
        record(attempt, Attempt.Ending.CRASHED, nowNanos);
        end(Reckoning.Fate.FINISHED);
        return new Verdict.End(new Outcome.Crashed<>(report.asQuarantined()), Attempt.Ending.CRASHED);
    }

    private Verdict failedAttempt(Attempt.Ending ending, AttemptRun attempt, Object content, long nowNanos) {
        begins(nowNanos); // where the worker died before it told of a start
        var recorded = record(attempt, ending, nowNanos);
        var last = new Verdict.End(content, ending);
        if (counted() >= task.retry().maxAttempts()) {
            end(Reckoning.Fate.FINISHED);
            return last;
        }
        long left = budgetLeft(nowNanos);
        long ceiling = task.retry().delayCeilingNanos(counted());
        var again = new Verdict.Retry(recorded, ceiling, floorNanos(content), left);
        boolean included = task.retry().endings().include(ending, () -> thrown(content));
        if (!included || again.isTooLong(again.floorNanos())) {
            end(Reckoning.Fate.FINISHED);
            return last;
        }
        lastEnd = left == Long.MAX_VALUE ? null : last;
        state = State.WAITING_RETRY;
        return again;
    }

    private static List<String> thrown(Object content) {
        return switch (content) {
            case Outcome.Failed<?>(var cause) -> RetryPolicy.namesOf(cause);
            case AttemptEnding.Answer answer -> answer.thrown();
            default -> List.of();
        };
    }

    /// What a task that threw [BackOff] waits at least.
    private static long floorNanos(Object content) {
        var backOff = switch (content) {
            case Outcome.Failed<?>(BackOff thrown) -> Optional.of(thrown);
            case AttemptEnding.Answer answer -> answer.backOff();
            default -> Optional.<BackOff>empty();
        };
        return backOff.map(BackOff::retryAfter)
                .map(SystemBackend::saturatedNanos)
                .orElse(0L);
    }

    private static IllegalStateException unasked(AttemptRun attempt) {
        return new IllegalStateException("worker " + attempt.worker().name() + " killed " + attempt + " unasked");
    }

    private Verdict requeue(long nowNanos) {
        if (lastEnd != null && budgetLeft(nowNanos) <= 0) {
            var last = lastEnd;
            end(Reckoning.Fate.FINISHED);
            return last;
        }
        state = State.QUEUED;
        return new Verdict.Requeue();
    }

    /// Adds an attempt whose task was cancelled meanwhile.
    void recordCancelled(AttemptRun attempt, long nowNanos) {
        assert dispatcher.holdsLock();
        if (attempt.hasStarted()) {
            record(attempt, Attempt.Ending.CANCELLED, nowNanos);
        }
        if (fate != null) {
            reckoning().count(attempt.hasStarted() ? fate : Reckoning.Fate.CANCELLED, !attempts.isEmpty());
            fate = null;
        }
    }

    private Reckoning reckoning() {
        return dispatcher.life().reckoning();
    }

    private Attempt record(AttemptRun attempt, Attempt.Ending ending, long nowNanos) {
        var recorded = new Attempt(attempt.attempt(), attempt.worker().name(), attempt.elapsed(nowNanos), ending);
        attempt.recorded(recorded);
        if (attempts.isEmpty()) {
            attempts = new ArrayList<>(1);
        }
        attempts.add(recorded);
        return recorded;
    }

    private Expiry expiry(AttemptRun attempt, AttemptEnding ending, long nowNanos) {
        var clock = requireNonNull(expired, "which clock ran out");
        var elapsed = switch (clock) {
            case TIMEOUT -> attempt.elapsed(nowNanos);
            case DEADLINE -> age(nowNanos);
            case NO_PROGRESS -> attempt.silence(nowNanos);
        };
        var limit = task.clocks().limit(clock);
        return ending instanceof AttemptEnding.Killed(var stack, var abandoned)
                ? new Expiry(clock, limit, elapsed, stack, abandoned)
                : new Expiry(clock, limit, elapsed, "", false);
    }

    /// Called without the dispatcher's lock. Costs a read where nobody listens.
    void publish(EventHub events, Supplier<TaskEvent> event) {
        if (!events.isIdle()) {
            publishInOrder(events, event);
            events.wake();
        }
    }

    void publishQueued(EventHub events) {
        if (!events.isIdle()) {
            publishQueuedOnce(events);
            events.wake();
        }
    }

    /// A report may overtake the submitter, which has not told of the task yet, and a cancel may overtake a report.
    private synchronized void publishInOrder(EventHub events, Supplier<TaskEvent> event) {
        if (!publishedEnd) {
            publishQueuedOnce(events);
            var made = event.get();
            publishedEnd = made instanceof TaskEvent.Ended;
            events.publish(made);
        }
    }

    private synchronized void publishQueuedOnce(EventHub events) {
        if (!publishedQueued) {
            publishedQueued = true;
            events.publish(new TaskEvent.Queued(id, task.name()));
        }
    }

    private void end(Reckoning.Fate fate) {
        assert dispatcher.holdsLock();
        if (current == null) {
            reckoning().countIdle(fate, !attempts.isEmpty());
        } else if (reckoning().isOpen()) {
            this.fate = fate; // whether the attempt has begun is known when it is over
        }
        state = State.ENDED;
        current = null;
        encoded = Encoded.NOT;
        lastEnd = null;
        if (budget != null) {
            budget.cancel();
            budget = null;
        }
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
        if (backoff != null) {
            backoff.cancel();
            backoff = null;
        }
    }

    private void move(State from, State to) {
        assert dispatcher.holdsLock();
        if (state != from) {
            throw new IllegalStateException("task " + id + " must be " + from + " to become " + to + ", was " + state);
        }
        state = to;
    }

    @Override
    public String toString() {
        return "task " + id + " (" + task.name() + ")";
    }
}
