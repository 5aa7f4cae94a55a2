package io.millhand;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// What happened to the process of a worker, in a flight recording.
@Name("io.millhand.Worker")
@Label("Worker")
@Category("Millhand")
@StackTrace(false)
final class WorkerFlight extends Event {

    @Label("Queue")
    @Nullable
    String queue;

    @Label("Worker")
    @Nullable
    String worker;

    @Label("Process Id")
    long pid;

    @Label("Change")
    @Nullable
    String change;

    static void tell(String queueName, TaskEvent.Worker told) {
        var event = new WorkerFlight();
        if (event.shouldCommit()) {
            event.queue = queueName;
            event.worker = told.worker();
            event.pid = told.pid();
            event.change = told.change().name();
            event.commit();
        }
    }
}
