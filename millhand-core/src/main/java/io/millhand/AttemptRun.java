package io.millhand;

import io.millhand.spi.Assignment;
import io.millhand.spi.Backend;
import io.millhand.spi.Payload;
import io.millhand.spi.Worker;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// One attempt in one slot: what the worker gets, and what the dispatcher remembers of it.
final class AttemptRun implements Assignment {

    private final TaskRun<?> run;
    private final int number;
    private final SlotTable.Entry entry;
    private final @Nullable Payload payload;

    // The rest is touched under the dispatcher's lock only.

    private boolean started;
    private long startedNanos;
    private Backend.@Nullable Timer timer;

    /// The worker has it.
    private boolean delivered;

    /// What to tell the worker once it has it; written no more after that.
    private Stop stopOnDelivery = Stop.NONE;

    private enum Stop {
        NONE,
        CANCEL,
        KILL
    }

    AttemptRun(TaskRun<?> run, int number, SlotTable.Entry entry, @Nullable Payload payload) {
        this.run = run;
        this.number = number;
        this.entry = entry;
        this.payload = payload;
    }

    TaskRun<?> run() {
        return run;
    }

    SlotTable.Entry entry() {
        return entry;
    }

    Worker worker() {
        return entry.worker();
    }

    @Override
    public long taskId() {
        return run.id();
    }

    @Override
    public int attempt() {
        return number;
    }

    @Override
    public String taskName() {
        return run.task().name();
    }

    @Override
    public Map<String, String> headers() {
        return run.task().headers();
    }

    @Override
    public Callable<?> call() {
        return run.task().call();
    }

    @Override
    public Optional<Payload> payload() {
        return Optional.ofNullable(payload);
    }

    void delivered() {
        delivered = true;
    }

    boolean isDelivered() {
        return delivered;
    }

    void stopOnDelivery(boolean byForce) {
        if (byForce || stopOnDelivery == Stop.NONE) {
            stopOnDelivery = byForce ? Stop.KILL : Stop.CANCEL;
        }
    }

    /// Called without the lock, by the thread that has delivered it.
    void stopIfAskedOnTheWay() {
        if (stopOnDelivery != Stop.NONE) {
            stop(stopOnDelivery == Stop.KILL);
        }
    }

    /// Called without the lock.
    void stop(boolean byForce) {
        if (byForce) {
            entry.worker().kill(this);
        } else {
            entry.worker().cancel(this);
        }
    }

    void startedAt(long nowNanos) {
        started = true;
        startedNanos = nowNanos;
    }

    boolean hasStarted() {
        return started;
    }

    void timer(Backend.Timer timer) {
        this.timer = timer;
    }

    void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    Duration elapsed(long nowNanos) {
        return started ? Duration.ofNanos(nowNanos - startedNanos) : Duration.ZERO;
    }

    @Override
    public String toString() {
        return "attempt " + number + " of " + run;
    }
}
