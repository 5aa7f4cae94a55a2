package io.millhand.stress.races;

import io.millhand.Capacity;
import io.millhand.Outcome;
import io.millhand.QueueConfig;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.Workers;
import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Backend;
import io.millhand.spi.Worker;
import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A queue without any thread of its own: its one worker keeps what it is given until an actor ends it, its timers wait
/// until an actor rings them, and its other threads run in whoever starts them. So all that races is the actors, in
/// what the queue itself does.
final class Desk implements Workers, Backend {

    private final int slots;
    private final Queue<Assignment> assigned = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> timers = new ConcurrentLinkedQueue<>();
    private volatile WorkerHost host;

    /// The queue.
    final TaskQueue queue;

    Desk(int slots) {
        this(slots, Capacity.unbounded());
    }

    Desk(int slots, Capacity capacity) {
        this.slots = slots;
        queue = TaskQueue.on(
                this,
                QueueConfig.defaults().backend(this).callbacks(Runnable::run).capacity(capacity));
    }

    /// Ends the oldest attempt that has not been taken by this method.
    ///
    /// @return whether there was one
    boolean endOne() {
        var attempt = assigned.poll();
        if (attempt == null) {
            return false;
        }
        end(attempt, new AttemptEnding.Returned(1));
        return true;
    }

    /// Lets all timers that are set run out.
    void ring() {
        for (var timer = timers.poll(); timer != null; timer = timers.poll()) {
            timer.run();
        }
    }

    /// How many attempts can be ended now, one after the other: so also whether a slot was lost.
    int endAll() {
        int ended = 0;
        while (endOne()) {
            ended++;
        }
        return ended;
    }

    /// How a task ended, in one letter: S, C, T; `-` where it has not, `?` for what must not be.
    static String letter(TaskHandle<?> handle) {
        if (!handle.isDone()) {
            return "-";
        }
        return switch (handle.outcome()) {
            case Outcome.Succeeded<?> _ -> "S";
            case Outcome.Cancelled<?> _ -> "C";
            case Outcome.TimedOut<?> _ -> "T";
            case Outcome.Failed<?> _, Outcome.Crashed<?> _ -> "?";
        };
    }

    private void end(Assignment attempt, AttemptEnding ending) {
        host.started(attempt);
        host.ended(attempt, ending);
    }

    @Override
    public WorkerPool open(WorkerHost opened) {
        host = opened;
        opened.offer(new Clerk());
        return () -> {};
    }

    @Override
    public long nanoTime() {
        return 0;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable action) {
        timers.add(action);
        return () -> timers.remove(action);
    }

    @Override
    public void start(String name, Runnable body) {
        body.run();
    }

    @Override
    public long random(long bound) {
        return 0;
    }

    private final class Clerk implements Worker {

        @Override
        public String name() {
            return "clerk";
        }

        @Override
        public int slots() {
            return slots;
        }

        @Override
        public void assign(Assignment assignment) {
            assigned.add(assignment);
        }

        @Override
        public void kill(Assignment assignment) {
            if (assigned.remove(assignment)) {
                end(assignment, new AttemptEnding.Killed("", false));
            }
        }

        @Override
        public void cancel(Assignment assignment) {}
    }
}
