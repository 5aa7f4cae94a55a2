package io.millhand.testkit.sim;

import java.time.Duration;
import java.util.OptionalInt;

/// One step of a history. To add one: a record here, its line in [Histories], its method in [Model].
sealed interface Operation {

    /// Does it to the queue and tells the model.
    void apply(Simulation simulation);

    /// Submits a task.
    record Submit(TaskSpec task) implements Operation {
        @Override
        public void apply(Simulation simulation) {
            simulation.submit(task);
        }

        @Override
        public String toString() {
            return "submit " + task;
        }
    }

    /// Cancels a task.
    record Cancel(int task, boolean force) implements Operation {
        @Override
        public void apply(Simulation simulation) {
            simulation.cancel(task, force);
        }

        @Override
        public String toString() {
            return "cancel(" + force + ") t" + task;
        }
    }

    /// Cancels what is left of a series.
    record CancelSeries(String series, boolean force) implements Operation {
        @Override
        public void apply(Simulation simulation) {
            simulation.cancelSeries(series, force);
        }

        @Override
        public String toString() {
            return "cancel(" + force + ") series " + series;
        }
    }

    /// Pauses or resumes the queue.
    record Pause(boolean paused) implements Operation {
        @Override
        public void apply(Simulation simulation) {
            simulation.pause(paused);
        }

        @Override
        public String toString() {
            return paused ? "pause" : "resume";
        }
    }

    /// Pauses or resumes a series.
    record PauseSeries(String series, boolean paused) implements Operation {
        @Override
        public void apply(Simulation simulation) {
            simulation.pauseSeries(series, paused);
        }

        @Override
        public String toString() {
            return (paused ? "pause" : "resume") + " series " + series;
        }
    }

    /// Limits how many of a series run at a time.
    record LimitSeries(String series, int limit) implements Operation {
        @Override
        public void apply(Simulation simulation) {
            simulation.limitSeries(series, limit);
        }

        @Override
        public String toString() {
            return "limit series " + series + " to " + (limit == Integer.MAX_VALUE ? "any number" : limit);
        }
    }

    /// Limits how many of those that name a resource run at a time, or takes that limit away.
    record LimitResource(String resource, OptionalInt limit) implements Operation {
        @Override
        public void apply(Simulation simulation) {
            simulation.limitResource(resource, limit);
        }

        @Override
        public String toString() {
            return "limit resource " + resource + " to " + (limit.isEmpty() ? "any number" : limit.getAsInt());
        }
    }

    /// Brings one more worker.
    record Offer(History.Room room) implements Operation {
        @Override
        public void apply(Simulation simulation) {
            simulation.offer(room);
        }

        @Override
        public String toString() {
            return "offer a worker with " + room;
        }
    }

    /// Takes a worker back, which finishes what it has.
    record Withdraw(int worker) implements Operation {
        @Override
        public void apply(Simulation simulation) {
            simulation.withdraw(worker);
        }

        @Override
        public String toString() {
            return "withdraw w" + worker;
        }
    }

    /// Gives a worker another number of slots.
    record Resize(int worker, int slots) implements Operation {
        @Override
        public void apply(Simulation simulation) {
            simulation.resize(worker, slots);
        }

        @Override
        public String toString() {
            return "resize w" + worker + " to " + slots + " slots";
        }
    }

    /// Lets a worker take another number of attempts ahead. The queue is not told.
    record TakeAhead(int worker, int ahead) implements Operation {
        @Override
        public void apply(Simulation simulation) {
            simulation.takeAhead(worker, ahead);
        }

        @Override
        public String toString() {
            return "let w" + worker + " take " + ahead + " ahead";
        }
    }

    /// Lets time pass.
    record Advance(Duration by) implements Operation {
        @Override
        public void apply(Simulation simulation) {
            simulation.advance(by);
        }

        @Override
        public String toString() {
            return "advance " + Text.millis(by);
        }
    }

    /// A confused worker reports the end of an attempt that is over once more.
    record ReportLate(int task, Play.Report report) implements Operation {
        @Override
        public void apply(Simulation simulation) {
            simulation.reportLate(task, report);
        }

        @Override
        public String toString() {
            return "report late: t" + task + " " + report;
        }
    }

    /// Admits no more tasks.
    record Shutdown() implements Operation {
        @Override
        public void apply(Simulation simulation) {
            simulation.shutdown();
        }

        @Override
        public String toString() {
            return "shutdown";
        }
    }

    /// Ends everything.
    record ShutdownNow() implements Operation {
        @Override
        public void apply(Simulation simulation) {
            simulation.shutdownNow();
        }

        @Override
        public String toString() {
            return "shutdownNow";
        }
    }

    /// Has something happen within a call that the queue makes, as if another thread had done it just then.
    record During(Moment moment, Operation operation) implements Operation {

        /// The calls that the queue makes; it must hold no lock in any of them.
        enum Moment {
            /// A worker is given an attempt and has not taken note of it.
            ASSIGN,
            /// A worker is asked to kill.
            KILL,
            /// A random number is drawn.
            RANDOM,
            /// A timer was set and the caller has not got it yet.
            SCHEDULE
        }

        @Override
        public void apply(Simulation simulation) {
            simulation.arm(moment, operation);
        }

        @Override
        public String toString() {
            return "in the next " + moment + ": " + operation;
        }
    }
}
