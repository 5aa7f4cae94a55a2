package io.millhand.testkit.sim;

import io.millhand.CallLogging;
import io.millhand.Capacity;
import io.millhand.Limits;
import io.millhand.Order;
import io.millhand.QueueConfig;
import io.millhand.RetryPolicy;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.spi.Backend;
import io.millhand.testkit.VirtualTime;
import io.millhand.testkit.sim.Operation.During.Moment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/// One history on a real queue, in one thread and in virtual time, beside the model.
///
/// Whatever the queue would do later or on another thread waits in [VirtualTime] and is run from here, one
/// action at a time; after each of them the queue must be where the model is.
final class Simulation {

    /// More actions than any history needs.
    private static final int ENDLESS = 100_000;

    private final History history;
    private final boolean traced;
    private final List<String> trace = new ArrayList<>();
    private final VirtualTime time;
    private final Model model;
    private final PlayedWorkers workers;
    private final TaskQueue queue;
    private final Events events = new Events();
    private final Map<Integer, TaskHandle<String>> handles = new HashMap<>();
    private final Map<Integer, TaskHandle<String>> notSeenEnded = new HashMap<>();
    private final Map<Moment, Deque<Operation>> armed = new EnumMap<>(Moment.class);

    /// Whether an operation runs inside a call of the queue.
    private boolean nested;

    private boolean meddling = true;
    private boolean submitting;
    private boolean settingFree;
    private int actions;

    /// Those that the queue has set and that have neither fired nor been called off.
    private int timers;

    private Simulation(History history, boolean traced) {
        this.history = history;
        this.traced = traced;
        time = VirtualTime.ofSeed(history.seed());
        model = new Model(() -> time.elapsed().toNanos(), history.setup());
        workers = new PlayedWorkers(history.setup().workers(), time, model, this);
        for (var moment : Moment.values()) {
            armed.put(moment, new ArrayDeque<>());
        }
        var config = QueueConfig.defaults()
                .logging(CallLogging.OFF)
                .backend(new Door())
                .callbacks(time)
                .order(history.setup().strict() ? Order.STRICT : Order.FAIR)
                .capacity(Capacity.rejecting(history.setup().capacity()));
        queue = TaskQueue.on(workers, config);
    }

    /// What happened.
    ///
    /// @param violation what was wrong, if anything was
    /// @param trace all that happened, where it was asked for
    record Run(Optional<String> violation, List<String> trace) {}

    static Run run(History history, boolean traced) {
        var simulation = new Simulation(history, traced);
        try {
            simulation.play();
        } catch (Stop _) {
            // the violation says it
        } catch (RuntimeException | Error e) {
            simulation.threw(e);
        }
        return new Run(simulation.model.violation(), simulation.trace);
    }

    /// A violation was found: the rest of the history means nothing.
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stop() {
            super(null, null, false, false);
        }
    }

    void threw(Throwable cause) {
        var frames = cause.getStackTrace();
        model.<Void>violated(cause + (frames.length == 0 ? "" : " at " + frames[0]));
    }

    private void play() {
        queue.events().subscribe(events);
        settle();
        for (var operation : history.operations()) {
            trace(() -> operation.toString());
            operation.apply(this);
            check(false);
        }
        finish();
    }

    /// Lets everything end by itself, then the queue.
    private void finish() {
        meddling = false;
        runToTheEnd();
        if (!model.hasWorkers()) {
            offer(new History.Room(1, 0));
        }
        settle();
        trace(() -> "the end: shutdown");
        shutdown();
        runToTheEnd();
        for (var task : model.tasks()) {
            same(task.spec.name() + " has ended", true, task.phase == Known.Phase.ENDED);
            var handle = handles.get(task.spec.id());
            if (handle != null) {
                same("attempts of " + task.spec.name(), task.attempts, Texts.of(handle.attempts()));
            }
            events.check(task, this);
        }
        same("attempts under way", List.of(), model.underWay());
        same("the queue has terminated", true, queue.isTerminated());
        same("the workers were released", 1, workers.closed());
        same("subscribers were completed", true, events.isComplete());
    }

    private void runToTheEnd() {
        while (time.next()) {
            check(false);
        }
        check(true);
    }

    // Operations.

    void submit(TaskSpec spec) {
        boolean admitted = model.submitted(spec);
        boolean within = submitting;
        submitting = true;
        try {
            var handle = queue.submit(task(spec));
            handles.put(spec.id(), handle);
            notSeenEnded.put(spec.id(), handle);
            same(spec.name() + " is admitted", admitted, true);
        } catch (RejectedExecutionException _) {
            same(spec.name() + " is admitted", admitted, false);
        } finally {
            submitting = within;
        }
    }

    private static Task<String> task(TaskSpec spec) {
        var retry = RetryPolicy.exponential(spec.retry().maxAttempts())
                .withDelays(spec.retry().firstDelay(), spec.retry().maxDelay())
                .withCrashLimit(spec.retry().crashLimit());
        var task = Task.<String>of(() -> "never called").named(spec.name()).retry(retry);
        task = spec.clocks().timeout().map(task::timeout).orElse(task);
        task = spec.clocks().silence().map(task::noProgress).orElse(task);
        task = spec.clocks().deadline().map(task::deadline).orElse(task);
        task = task.niceness(spec.stand().niceness())
                .requires(spec.stand().requires().toArray(String[]::new));
        task = spec.stand().series().map(task::series).orElse(task);
        task = spec.stand().resource().map(task::resource).orElse(task);
        return switch (spec.stand().place()) {
            case FIRST -> task.first();
            case IN_ORDER -> task;
            case LAST -> task.last();
        };
    }

    void cancel(int id, boolean force) {
        var task = model.task(id);
        var handle = handles.get(id);
        if (task != null && handle != null) {
            boolean expected = model.cancelled(task, force, nested);
            same("cancel of t" + id, expected, handle.cancel(force));
        }
    }

    void cancelSeries(String series, boolean force) {
        meddling = false; // in between some tasks are cancelled already and some are not
        int expected = model.cancelledSeries(series, force);
        same(
                "tasks that the cancel of series " + series + " ends",
                expected,
                queue.series(series).cancel(force));
        meddling = true;
    }

    void pause(boolean paused) {
        model.paused(paused);
        if (paused) {
            queue.pause();
        } else {
            queue.resume();
        }
    }

    void pauseSeries(String series, boolean paused) {
        model.pausedSeries(series, paused);
        if (paused) {
            queue.series(series).pause();
        } else {
            queue.series(series).resume();
        }
    }

    void limitSeries(String series, int limit) {
        model.limitedSeries(series, limit);
        queue.series(series).limit(limit);
    }

    void limitResource(String resource, OptionalInt limit) {
        model.limitedResource(resource, limit);
        if (limit.isPresent()) {
            queue.limit(resource, Limits.fixed(limit.getAsInt()));
        } else {
            queue.unlimit(resource);
        }
    }

    void offer(History.Room room) {
        workers.offer(room);
    }

    void takeAhead(int worker, int ahead) {
        workers.takeAhead(worker, ahead);
    }

    void withdraw(int worker) {
        workers.withdraw(worker);
    }

    void resize(int worker, int slots) {
        workers.resize(worker, slots);
    }

    void advance(Duration by) {
        var over = new boolean[1];
        time.schedule(by.toNanos(), () -> over[0] = true);
        while (!over[0]) {
            time.next();
            check(false);
        }
        settle();
    }

    /// Runs all that is due at this instant.
    private void settle() {
        for (int left = 2; left > 1; ) {
            var over = new boolean[1];
            time.schedule(0, () -> over[0] = true);
            for (left = 0; !over[0]; left++) {
                time.next();
                check(false);
            }
        }
        check(true);
    }

    /// Reports a start to the queue.
    ///
    /// @param setsFree whether others may start with it
    void report(boolean setsFree, Runnable start) {
        boolean within = settingFree;
        settingFree = setsFree;
        try {
            start.run();
        } finally {
            settingFree = within;
        }
    }

    void reportLate(int id, Play.Report report) {
        var task = model.task(id);
        if (task != null) {
            workers.reportLate(task, report);
        }
    }

    void shutdown() {
        model.shutDown(nested);
        queue.shutdown();
    }

    void shutdownNow() {
        meddling = false; // in between some tasks are cancelled already and some are not
        var expected = model.shutDownNow();
        var actual = queue.shutdownNow().stream().map(Texts::nameOf).toList();
        same("tasks that shutdownNow answers", expected, actual);
        meddling = true;
    }

    void arm(Moment moment, Operation operation) {
        armed.get(moment).add(operation);
    }

    /// Called from within a call that the queue makes.
    void meddle(Moment moment) {
        // The deadline of a submitted task is set while its assignment is on its way, of which the model does
        // not know yet; so are the clocks of an attempt whose start lets another one go.
        boolean tooEarly = (submitting || settingFree) && moment == Moment.SCHEDULE;
        if (nested || !meddling || tooEarly) {
            return;
        }
        var operation = armed.get(moment).poll();
        if (operation != null) {
            trace(() -> "in " + moment + ": " + operation);
            nested = true;
            try {
                operation.apply(this);
            } finally {
                nested = false;
            }
            overlapped = true;
        }
    }

    /// Whether something was done inside another call since the last check: then what comes late is no fault.
    private boolean overlapped;

    boolean overlapped() {
        return overlapped || nested;
    }

    // Checks.

    private void check(boolean settled) {
        if (++actions > ENDLESS) {
            model.<Void>violated("the queue does not come to rest");
        }
        overlapped = false;
        model.rest(settled);
        notSeenEnded.entrySet().removeIf(entry -> checkEnd(entry.getKey(), entry.getValue()));
        same("the queue is shut down", model.mustBeShutDown(), queue.isShutdown());
        if (settled) {
            same("the queue has terminated", model.mustBeTerminated(), queue.isTerminated());
            if (model.isIdle()) {
                same("timers of an idle queue", 0, timers);
            }
        }
        if (model.violation().isPresent()) {
            throw new Stop();
        }
    }

    private boolean checkEnd(int id, TaskHandle<String> handle) {
        var task = model.task(id);
        String expected = task == null ? null : task.outcome;
        if (expected == null && !handle.isDone()) {
            return false;
        }
        same(
                "outcome of t" + id,
                Optional.ofNullable(expected),
                Optional.of(handle).filter(TaskHandle::isDone).map(Texts::of));
        return true;
    }

    void same(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            model.<Void>violated(what + ": should be " + expected + ", is " + actual);
        }
    }

    void trace(Supplier<String> what) {
        if (traced) {
            trace.add(Text.millis(time.elapsed()) + (nested ? ":     " : ": ") + what.get());
        }
    }

    /// Time as the queue sees it.
    private final class Door implements Backend {
        @Override
        public long nanoTime() {
            return time.nanoTime();
        }

        @Override
        public Timer schedule(long delayNanos, Runnable action) {
            var open = new boolean[] {true};
            timers++;
            var timer = time.schedule(delayNanos, () -> {
                close(open);
                action.run();
            });
            meddle(Moment.SCHEDULE);
            return () -> {
                close(open);
                timer.cancel();
            };
        }

        private void close(boolean[] open) {
            timers -= open[0] ? 1 : 0;
            open[0] = false;
        }

        @Override
        public void start(String name, Runnable body) {
            time.start(name, body);
        }

        @Override
        public long random(long bound) {
            long value = time.random(bound);
            trace(() -> "drawn: " + Text.millis(value) + " of " + Text.millis(bound));
            model.drew(bound, value);
            meddle(Moment.RANDOM);
            return value;
        }
    }
}
