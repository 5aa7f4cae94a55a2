package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Backend;
import io.millhand.spi.InputReader;
import io.millhand.spi.ItemSink;
import io.millhand.spi.MessageLog;
import io.millhand.spi.ProgressMeter;
import io.millhand.spi.Signal;
import io.millhand.spi.TaskContexts;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An attempt that runs on a thread of this JVM.
final class LocalAttempt implements ItemSink.Context, InputReader.Context {

    /*
     * WAITING -> RUNNING -> OVER, or OVER from anywhere when it is abandoned. The monitor guards the state, so that an
     * interrupt meant for this attempt never hits what the thread does afterwards.
     */
    private enum State {
        WAITING,
        RUNNING,
        OVER
    }

    private final LocalWorker localWorker;
    private final Assignment assignment;
    private volatile boolean cancelled;

    /// The attempt on whose thread this one runs, where a task of an inline queue is submitted by a task. Written
    /// by the runner before the task runs, read by the task.
    private volatile @Nullable LocalAttempt outer;

    /// Written by the runner before the task runs, as is when that was.
    private volatile Duration limit = Clocks.FOREVER;

    private volatile long beginNanos;

    /// Null where there are no rules.
    private final @Nullable ProgressMeter meter;

    @GuardedBy("this")
    private State state = State.WAITING;

    @GuardedBy("this")
    private @Nullable Thread runner;

    @GuardedBy("this")
    private boolean killed;

    @GuardedBy("this")
    private String stackAtKill = "";

    /// Abandons this attempt.
    @GuardedBy("this")
    private Backend.@Nullable Timer grace;

    LocalAttempt(LocalWorker localWorker, Assignment assignment) {
        this.localWorker = localWorker;
        this.assignment = assignment;
        this.meter = assignment.progressRules().map(ProgressMeter::of).orElse(null);
    }

    Assignment assignment() {
        return assignment;
    }

    /// Runs the task in the current thread.
    ///
    /// @return how it ended, or null if it was abandoned meanwhile and somebody else has reported it
    @Nullable
    AttemptEnding run() {
        synchronized (this) {
            if (killed || cancelled) {
                over();
                return new AttemptEnding.Killed(
                        "", false); // whoever cancels a task before it starts keeps it from starting
            }
            state = State.RUNNING;
            runner = Thread.currentThread();
        }
        outer = TaskContexts.find(LocalAttempt.class);
        localWorker.prepareThread();
        limit = assignment.limit();
        beginNanos = nanoTime();
        AttemptEnding ending = call();
        synchronized (this) {
            runner = null;
            if (killed) {
                var _ = Thread.interrupted();
                ending = new AttemptEnding.Killed(stackAtKill, false);
            }
            boolean abandoned = state == State.OVER;
            over();
            return abandoned ? null : ending;
        }
    }

    private AttemptEnding call() {
        try {
            localWorker.host().started(assignment);
            return new AttemptEnding.Returned(TaskContexts.call(this, assignment.call()));
        } catch (Throwable cause) {
            return new AttemptEnding.Threw(cause);
        }
    }

    /// Interrupts the task if it runs, and keeps it from starting if it does not.
    void kill() {
        cancelled = true;
        synchronized (this) {
            if (state == State.OVER || killed) {
                return;
            }
            killed = true;
            if (runner != null) {
                stackAtKill = stackOf(runner);
                runner.interrupt();
            }
        }
    }

    /// Keeps the timer of the grace, or calls it off where the attempt is over; the first one rules.
    synchronized void grace(Backend.Timer timer) {
        if (state == State.OVER || grace != null) {
            timer.cancel();
        } else {
            grace = timer;
        }
    }

    @GuardedBy("this")
    private void over() {
        state = State.OVER;
        if (grace != null) {
            grace.cancel();
            grace = null;
        }
    }

    void cancel() {
        cancelled = true;
    }

    /// Gives up on a killed attempt that still runs.
    ///
    /// @return what to report, or null if it has ended after all
    AttemptEnding.@Nullable Killed abandon() {
        synchronized (this) {
            if (state != State.RUNNING) {
                return null; // what waits for its thread ends itself when the thread comes
            }
            state = State.OVER;
            return new AttemptEnding.Killed(runner == null ? stackAtKill : stackOf(runner), true);
        }
    }

    private static String stackOf(Thread thread) {
        return Arrays.stream(thread.getStackTrace()).map(Object::toString).collect(Collectors.joining("\n"));
    }

    /// This attempt, or the one that it runs inside of, of a task of that queue.
    @SuppressWarnings("ReferenceEquality") // a queue is itself
    private @Nullable LocalAttempt within(Dispatcher dispatcher) {
        boolean here = localWorker.host() instanceof PoolHost host && host.dispatcher() == dispatcher;
        return here ? this : outer == null ? null : outer.within(dispatcher);
    }

    /// Whether the current thread runs a task of that queue.
    static boolean runsIn(Dispatcher dispatcher) {
        return of(dispatcher) != null;
    }

    /// The attempt of that queue that the current thread runs, whatever runs inside of it.
    static @Nullable LocalAttempt of(Dispatcher dispatcher) {
        var innermost = TaskContexts.find(LocalAttempt.class);
        return innermost == null ? null : innermost.within(dispatcher);
    }

    @Override
    public long taskId() {
        return assignment.taskId();
    }

    @Override
    public String taskName() {
        return assignment.taskName();
    }

    @Override
    public int attempt() {
        return assignment.attempt();
    }

    @Override
    public String worker() {
        return localWorker.name();
    }

    @Override
    public Map<String, String> headers() {
        return assignment.headers();
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    @Override
    public Optional<Duration> deadline() {
        if (limit.equals(Clocks.FOREVER)) {
            return Optional.empty();
        }
        var left = limit.minusNanos(nanoTime() - beginNanos);
        return Optional.of(left.isNegative() ? Duration.ZERO : left);
    }

    private long nanoTime() {
        return localWorker.host().backend().nanoTime();
    }

    @Override
    public void alive() {
        localWorker.host().alive(assignment);
    }

    @Override
    public ItemSink items() {
        var receiver = assignment
                .items()
                .orElseThrow(() -> new IllegalStateException("task " + taskId() + " is no streaming task"));
        return LocalItems.open(receiver, this::alive);
    }

    @Override
    public InputReader<?> input() {
        var supply =
                assignment.inputs().orElseThrow(() -> new IllegalStateException("task " + taskId() + " has no input"));
        var reader = InputReader.of(Signal.ofMonitor(), this::alive);
        supply.begin(LocalItems.open(reader, () -> {}));
        return reader;
    }

    @Override
    public void message(System.Logger.Level level, String text) {
        var message = Message.text(this, level, text);
        if (isOver()) {
            return;
        }
        if (meter != null && meter.observe(message.text())) {
            localWorker.host().progress(assignment, meter::latest);
        }
        boolean wanted = localWorker.host().message(assignment, message);
        if (wanted && localWorker.host().logsMessages()) {
            MessageLog.log(taskName(), message);
        }
    }

    @Override
    public void progress(long done, long total, String note) {
        var told = new Progress(done, total, note);
        if (!isOver()) {
            localWorker.host().progress(assignment, () -> told);
        }
    }

    private synchronized boolean isOver() {
        return state == State.OVER;
    }

    @Override
    public <T> T state(Class<T> type) {
        throw new IllegalStateException("worker " + worker() + " has no state: workers of this kind have no"
                + " initializer, child JVMs have one, see ProcessWorkers.setup; asked for " + type.getName());
    }
}
