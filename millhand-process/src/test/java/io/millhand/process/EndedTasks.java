package io.millhand.process;

import io.millhand.TaskEvent;
import io.millhand.TaskQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;

/// Counts the ends of the tasks of a queue.
final class EndedTasks implements Flow.Subscriber<TaskEvent> {

    private final CopyOnWriteArrayList<Long> tasks = new CopyOnWriteArrayList<>();

    private EndedTasks() {}

    static EndedTasks of(TaskQueue queue) {
        var ended = new EndedTasks();
        queue.events().subscribe(ended);
        return ended;
    }

    long timesOf(long task) {
        return tasks.stream().filter(id -> id == task).count();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(TaskEvent event) {
        switch (event) {
            case TaskEvent.Ended ended -> tasks.add(ended.task());
            case TaskEvent.Missed missed -> throw new AssertionError("events were missed: " + missed);
            case TaskEvent.Queued _,
                    TaskEvent.Started _,
                    TaskEvent.Said _,
                    TaskEvent.Progressed _,
                    TaskEvent.Retrying _,
                    TaskEvent.Worker _ -> {}
        }
    }

    @Override
    public void onError(Throwable cause) {
        throw new AssertionError("no error was expected", cause);
    }

    @Override
    public void onComplete() {
        // the queue is closed
    }
}
