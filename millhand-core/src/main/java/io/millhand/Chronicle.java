package io.millhand;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// All that is told of what happens in a queue: events, statistics, the load, the flight recorder, the log
/// of calls. The dispatcher calls it at the few moments at which something happens, and decides nothing by it.
final class Chronicle {

    private final EventHub events;
    private final LoadHub loads;
    private final CallLog calls;
    private final FlightLog flights;
    private final QueueMessages messages;

    /// Under the dispatcher's lock, but for what it says itself.
    private final Tally tally = new Tally();

    private final Dispatcher dispatcher;

    Chronicle(Dispatcher dispatcher, QueueConfig config, Executor callbacks, Executor decoders) {
        this.dispatcher = dispatcher;
        this.events = new EventHub(callbacks);
        this.loads = new LoadHub(callbacks, dispatcher::load);
        this.calls = new CallLog(config.logging(), callbacks, decoders);
        this.flights = new FlightLog(config.name());
        this.messages = new QueueMessages(config.logsMessages(), callbacks);
    }

    EventHub events() {
        return events;
    }

    LoadHub loads() {
        return loads;
    }

    CallLog calls() {
        return calls;
    }

    QueueMessages messages() {
        return messages;
    }

    QueueStatistics statistics() {
        var endings = tally.endings();
        return dispatcher.ask((_, _) -> tally.statistics(endings));
    }

    /// Any thread, without the lock: a submission was refused.
    void rejected() {
        tally.rejected();
    }

    // Under the dispatcher's lock:

    void counts() {
        tally.accepted();
    }

    void countsTaken(AttemptRun attempt) {
        tally.taken(attempt);
    }

    /// @param verdict null where the task has ended before
    void countsLeft(AttemptRun attempt, @Nullable Verdict verdict, long nowNanos) {
        tally.left(attempt, nowNanos);
        if (verdict instanceof Verdict.Retry) {
            tally.retried();
        }
    }

    // Without it:

    void accepted(TaskRun<?> run) {
        run.publishQueued(events);
        loads.changed();
    }

    /// A slot was taken, or slots have come or gone.
    void loadChanged() {
        loads.changed();
    }

    void started(AttemptRun attempt) {
        var run = attempt.run();
        run.publish(
                events,
                () -> new TaskEvent.Started(
                        run.id(),
                        run.task().name(),
                        attempt.attempt(),
                        attempt.worker().name()));
    }

    /// The task has said something.
    ///
    /// @return false where the message is lost, since its task sends more than it may
    boolean said(TaskRun<?> run, Message message) {
        var fate = messages.told(run, message);
        if (fate == TaskMessages.Fate.TOLD) {
            run.publish(events, () -> new TaskEvent.Said(run.id(), run.task().name(), message));
        }
        return fate != TaskMessages.Fate.BEYOND_LIMIT;
    }

    void progressed(TaskRun<?> run, Supplier<Progress> latest) {
        run.handle().told(latest);
        run.publish(events, () -> new TaskEvent.Progressed(run.id(), run.task().name(), latest.get()));
    }

    /// The slot is free.
    void left(AttemptRun attempt, long nowNanos) {
        flights.over(attempt, nowNanos);
        loads.changed();
    }

    void retries(TaskRun<?> run, Attempt ended, long delayNanos) {
        run.publish(
                events, () -> new TaskEvent.Retrying(run.id(), run.task().name(), ended, Duration.ofNanos(delayNanos)));
    }

    /// A handle is about to end.
    void ended(TaskRun<?> run, Object content, Attempt.Ending ending) {
        tally.ended(ending);
        if (ending != Attempt.Ending.SUCCEEDED && ending != Attempt.Ending.CANCELLED) {
            calls.failed(run, content);
        }
        run.publish(
                events,
                () -> new TaskEvent.Ended(
                        run.id(), run.task().name(), run.attempts().size(), ending));
        loads.changed();
    }

    void changed(TaskEvent.Worker change) {
        flights.tell(change);
        events.publish(change);
        events.wake();
    }

    /// Nothing more will happen.
    void close() {
        events.close();
        loads.close();
    }
}
