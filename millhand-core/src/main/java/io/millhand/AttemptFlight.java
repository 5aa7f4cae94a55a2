package io.millhand;

import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/// One attempt, in a flight recording: from the moment its worker took it until its end was known.
@Name("io.millhand.Attempt")
@Label("Attempt")
@Category("Millhand")
@StackTrace(false)
@Threshold("10 ms") // so that a recording that did not ask for tiny tasks stays small
final class AttemptFlight extends Event {

    @Label("Queue")
    @Nullable
    String queue;

    @Label("Task")
    long task;

    @Label("Name")
    @Nullable
    String name;

    @Label("Worker")
    @Nullable
    String worker;

    @Label("Attempt")
    int attempt;

    @Label("Wait")
    @Timespan
    long waitNanos;

    @Label("Overhead")
    @Timespan
    long overheadNanos;

    @Label("Run")
    @Timespan
    long runNanos;

    @Label("Ending")
    @Nullable
    String ending;

    static @Nullable AttemptFlight begun() {
        var event = new AttemptFlight();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return event;
    }

    void over(String queueName, AttemptRun of, Duration elapsed) {
        end();
        if (shouldCommit()) {
            queue = queueName;
            task = of.taskId();
            name = of.taskName();
            worker = of.worker().name();
            attempt = of.attempt();
            waitNanos = of.waitNanos();
            overheadNanos = of.overheadNanos();
            runNanos = elapsed.toNanos();
            ending = of.recordedEnding();
            commit();
        }
    }
}
