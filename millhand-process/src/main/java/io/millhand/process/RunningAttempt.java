package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.Message;
import io.millhand.Progress;
import io.millhand.spi.InputReader;
import io.millhand.spi.ItemSink;
import io.millhand.spi.ProgressMeter;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An attempt inside a child, and what its task learns of itself.
final class RunningAttempt implements ItemSink.Context, InputReader.Context {

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

    /// Null where nobody is to hear of it.
    private final @Nullable ChildMessages messages;

    /// Null where its progress is not read from what it says.
    private final @Nullable ProgressMeter meter;

    private final long beginNanos = System.nanoTime();
    private final AtomicLong aliveNanos = new AtomicLong(System.nanoTime());
    private volatile boolean cancelled;

    /// Where its items go, if it streams. Written once, before it runs, as is who makes its input.
    private @Nullable ItemsOutput items;

    private @Nullable Function<RunningAttempt, ChildInput> inputs;

    /// Made when it is first asked for.
    @GuardedBy("this")
    private @Nullable ChildInput input;

    @GuardedBy("this")
    private @Nullable Thread runner = Thread.currentThread();

    /// Made by the thread that runs it.
    RunningAttempt(Frame frame, Wire.AssignHead head, @Nullable WorkerState state, @Nullable ChildMessages messages) {
        taskId = frame.task();
        attempt = frame.attempt();
        this.head = head;
        this.state = state;
        this.messages = messages;
        this.meter = head.terms().progress().map(ProgressMeter::of).orElse(null);
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

    /// Tells where it stands, one frame a line, before it can be over; nothing where it is.
    synchronized void tellStack(Consumer<String> teller) {
        if (runner != null) {
            teller.accept(
                    Arrays.stream(runner.getStackTrace()).map(Object::toString).collect(Collectors.joining("\n")));
        }
    }

    synchronized boolean isOver() {
        return runner == null;
    }

    /// From now on nobody interrupts the thread on its behalf.
    synchronized void over() {
        runner = null;
        var _ = Thread.interrupted(); // what a task did to its thread ends with it
    }

    void streams(ItemsOutput output, Function<RunningAttempt, ChildInput> inputs) {
        this.items = output;
        this.inputs = inputs;
    }

    /// Loop's thread: what concerns its streams.
    void received(Frame frame) throws ProtocolException {
        switch (frame.kind()) {
            case ITEMS, INPUT_ENDED -> ownInput().received(frame);
            default -> output().received(frame);
        }
    }

    private ItemsOutput output() {
        return Objects.requireNonNull(items, "where items go");
    }

    @Override
    public ItemSink items() {
        return output().begin();
    }

    @Override
    public InputReader<?> input() {
        return ownInput().reader();
    }

    private synchronized ChildInput ownInput() {
        if (input == null) {
            if (inputs == null) {
                throw new IllegalStateException(
                        "task " + taskId + " reads an input, which is not there when its crash is replayed");
            }
            input = inputs.apply(this);
        }
        return input;
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
    public Optional<Duration> deadline() {
        long limit = head.terms().limitNanos();
        return limit < 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, limit - (System.nanoTime() - beginNanos))));
    }

    @Override
    public void alive() {
        long last = aliveNanos.get();
        long now = System.nanoTime();
        if (messages != null && now - last >= PAUSE_NANOS && aliveNanos.compareAndSet(last, now) && !isOver()) {
            messages.alive(this);
        }
    }

    @Override
    public void message(System.Logger.Level level, String text) {
        var message = Message.text(this, level, text);
        if (messages != null && !isOver()) {
            messages.send(this, message);
        }
    }

    @Override
    public void progress(long done, long total, String note) {
        var told = new Progress(done, total, note);
        if (messages != null) {
            messages.progressed(this, () -> told);
        }
    }

    /// Reads its progress from what it says, if it has rules for that.
    void observe(String text) {
        if (meter != null && meter.observe(text) && messages != null) {
            messages.progressed(this, meter::latest);
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
