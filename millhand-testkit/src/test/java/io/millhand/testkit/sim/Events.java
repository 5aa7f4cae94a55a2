package io.millhand.testkit.sim;

import io.millhand.TaskEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;

/// What the queue publishes, by task.
final class Events implements Flow.Subscriber<TaskEvent> {

    private final Map<String, List<String>> byTask = new HashMap<>();
    private boolean complete;

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(TaskEvent event) {
        String task = switch (event) {
            case TaskEvent.Queued queued -> queued.name();
            case TaskEvent.Started started -> started.name();
            case TaskEvent.Retrying retrying -> retrying.name();
            case TaskEvent.Ended ended -> ended.name();
            case TaskEvent.Said said -> said.name();
            case TaskEvent.Progressed progressed -> progressed.name();
            case TaskEvent.Missed _, TaskEvent.Worker _ -> "nobody";
        };
        byTask.computeIfAbsent(task, _ -> new ArrayList<>()).add(Texts.of(event));
    }

    @Override
    public void onError(Throwable cause) {
        throw new IllegalStateException("events ended with a failure", cause);
    }

    @Override
    public void onComplete() {
        complete = true;
    }

    boolean isComplete() {
        return complete;
    }

    /// An event of a task that was cancelled while that event was on its way is dropped.
    void check(Known.Task task, Simulation simulation) {
        var expected = new ArrayList<>(task.events);
        var actual = byTask.getOrDefault(task.spec.name(), List.of());
        if (task.overtaken && actual.size() == expected.size() - 1) {
            expected.remove(expected.size() - 2);
        }
        simulation.same("events of " + task.spec.name(), expected, actual);
    }
}
