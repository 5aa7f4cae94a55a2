package io.millhand.testkit.sim;

import io.millhand.testkit.sim.Known.Attempt;
import io.millhand.testkit.sim.Known.Phase;
import io.millhand.testkit.sim.Known.Resource;
import io.millhand.testkit.sim.Known.Slots;
import io.millhand.testkit.sim.Known.Task;
import io.millhand.testkit.sim.Play.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a queue should do, as simply as it can be said: lists, searched from end to end. Shares no code with the queue.
///
/// It is told three kinds of things, in the order in which they happen: what is asked of the queue
/// ([#submitted], [#cancelled], [#shutDown], ...), what workers report to it ([#started], [#ended]), and what
/// the queue does ([#assigned], [#killed], [#told], [#drew]). From the first two it knows what the third must
/// be; whatever is not so is a [#violation].
///
/// The queue's timers are not seen. What a timer brings about at this very instant may or may not have happened,
/// until the instant is over or [#rest] says that nothing is left to do in it.
final class Model {

    private static final int FAILED_STARTS = 3;

    private final LongSupplier clock;
    private final History.Setup setup;
    private final Lines lines;
    private final Map<Integer, Task> tasks = new LinkedHashMap<>();

    /// Those that have not ended.
    private final List<Task> alive = new ArrayList<>();

    private final Staff workers = new Staff();
    private final Map<String, Resource> resources = new LinkedHashMap<>();
    private final List<Attempt> underWay = new ArrayList<>();

    /// Those whose next attempt waits for its delay to be drawn.
    private final List<Task> undrawn = new ArrayList<>();

    private long lastSerial;
    private int failedStarts;
    private boolean paused;
    private boolean shutDown;
    private @Nullable String violation;

    Model(LongSupplier clock, History.Setup setup) {
        this.clock = clock;
        this.setup = setup;
        lines = new Lines(setup.strict());
    }

    // What is asked of the queue.

    void offered(String worker, History.Room room) {
        workers.add(worker, room);
    }

    void takesAhead(String worker, int ahead) {
        tick(false);
        workers.change(worker, slots -> slots.takeAhead(ahead));
    }

    void withdrawn(String worker) {
        tick(false);
        workers.change(worker, slots -> slots.leaving = true);
        endUnserved(false);
    }

    void resized(String worker, int total) {
        tick(false);
        workers.change(worker, slots -> slots.resize(total));
    }

    void paused(boolean paused) {
        tick(false);
        this.paused = paused && !shutDown;
    }

    void pausedSeries(String series, boolean paused) {
        tick(false);
        lines.named("series " + series).paused = paused && !shutDown;
        compete();
    }

    void limitedSeries(String series, int limit) {
        tick(false);
        lines.named("series " + series).limit = limit;
        compete();
    }

    void limitedResource(String resource, OptionalInt limit) {
        tick(false);
        if (limit.isPresent()) {
            resources.computeIfAbsent(resource, _ -> new Resource()).limit = limit.getAsInt();
        } else {
            resources.remove(resource);
        }
    }

    private Optional<Resource> resourceOf(Task task) {
        return task.spec.stand().resource().map(resources::get);
    }

    /// @param surely whether the queue must know of the room for it
    private boolean canStart(Task task, boolean surely) {
        boolean hasPermit = resourceOf(task)
                .filter(resource -> resource.inUse >= resource.limit)
                .isEmpty();
        return hasPermit && workers.hasRoomFor(task, aheadAt(task), surely);
    }

    /// Where others of its series wait that must start before it.
    private @Nullable Slots aheadAt(Task task) {
        return underWay.stream()
                .filter(attempt -> attempt.task.line == task.line && attempt.ahead && attempt.startedAt < 0)
                .map(attempt -> attempt.worker)
                .findFirst()
                .orElse(null);
    }

    /// Answers whether the task must be admitted.
    boolean submitted(TaskSpec spec) {
        tick(false);
        long waiting = alive.stream().filter(task -> task.current == null).count();
        if (shutDown || waiting >= setup.capacity()) {
            return false;
        }
        var task = new Task(spec, lines.named(spec.stand().line()), ++lastSerial, now());
        tasks.put(spec.id(), task);
        alive.add(task);
        compete();
        return true;
    }

    /// Answers what the queue must answer.
    boolean cancelled(Task task, boolean force, boolean nested) {
        tick(false);
        if (task.phase == Phase.ENDED) {
            return false;
        }
        if (task.current != null) {
            task.current.mustBeKilled |= force;
            task.current.mustBeTold |= !force;
        }
        task.overtaken |= nested;
        end(task, "Cancelled(CALLER)", "CANCELLED");
        return true;
    }

    /// Answers how many tasks the queue must cancel.
    int cancelledSeries(String series, boolean force) {
        tick(false);
        var found = alive.stream()
                .filter(task ->
                        task.spec.stand().series().filter(series::equals).isPresent())
                .toList();
        found.forEach(task -> cancelled(task, force, false));
        return found.size();
    }

    void shutDown(boolean nested) {
        tick(false);
        shutDown = true;
        paused = false;
        lines.resumeAll();
        endUnserved(nested);
        compete();
    }

    /// Nobody waits for a worker that will not come.
    private void endUnserved(boolean nested) {
        alive.stream()
                .filter(task -> task.current == null && isInVain(task))
                .toList()
                .forEach(task -> {
                    task.overtaken |= nested;
                    end(task, "Cancelled(SHUTDOWN)", "CANCELLED");
                });
    }

    private boolean isInVain(Task task) {
        return shutDown && !workers.serves(task);
    }

    /// Answers the names that the queue must answer.
    List<String> shutDownNow() {
        tick(false);
        shutDown = true;
        paused = false;
        var neverStarted = alive.stream()
                .filter(task -> task.phase == Phase.READY && task.attempts.isEmpty())
                .map(task -> task.spec.name())
                .toList();
        underWay.forEach(attempt -> attempt.mustBeKilled = true);
        List.copyOf(alive).forEach(task -> end(task, "Cancelled(SHUTDOWN)", "CANCELLED"));
        return neverStarted;
    }

    // What workers report.

    void started(Attempt attempt) {
        tick(false);
        attempt.startedAt = now();
        attempt.aliveAt = now();
        failedStarts = 0;
        if (attempt.isCurrent()) {
            attempt.task.phase = attempt.task.phase == Phase.STOPPING ? Phase.STOPPING : Phase.RUNNING;
            attempt.task.events.add("started " + attempt.number + " on " + attempt.worker.name);
        }
    }

    void alive(Attempt attempt) {
        tick(false);
        attempt.aliveAt = now();
    }

    void ended(Attempt attempt, Report report) {
        tick(false);
        if (!underWay.remove(attempt)) {
            return; // reported before: dropped
        }
        attempt.ended = true;
        attempt.task.line.underWay--;
        if (attempt.resource != null) {
            attempt.resource.inUse--;
        }
        if (attempt.isCurrent()) {
            attempt.task.current = null;
            judge(attempt, report);
        } else if (attempt.startedAt >= 0) {
            record(attempt, "CANCELLED");
        }
        attempt.worker.lookedAt();
        if (report != Report.START_FAILED) {
            attempt.worker.free++;
        } else if (++failedStarts < FAILED_STARTS) {
            workers.pause(attempt.worker, now() + (failedStarts == 1 ? millis(100) : millis(1_000)));
        } else {
            failedStarts = 0;
            attempt.worker.free++;
            var inVain = alive.stream()
                    .filter(task -> task.phase == Phase.READY
                            && Slots.OFFERS.containsAll(task.spec.stand().requires()))
                    .toList();
            inVain.forEach(task -> end(task, "Failed(no worker starts)", "FAILED"));
        }
        compete();
    }

    private void judge(Attempt attempt, Report report) {
        var task = attempt.task;
        if (task.phase == Phase.STOPPING) {
            boolean lost = report == Report.LEFT_BEHIND;
            String times = task.late
                    ? "DEADLINE, " + task.spec.clocks().deadline().orElseThrow() + ", " + age(task)
                    : attempt.silentSince >= 0
                            ? "NO_PROGRESS, " + task.spec.clocks().silence().orElseThrow() + ", "
                                    + Duration.ofNanos(now() - attempt.silentSince)
                            : "TIMEOUT, " + task.spec.clocks().timeout().orElseThrow() + ", " + elapsed(attempt);
            endOrRetry(attempt, "TimedOut(" + times + ", " + lost + ")", "TIMED_OUT", lost || task.late);
            return;
        }
        switch (report) {
            case TAKEN_BACK, START_FAILED -> {
                task.phase = Phase.READY;
                endUnserved(false);
            }
            case RETURNED -> endOrRetry(attempt, "Succeeded(" + attempt + ")", "SUCCEEDED", true);
            case THREW -> endOrRetry(attempt, "Failed(" + attempt + ")", "FAILED", false);
            case KILLED, LEFT_BEHIND -> endOrRetry(attempt, "Failed(unasked)", "FAILED", false);
            case CRASHED -> {
                boolean last = task.attempts.size() + 1 >= task.spec.retry().maxAttempts();
                boolean quarantined = ++task.crashes >= task.spec.retry().crashLimit() && !last;
                endOrRetry(attempt, "Crashed(" + attempt + ", " + quarantined + ")", "CRASHED", quarantined);
            }
        }
    }

    private void endOrRetry(Attempt attempt, String outcome, String ending, boolean last) {
        var task = attempt.task;
        if (attempt.startedAt >= 0) {
            record(attempt, ending);
        }
        if (last || task.attempts.size() >= task.spec.retry().maxAttempts()) {
            end(task, outcome, ending);
            return;
        }
        if (isInVain(task)) {
            end(task, "Cancelled(SHUTDOWN)", "CANCELLED");
            return;
        }
        task.phase = Phase.WAITING;
        task.due = Long.MAX_VALUE;
        if (task.ceiling() == 0) {
            waitFor(task, 0);
        } else {
            undrawn.add(task);
        }
    }

    // What the queue does.

    /// Answers the attempt, or nothing where there is no such task.
    Optional<Attempt> assigned(String worker, int id, int number) {
        tick(false);
        var task = tasks.get(id);
        var slots = workers.get(worker);
        if (task == null || slots == null) {
            return violated("t" + id + " was assigned to " + worker + ", one of which is unknown");
        }
        var attempt = new Attempt(task, number, slots);
        boolean perhapsReady = task.phase == Phase.WAITING && task.due == now();
        if (task.phase != Phase.READY && !perhapsReady) {
            return violated(attempt + " was assigned while it was " + task.phase);
        }
        if (underWay.stream().anyMatch(other -> other.task == task)) {
            return violated(attempt + " was assigned while another attempt of it is under way");
        }
        if (number != task.attempts.size() + 1) {
            return violated(attempt + " was assigned after " + task.attempts.size() + " attempts");
        }
        if (perhapsReady) {
            task.phase = Phase.READY;
            compete();
        }
        workers.endPausesOf(slots, now());
        if (violatesRoom(attempt)) {
            return Optional.empty();
        }
        var next = next();
        boolean isBefore = setup.resources()
                || next.filter(other -> lines.compare(other, task) < 0).isEmpty();
        if (paused || !lines.isHead(task) || !canStart(task, false) || !isBefore) {
            return violated(attempt + " was assigned, next is " + next.map(other -> other.spec.name()));
        }
        lines.taken(task);
        slots.free--;
        slots.lookedAt();
        attempt.ahead = slots.free < 0 && task.spec.stand().series().isPresent();
        task.phase = Phase.ASSIGNED;
        task.current = attempt;
        task.given.add(attempt);
        underWay.add(attempt);
        resourceOf(task).ifPresent(resource -> {
            resource.inUse++;
            attempt.resource = resource;
        });
        task.line.underWay++;
        compete();
        return Optional.of(attempt);
    }

    /// Whether its worker cannot have it, or another one should.
    private boolean violatesRoom(Attempt attempt) {
        var task = attempt.task;
        var worker = attempt.worker;
        String assigned = attempt + " was assigned to " + worker.name + ", ";
        if (!worker.hasRoom(false)) {
            var _ = violated(assigned + "which has no free slot and takes no more ahead");
        } else if (!worker.offersAllFor(task)) {
            var _ = violated(assigned + "which is leaving or does not offer what it needs");
        }
        var only = aheadAt(task);
        if (only != null && only != worker) {
            var _ = violated(assigned + "while others of its series wait in " + only.name);
        } else if (only == null && worker.free <= 0) {
            workers.withFreeSlotFor(task)
                    .ifPresent(other -> violated(assigned + "ahead, while " + other.name + " has a free slot"));
        }
        return violation != null;
    }

    /// Whether the start of this attempt lets others of its series go elsewhere.
    boolean setsFree(Attempt attempt) {
        return attempt.ahead
                && underWay.stream()
                        .noneMatch(other -> other != attempt
                                && other.task.line == attempt.task.line
                                && other.ahead
                                && other.startedAt < 0);
    }

    void killed(Attempt attempt, boolean nested) {
        tick(false);
        var task = attempt.task;
        if (attempt.ended) {
            violatedUnless(nested, () -> attempt + " was killed after its end");
        } else if (attempt.isCurrent() && task.deadlineAt == now()) {
            task.phase = Phase.STOPPING;
            task.late = true;
        } else if (!attempt.mustBeKilled) {
            boolean running = attempt.isCurrent() && task.phase == Phase.RUNNING;
            boolean silent = running && now() == attempt.silenceEnds();
            attempt.silentSince = silent ? attempt.aliveAt : -1;
            violatedUnless(
                    silent || (running && now() == attempt.timeoutEnds()),
                    () -> attempt + " was killed after " + elapsed(attempt) + " and nobody had asked for it");
            task.phase = Phase.STOPPING;
        }
        attempt.killed = true;
    }

    void told(Attempt attempt, boolean nested) {
        tick(false);
        violatedUnless(nested || !attempt.ended, () -> attempt + " was told of a cancel after its end");
        violatedUnless(attempt.mustBeTold, () -> attempt + " was told of a cancel that was not asked for");
        attempt.told = true;
    }

    void drew(long bound, long value) {
        tick(false);
        var whose = undrawn.stream().filter(task -> task.ceiling() == bound).findFirst();
        if (whose.isEmpty()) {
            var _ = violated("a delay of up to " + Text.millis(bound) + " was drawn, awaited are "
                    + undrawn.stream().map(task -> Text.millis(task.ceiling())).toList());
            return;
        }
        undrawn.remove(whose.get());
        if (whose.get().phase == Phase.WAITING) {
            waitFor(whose.get(), value);
        }
    }

    private void waitFor(Task task, long nanos) {
        task.due = now() + nanos;
        task.events.add("retrying " + task.attempts.getLast() + " in " + nanos);
    }

    // What must hold.

    /// Called when no call is under way.
    ///
    /// @param settled whether nothing is left to do at this instant
    void rest(boolean settled) {
        tick(settled);
        long past = settled ? now() : now() - 1;
        for (var attempt : underWay) {
            var task = attempt.task;
            boolean running = attempt.isCurrent() && task.phase == Phase.RUNNING;
            violatedUnless(!running || attempt.timeoutEnds() > past, () -> attempt + " was not killed on its timeout");
            violatedUnless(
                    !running || attempt.silenceEnds() > past, () -> attempt + " was not killed although it is silent");
            violatedUnless(
                    !attempt.isCurrent() || task.late || task.deadlineAt > now(),
                    () -> attempt + " was not killed on the deadline of its task");
            violatedUnless(!attempt.mustBeKilled || attempt.killed, () -> attempt + " was cancelled and not killed");
            violatedUnless(
                    !attempt.mustBeTold || attempt.told || attempt.killed,
                    () -> attempt + " was cancelled and not told");
        }
        undrawn.forEach(task -> violatedUnless(
                task.phase != Phase.WAITING,
                () -> task.spec.name() + " waits for its next attempt and no delay was drawn"));
        undrawn.clear();
        next().ifPresent(task -> violatedUnless(
                false, () -> task.spec.name() + " is ready, there is a free slot for it, and nothing happens"));
    }

    boolean hasWorkers() {
        return workers.isThere();
    }

    boolean mustBeShutDown() {
        return shutDown;
    }

    boolean mustBeTerminated() {
        return shutDown && underWay.isEmpty() && alive.isEmpty();
    }

    /// Whether nothing waits, runs or is paused for a while.
    boolean isIdle() {
        return underWay.isEmpty() && alive.isEmpty() && (shutDown || !workers.pauses());
    }

    Iterable<Task> tasks() {
        return tasks.values();
    }

    @Nullable
    Task task(int id) {
        return tasks.get(id);
    }

    List<Attempt> underWay() {
        return List.copyOf(underWay);
    }

    Optional<String> violation() {
        return Optional.ofNullable(violation);
    }

    /// The first one counts: what comes after it follows from it.
    <T> Optional<T> violated(String what) {
        if (violation == null) {
            violation = "at " + Text.millis(now()) + ": " + what;
        }
        return Optional.empty();
    }

    private void violatedUnless(boolean holds, Supplier<String> what) {
        if (!holds) {
            var _ = violated(what.get());
        }
    }

    // Time.

    private long now() {
        return clock.getAsLong();
    }

    /// Brings about what was due before this instant, or in it if that has settled.
    private void tick(boolean settled) {
        long past = settled ? now() : now() - 1;
        boolean changed = false;
        for (var task : List.copyOf(alive)) {
            if (task.phase == Phase.WAITING && task.due <= past) {
                task.phase = Phase.READY;
                changed = true;
            }
            if (task.current == null && task.deadlineAt <= now()) {
                String limit = task.spec.clocks().deadline().orElseThrow() + ", " + age(task);
                end(task, "TimedOut(DEADLINE, " + limit + ", false)", "TIMED_OUT");
            }
        }
        workers.endPauses(past);
        if (changed) {
            compete();
        }
    }

    /// The first task that must be assigned now, if any must.
    private Optional<Task> next() {
        return paused ? Optional.empty() : lines.next(task -> canStart(task, true));
    }

    private void compete() {
        lines.compete(alive);
    }

    // Tasks.

    private void record(Attempt attempt, String ending) {
        attempt.task.attempts.add(
                attempt.number + " on " + attempt.worker.name + ", " + elapsed(attempt) + ", " + ending);
    }

    private Duration elapsed(Attempt attempt) {
        return attempt.startedAt < 0 ? Duration.ZERO : Duration.ofNanos(now() - attempt.startedAt);
    }

    private void end(Task task, String outcome, String ending) {
        alive.remove(task);
        task.phase = Phase.ENDED;
        task.current = null;
        task.outcome = outcome;
        compete();
        task.events.add("ended " + ending + " after " + task.attempts.size());
    }

    private Duration age(Task task) {
        return Duration.ofNanos(now() - task.deadlineAt)
                .plus(task.spec.clocks().deadline().orElseThrow());
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
