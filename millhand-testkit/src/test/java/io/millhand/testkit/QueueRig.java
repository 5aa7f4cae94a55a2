package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.millhand.Outcome;
import io.millhand.QueueConfig;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A queue on virtual time and scripted workers. Closing it shows that nothing is left, timers included.
record QueueRig(VirtualTime time, ScriptedWorkers workers, TaskQueue queue) implements AutoCloseable {

    static QueueRig of(int workers, int slots) {
        return of(ScriptedWorkers.of(workers, slots));
    }

    static QueueRig of(ScriptedWorkers workers) {
        return of(workers, VirtualTime.ofSeed(1));
    }

    static QueueRig of(ScriptedWorkers workers, VirtualTime time) {
        return of(workers, time, QueueConfig.defaults());
    }

    static QueueRig of(ScriptedWorkers workers, VirtualTime time, QueueConfig config) {
        return new QueueRig(
                time, workers, TaskQueue.on(workers, config.backend(time).callbacks(time)));
    }

    /// Submits a task that nobody runs.
    @CanIgnoreReturnValue
    TaskHandle<String> submit(String name) {
        return queue.submit(Task.<String>of(() -> "never called").named(name));
    }

    ScriptedAttempt next() {
        return workers.next();
    }

    /// The outcome, which must be there.
    static <T extends @Nullable Object> Outcome<T> outcome(TaskHandle<T> handle) {
        return handle.outcome(Duration.ZERO).orElseThrow(() -> new AssertionError(handle + " has no outcome"));
    }

    @Override
    public void close() {
        queue.shutdownNow();
        workers.underWay().forEach(ScriptedAttempt::confirmsKill);
        time.settle();
        assertThat(queue.isTerminated()).isTrue();
        assertThat(workers.closed()).isTrue();
        assertThat(time.waiting()).as("timers left").isZero();
        queue.close();
    }
}
