package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Backend;
import io.millhand.spi.Payload;
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

    /// Null for tasks that stay in this JVM, and after the end.
    private @Nullable Payload payload;

    private @Nullable AttemptRun current;

    /// Ends WAITING_RETRY.
    private Backend.@Nullable Timer backoff;

    private int crashes;

    /// Those that reached user code and have ended; replaced, never changed.
    private List<Attempt> attempts = List.of();

    // What was published is guarded by the monitor: subscribers get the events of a task in order.

    @GuardedBy("this")
    private boolean publishedQueued;

    @GuardedBy("this")
    private boolean publishedEnd;

    TaskRun(Dispatcher dispatcher, long id, Task<T> task, @Nullable Payload payload) {
        this.dispatcher = dispatcher;
        this.submittedNanos = dispatcher.backend().nanoTime();
        this.readyNanos = submittedNanos;
        this.id = id;
        this.task = task;
        this.payload = payload;
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
        return attempts;
    }

    /// QUEUED -> ASSIGNED
    AttemptRun assignTo(ReadyTasks.Choice choice) {
        move(State.QUEUED, State.ASSIGNED);
        current = new AttemptRun(this, attempts.size() + 1, choice, payload);
        return current;
    }

    /// ASSIGNED -> RUNNING; but a deadline that came before the start stands.
    void started() {
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
        }
        if (expired == Expiry.Clock.NO_PROGRESS && current != null) {
            current.silenced();
        }
        state = State.STOPPING;
        return first;
    }

    void deadline(Backend.Timer timer) {
        if (state == State.ENDED) {
            timer.cancel();
        } else {
            deadline = timer;
        }
    }

    private Duration age(long nowNanos) {
        return Duration.ofNanos(nowNanos - submittedNanos);
    }

    /// What is told of a deadline that found the task without an attempt.
    Expiry missedDeadline(long nowNanos) {
        return new Expiry(Expiry.Clock.DEADLINE, task.clocks().deadline(), age(nowNanos), "", false);
    }

    /// Remembers the timer of the wait after an attempt, or calls it off where that wait is over.
    void backoff(Attempt after, Backend.Timer timer) {
        if (state == State.WAITING_RETRY && attempts.getLast().number() == after.number()) {
            backoff = timer;
        } else {
            timer.cancel();
        }
    }

    /// WAITING_RETRY -> QUEUED
    void backoffOver() {
        move(State.WAITING_RETRY, State.QUEUED);
        readyNanos = nanoTime();
        backoff = null;
    }

    /// Any state -> ENDED: it was cancelled, or no worker can be had for it.
    void withdraw() {
        end();
    }

    /// ASSIGNED, RUNNING or STOPPING -> ENDED, WAITING_RETRY or QUEUED
    Verdict ended(AttemptEnding ending, long nowNanos) {
        assert dispatcher.holdsLock();
        var attempt = requireNonNull(current, "an attempt that ends is current");
        current = null;
        if (state == State.STOPPING) {
            return timedOut(attempt, expiry(attempt, ending, nowNanos), nowNanos);
        }
        return switch (ending) {
            case AttemptEnding.TakenBack() -> requeue();
            case AttemptEnding.StartFailed _ -> requeue();
            case AttemptEnding.Returned(var value) -> succeeded(attempt, new Outcome.Succeeded<>(value), nowNanos);
            case AttemptEnding.Answered(var answer) when answer.returned() -> succeeded(attempt, answer, nowNanos);
            case AttemptEnding.Answered(var answer) -> failedAttempt(Attempt.Ending.FAILED, attempt, answer, nowNanos);
            case AttemptEnding.Threw(var cause) ->
                failedAttempt(Attempt.Ending.FAILED, attempt, new Outcome.Failed<>(cause), nowNanos);
            case AttemptEnding.Crashed(var report) -> crashed(attempt, report, nowNanos);
            case AttemptEnding.Killed _ ->
                failedAttempt(Attempt.Ending.FAILED, attempt, new Outcome.Failed<>(unasked(attempt)), nowNanos);
        };
    }

    private Verdict succeeded(AttemptRun attempt, Object content, long nowNanos) {
        record(attempt, Attempt.Ending.SUCCEEDED, nowNanos);
        end();
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
        end();
        return new Verdict.End(outcome, Attempt.Ending.TIMED_OUT);
    }

    private Verdict crashed(AttemptRun attempt, CrashReport report, long nowNanos) {
        crashes++;
        boolean quarantined =
                crashes >= task.retry().crashLimit() && task.retry().maxAttempts() > attempts.size() + 1;
        if (!quarantined) {
            return failedAttempt(Attempt.Ending.CRASHED, attempt, new Outcome.Crashed<>(report), nowNanos);
        }
        record(attempt, Attempt.Ending.CRASHED, nowNanos);
        end();
        return new Verdict.End(new Outcome.Crashed<>(report.asQuarantined()), Attempt.Ending.CRASHED);
    }

    private Verdict failedAttempt(Attempt.Ending ending, AttemptRun attempt, Object content, long nowNanos) {
        var recorded = record(attempt, ending, nowNanos);
        if (attempts.size() >= task.retry().maxAttempts()) {
            end();
            return new Verdict.End(content, ending);
        }
        state = State.WAITING_RETRY;
        return new Verdict.Retry(recorded, task.retry().delayCeilingNanos(attempts.size()), floorNanos(content));
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

    private Verdict requeue() {
        state = State.QUEUED;
        return new Verdict.Requeue();
    }

    /// Adds an attempt whose task was cancelled meanwhile.
    void recordCancelled(AttemptRun attempt, long nowNanos) {
        assert dispatcher.holdsLock();
        if (attempt.hasStarted()) {
            record(attempt, Attempt.Ending.CANCELLED, nowNanos);
        }
    }

    private Attempt record(AttemptRun attempt, Attempt.Ending ending, long nowNanos) {
        var recorded = new Attempt(attempt.attempt(), attempt.worker().name(), attempt.elapsed(nowNanos), ending);
        attempt.recorded(recorded);
        if (attempts.isEmpty()) {
            attempts = List.of(recorded);
        } else {
            var longer = new ArrayList<>(attempts);
            longer.add(recorded);
            attempts = List.copyOf(longer);
        }
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

    private void end() {
        assert dispatcher.holdsLock();
        state = State.ENDED;
        current = null;
        payload = null;
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
