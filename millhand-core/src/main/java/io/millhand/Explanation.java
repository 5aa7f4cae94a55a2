package io.millhand;

import static java.util.Objects.requireNonNull;

/// Says in words what a task is doing. Under the dispatcher's lock.
final class Explanation {

    private static final int MANY = 1_000;

    private Explanation() {}

    static String of(TaskRun<?> run, ReadyTasks ready, SlotTable slots, long nowNanos) {
        return switch (run.state()) {
            case QUEUED -> "it waits: " + reason(run, ready, slots);
            case ASSIGNED -> "worker " + worker(run) + " has it and has not begun";
            case RUNNING -> "it runs on worker " + worker(run) + " since " + elapsed(run, nowNanos);
            case STOPPING ->
                "worker " + worker(run) + " was told to stop it after " + elapsed(run, nowNanos)
                        + " and has not confirmed that";
            case WAITING_RETRY ->
                "it waits for its next attempt, after " + run.attemptsSoFar().getLast();
            case ENDED -> "it has ended";
        };
    }

    private static String worker(TaskRun<?> run) {
        return current(run).worker().name();
    }

    private static AttemptRun current(TaskRun<?> run) {
        return requireNonNull(run.current(), "it has an attempt in this state");
    }

    private static String elapsed(TaskRun<?> run, long nowNanos) {
        return current(run).elapsed(nowNanos).toMillis() + " ms";
    }

    private static String reason(TaskRun<?> run, ReadyTasks ready, SlotTable slots) {
        var flow = requireNonNull(run.flow, "a queued task is in a flow");
        var head = requireNonNull(flow.head(), "and that is not empty");
        var placement = head.placement();
        String line = flow.series == null ? "" : "series '" + flow.series + "' ";
        String why = switch (ready.reasonOf(flow, slots)) {
            case NO_FREE_SLOT -> "all slots that could run it are in use";
            case NOBODY_QUALIFIES -> unserved(head, slots);
            case QUEUE_PAUSED -> "the queue is paused";
            case SERIES_PAUSED -> line + "is paused";
            case SERIES_LIMIT -> line + "has " + flow.underWay + " running, its limit is " + flow.limit;
            case RESOURCE_LIMIT -> "resource '" + placement.resource().orElse("") + "' has no permit now";
            case BACKOFF -> throw new IllegalStateException("not queued: " + run);
        };
        return why + before(run);
    }

    private static String unserved(TaskRun<?> head, SlotTable slots) {
        var requires = head.placement().requires();
        var able = slots.all().stream()
                .filter(entry -> entry.pool().offers().containsAll(requires))
                .toList();
        if (slots.all().isEmpty()) {
            return "no workers are attached";
        }
        if (able.isEmpty()) {
            return "no worker offers all of " + requires + "; workers offer "
                    + slots.snapshot().stream()
                            .map(QueueSnapshot.WorkerState::offers)
                            .toList()
                    + "; attach workers with offering(...), or require less";
        }
        return (head.placement().local()
                        ? "it is local() and"
                        : "it was submitted when no workers of their kind were attached, so that it cannot travel to")
                + " workers "
                + able.stream().map(entry -> entry.worker().name()).toList()
                + (head.placement().local() ? " run in other JVMs" : "");
    }

    /// Counts no further than fits a look under a lock.
    private static String before(TaskRun<?> run) {
        int before = 0;
        for (var other = run.previous; other != null && before <= MANY; other = other.previous) {
            before++;
        }
        if (before == 0) {
            return "";
        }
        return "; " + (before > MANY ? "more than " + MANY : before) + " of its line are before it";
    }
}
