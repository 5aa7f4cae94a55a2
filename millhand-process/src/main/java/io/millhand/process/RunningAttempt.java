package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.ItemSink;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An attempt inside a child, and what its task learns of itself.
final class RunningAttempt implements ItemSink.Context {

    /*
     * Its own thread runs it; the loop's thread cancels, interrupts and asks where it stands. The monitor guards
     * `runner`, so that an interrupt never hits what the thread does afterwards.
     */

    /// Between two signs of life that are sent.
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final long taskId;
    private final int attempt;
    private final Wire.AssignHead head;
    private final @Nullable WorkerState state;
    private final Consumer<RunningAttempt> onAlive;
    private final AtomicLong aliveNanos = new AtomicLong(System.nanoTime());
    private volatile boolean cancelled;

    /// Where its items go, if it streams. Written once, before it runs.
    private @Nullable ItemsOutput items;

    @GuardedBy("this")
    private @Nullable Thread runner = Thread.currentThread();

    /// Made by the thread that runs it.
    RunningAttempt(Frame frame, Wire.AssignHead head, @Nullable WorkerState state, Consumer<RunningAttempt> onAlive) {
        taskId = frame.task();
        attempt = frame.attempt();
        this.head = head;
        this.state = state;
        this.onAlive = onAlive;
    }

    boolean isMeantBy(Frame frame) {
        return frame.task() == taskId && frame.attempt() == attempt;
    }

    void cancel() {
        cancelled = true;
    }

    /// Tells the task to end, and its thread.
    synchronized void interrupt() {
        cancelled = true;
        if (runner != null) {
            runner.interrupt();
        }
    }

    /// One frame a line.
    synchronized String stack() {
        return runner == null
                ? ""
                : Arrays.stream(runner.getStackTrace()).map(Object::toString).collect(Collectors.joining("\n"));
    }

    synchronized boolean isOver() {
        return runner == null;
    }

    /// From now on nobody interrupts the thread on its behalf.
    synchronized void over() {
        runner = null;
        var _ = Thread.interrupted(); // what a task did to its thread ends with it
    }

    void streamsTo(ItemsOutput output) {
        items = output;
    }

    /// Where its items go, if it streams.
    ItemsOutput output() {
        return Objects.requireNonNull(items, "where items go");
    }

    @Override
    public ItemSink items() {
        return output().begin();
    }

    @Override
    public long taskId() {
        return taskId;
    }

    @Override
    public String taskName() {
        return head.name();
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public String worker() {
        return head.worker();
    }

    @Override
    public Map<String, String> headers() {
        return head.headers();
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    @Override
    public void alive() {
        long last = aliveNanos.get();
        long now = System.nanoTime();
        if (now - last >= PAUSE_NANOS && aliveNanos.compareAndSet(last, now) && !isOver()) {
            onAlive.accept(this);
        }
    }

    @Override
    public <T> T state(Class<T> type) {
        if (state == null) {
            throw new IllegalStateException("worker " + worker()
                    + " has no state: its child JVMs have no initializer, see ProcessWorkers.setup");
        }
        return type.cast(state.value());
    }
}
