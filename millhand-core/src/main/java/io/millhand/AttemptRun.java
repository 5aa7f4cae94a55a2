package io.millhand;

import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Backend;
import io.millhand.spi.ItemReceiver;
import io.millhand.spi.ItemSupply;
import io.millhand.spi.Payload;
import io.millhand.spi.Worker;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One attempt in one slot: what the worker gets, and what the dispatcher remembers of it.
final class AttemptRun implements Assignment {

    private final TaskRun<?> run;
    private final int number;
    private final SlotTable.Entry entry;

    /// Whose permit it has.
    private final @Nullable Resource resource;

    private final Optional<Payload> payload;

    /// ON_THE_WAY -> (CANCEL_ASKED ->) (KILL_ASKED ->) DELIVERED. A worker ignores what it is told of an attempt
    /// that it does not have yet: what is asked while the attempt is on its way is told by the thread that
    /// delivers it.
    private enum Delivery {
        ON_THE_WAY,
        CANCEL_ASKED,
        KILL_ASKED,
        DELIVERED
    }

    private final AtomicReference<Delivery> delivery = new AtomicReference<>(Delivery.ON_THE_WAY);

    // The rest is touched under the dispatcher's lock only.

    private boolean started;
    private boolean over;

    /// The others of its series wait until it starts.
    private final boolean ahead;

    private boolean waits = true;

    private final long readyNanos;
    private final long assignedNanos;
    private long startedNanos;

    /// How it stands in the list of its task's attempts, if it does.
    private @Nullable Attempt recorded;

    /// In a flight recording.
    private @Nullable Object flight;

    /// Most attempts have none, and one map less to make.
    private Map<Expiry.Clock, Backend.Timer> timers = Map.of();

    /// Written by any thread of the task.
    private volatile long aliveNanos;

    /// Only ever becomes true.
    private volatile boolean silenced;

    AttemptRun(TaskRun<?> run, int number, ReadyTasks.Choice choice, Optional<Payload> payload) {
        this.run = run;
        this.number = number;
        this.entry = choice.entry();
        this.resource = choice.resource();
        this.ahead = choice.ahead();
        this.payload = payload;
        this.readyNanos = run.readyNanos();
        this.assignedNanos = run.nanoTime();
    }

    TaskRun<?> run() {
        return run;
    }

    SlotTable.Entry entry() {
        return entry;
    }

    @Nullable
    Resource resource() {
        return resource;
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
    public Duration limit() {
        return run.task().clocks().left(run.age(run.nanoTime()));
    }

    @Override
    public Optional<ProgressRules> progressRules() {
        return run.task().reporting().progress();
    }

    @Override
    public Callable<?> call() {
        return run.task().call();
    }

    @Override
    public Optional<Payload> payload() {
        return payload;
    }

    @Override
    public Optional<ItemReceiver> items() {
        return run.task().call() instanceof ItemsCall<?> call ? Optional.ofNullable(call.inbox()) : Optional.empty();
    }

    @Override
    public Optional<ItemSupply> inputs() {
        return run.task().call() instanceof InputSupply.Reading call
                ? Optional.ofNullable(call.supply()).map(supply -> supply.of(() -> alive(run.nanoTime())))
                : Optional.empty();
    }

    /// Whether it makes items, or reads an input: neither can be had a second time.
    boolean streams() {
        return run.task().call() instanceof InputSupply.Reading call
                && (call instanceof ItemsCall<?> || call.supply() != null);
    }

    /// Whether it makes items that nobody wants now, or reads what is not there yet: its silence says nothing
    /// then.
    boolean waitsForOthers() {
        return (run.task().call() instanceof ItemsCall<?> call && call.waitsForDemand())
                || (run.task().call() instanceof InputSupply.Reading reading && reading.waitsForInput());
    }

    /// Gives it to its worker. Called without the lock, once.
    void deliver() {
        entry.worker().assign(this);
        switch (delivery.getAndSet(Delivery.DELIVERED)) {
            case ON_THE_WAY, DELIVERED -> {}
            case CANCEL_ASKED -> entry.worker().cancel(this);
            case KILL_ASKED -> entry.worker().kill(this);
        }
    }

    /// Kills or cancels it. Called without the lock, any number of times.
    void stop(boolean byForce) {
        var asked = byForce ? Delivery.KILL_ASKED : Delivery.CANCEL_ASKED;
        var before =
                delivery.getAndUpdate(now -> now == Delivery.DELIVERED || now == Delivery.KILL_ASKED ? now : asked);
        if (before == Delivery.DELIVERED && byForce) {
            entry.worker().kill(this);
        } else if (before == Delivery.DELIVERED) {
            entry.worker().cancel(this);
        }
    }

    void startedAt(long nowNanos) {
        started = true;
        startedNanos = nowNanos;
        aliveNanos = nowNanos;
        flight = FlightLog.begun();
    }

    /// It starts, or comes back.
    ///
    /// @return whether the others of its series have waited for this, and need not any more
    boolean waitsNoMore() {
        boolean waited = waits;
        waits = false;
        if (waited) {
            entry.begun();
        }
        return waited && ahead;
    }

    /// Since its task could begin, until it was given to the worker.
    long waitNanos() {
        return assignedNanos - readyNanos;
    }

    /// From then until the worker took it. Of those that have started.
    long overheadNanos() {
        return startedNanos - assignedNanos;
    }

    void recorded(Attempt recorded) {
        this.recorded = recorded;
    }

    boolean isRecorded() {
        return recorded != null;
    }

    /// How it ended; empty where it does not count.
    String recordedEnding() {
        return recorded == null ? "" : recorded.ending().name();
    }

    @Nullable
    Object flight() {
        return flight;
    }

    boolean hasStarted() {
        return started;
    }

    void alive(long nowNanos) {
        if (!silenced) {
            aliveNanos = nowNanos;
        }
    }

    /// It is stopped for its silence: a sign of life comes too late now.
    void silenced() {
        silenced = true;
    }

    /// Since its last sign of life.
    Duration silence(long nowNanos) {
        return Duration.ofNanos(nowNanos - aliveNanos);
    }

    /// Remembers a timer, or calls it off where the attempt has ended meanwhile.
    void timer(Expiry.Clock clock, Backend.Timer timer) {
        if (over) {
            timer.cancel();
        } else {
            timers = timers.isEmpty() ? new EnumMap<>(Expiry.Clock.class) : timers;
            timers.put(clock, timer);
        }
    }

    /// It has left its slot.
    void over() {
        over = true;
        timers.values().forEach(Backend.Timer::cancel);
        timers = Map.of();
    }

    /// What its ending says of its resource. One that was killed counts as failed, whoever asked for it: nobody
    /// knows what it would have come to.
    Permits.Ending verdictForPermit(AttemptEnding ending) {
        if (!started) {
            return Permits.Ending.REFUNDED;
        }
        return switch (ending) {
            case AttemptEnding.TakenBack _, AttemptEnding.StartFailed _ -> Permits.Ending.REFUNDED;
            case AttemptEnding.Returned _ -> Permits.Ending.SUCCEEDED;
            case AttemptEnding.Threw(BackOff backOff) -> Permits.Ending.overloaded(backOff);
            case AttemptEnding.Answered(var answer) when answer.returned() -> Permits.Ending.SUCCEEDED;
            case AttemptEnding.Answered(var answer) ->
                answer.backOff().map(Permits.Ending::overloaded).orElse(Permits.Ending.FAILED);
            case AttemptEnding.Threw _, AttemptEnding.Crashed _, AttemptEnding.Killed _ -> Permits.Ending.FAILED;
        };
    }

    Duration elapsed(long nowNanos) {
        return started ? Duration.ofNanos(nowNanos - startedNanos) : Duration.ZERO;
    }

    QueueSnapshot.Running snapshot(long nowNanos) {
        return new QueueSnapshot.Running(
                taskId(), taskName(), number, worker().name(), elapsed(nowNanos), !run.isCurrent(this));
    }

    @Override
    public String toString() {
        return "attempt " + number + " of " + run;
    }
}
