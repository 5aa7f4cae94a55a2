package io.millhand;

import static java.util.Objects.requireNonNull;

import io.millhand.spi.Backend;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The tasks that wait for a worker, and which of them is next. Touched under the dispatcher's lock only.
///
/// Each task waits in a [Flow]; the heads of flows compete in the [Lane] of what they require; a head that may not
/// start
/// (its series is paused or at its limit) is in no lane until that changes. So a choice costs `O(log n)` in the
/// flows that may start, whatever else waits.
final class ReadyTasks {

    /// A task and the slot that it has now.
    ///
    /// @param ahead whether the others of its series must wait until it has started
    record Choice(
            TaskRun<?> run, SlotTable.Entry entry, @Nullable Resource resource, boolean ahead) {}

    private static final int FEW = 64;

    private final Order order;
    /// Tasks without a series that stand and need the same.
    private record Alike(Placement placement, Needs needs) {}

    private final Map<Alike, Flow> unnamed = new LinkedHashMap<>();
    private final Map<String, Flow> series = new LinkedHashMap<>();
    private final Map<Needs, Lane> lanes = new HashMap<>();
    private final Flow usual = new Flow(null, Placement.Place.IN_ORDER);

    /// Of the first task that has the default placement.
    private @Nullable Needs usualNeeds;

    private final Map<String, Resource> resources = new HashMap<>();

    /// To be set by who holds the lock no more.
    private List<Resource.Alarm> alarms = new ArrayList<>();

    private boolean paused;
    private boolean resumedForGood;
    private int sweepAt = FEW;

    /// The start tag of the task that was chosen last.
    private long virtualTime;

    private int size;

    ReadyTasks(Order order) {
        this.order = order;
    }

    int size() {
        return size;
    }

    /// A new task: last of its flow.
    void add(TaskRun<?> run) {
        var flow = flowOf(run);
        flow.append(run);
        size++;
        settle(flow);
    }

    /// A task that was taken back, or waits no more for its next attempt: it has its old place in its flow.
    void reenter(TaskRun<?> run) {
        var flow = flowOf(run);
        change(flow, () -> flow.insertByAge(run));
        size++;
    }

    void remove(TaskRun<?> run) {
        var flow = requireNonNull(run.flow, "a ready task is in a flow");
        change(flow, () -> flow.unlink(run));
        size--;
    }

    /// Changes something that may concern the head of a flow. A head that competes before and after keeps its tag:
    /// the virtual time may have gone past it where others could start and it could not.
    private void change(Flow flow, Runnable what) {
        var head = flow.head();
        var competes = flow.state == Flow.State.ELIGIBLE ? head : null;
        var tries = flow.state == Flow.State.ELIGIBLE && head != null ? resourceOf(head) : null;
        leaveLane(flow);
        what.run();
        settle(flow, competes);
        if (tries != null) {
            letTry(tries); // it may not try any more
        }
    }

    /// Removes those that match, in the order of their submission.
    List<TaskRun<?>> drain(Predicate<TaskRun<?>> which) {
        var drained = new ArrayList<TaskRun<?>>(size);
        forEach(drained::add);
        drained.removeIf(which.negate());
        drained.forEach(this::remove);
        drained.sort(Comparator.comparingLong(TaskRun::id));
        return drained;
    }

    void forEach(Consumer<TaskRun<?>> action) {
        flows().forEach(flow -> flow.forEach(action));
    }

    /// Takes out the task that starts next, among those for which there is a slot and a permit, and the slot; null
    /// where
    /// there is none.
    @Nullable
    Choice next(SlotTable slots, Backend clock) {
        if (paused) {
            return null;
        }
        for (var choice = best(slots); choice != null; choice = best(slots)) {
            if (hasPermit(choice.flow, clock)) {
                var resource = resourceOf(requireNonNull(choice.flow.head(), "it has a head"));
                var run = takeHead(choice.flow);
                slots.take(choice.entry);
                boolean isAhead = choice.flow.series != null && choice.entry.ahead() > 0;
                if (isAhead) {
                    choice.flow.sentAhead(choice.entry);
                }
                if (resource != null) {
                    letTry(resource); // there may be more than one permit
                }
                return new Choice(run, choice.entry, resource, isAhead);
            }
        }
        return null;
    }

    /// Takes a permit for the head, or lets the flow wait for one.
    private boolean hasPermit(Flow flow, Backend clock) {
        var resource = resourceOf(requireNonNull(flow.head(), "an eligible flow has a head"));
        if (resource == null) {
            return true;
        }
        long now = clock.nanoTime();
        long wait = resource.permits().tryAcquire(now);
        if (wait == 0) {
            return true;
        }
        var lane = requireNonNull(flow.lane, "an eligible flow is in a lane");
        lane.eligible.remove(flow);
        flow.state = Flow.State.NO_PERMIT;
        flow.awaited = resource;
        var alarm = resource.await(flow, lane, wait, now);
        if (alarm != null) {
            alarms.add(alarm);
        }
        return false;
    }

    private @Nullable Resource resourceOf(TaskRun<?> run) {
        return resources.isEmpty()
                ? null
                : run.placement().resource().map(resources::get).orElse(null);
    }

    private record Candidate(Flow flow, SlotTable.Entry entry) {}

    private @Nullable Candidate best(SlotTable slots) {
        Candidate best = null;
        for (var lane : lanes.values()) {
            if (!lane.eligible.isEmpty() && (best == null || Flow.NEXT.compare(lane.eligible.first(), best.flow) < 0)) {
                var candidate = bestOf(lane, slots);
                boolean isBetter =
                        candidate != null && (best == null || Flow.NEXT.compare(candidate.flow, best.flow) < 0);
                best = isBetter ? candidate : best;
            }
        }
        return best;
    }

    /// The first one for which there is room: a series that may go on in one worker only is passed by.
    private static @Nullable Candidate bestOf(Lane lane, SlotTable slots) {
        var anybody = slots.find(lane.needs);
        if (anybody == null) {
            return null;
        }
        for (var flow : lane.eligible) {
            var only = flow.aheadAt();
            if (only == null || slots.hasRoom(only, lane.needs)) {
                return new Candidate(flow, only == null ? anybody : only);
            }
        }
        return null;
    }

    private TaskRun<?> takeHead(Flow flow) {
        var run = requireNonNull(flow.head(), "an eligible flow has a head");
        leaveLane(flow);
        if (run.startTag == TaskRun.NO_TAG) {
            run.startTag = flow.tag();
            flow.finishTag = flow.tag() + Order.cost(run.placement().niceness());
        }
        virtualTime = Math.max(virtualTime, flow.tag());
        flow.unlink(run);
        flow.underWay++;
        size--;
        settle(flow);
        return run;
    }

    /// Sets the limit of a resource.
    void limit(String resource, Limit limit, long now) {
        var known = resources.get(resource);
        if (known == null) {
            resources.put(resource, new Resource(limit, now));
        } else {
            known.limit(limit, now);
            letTry(known);
        }
    }

    /// Takes the limit of a resource away.
    void unlimit(String resource) {
        var known = resources.remove(resource);
        if (known != null) {
            known.clear();
            while (!known.lanes().isEmpty()) {
                letTry(known);
            }
        }
    }

    void ring(Resource.Alarm alarm) {
        if (alarm.over()) {
            letTry(alarm.resource());
        }
    }

    /// The alarms to set, each once.
    List<Resource.Alarm> takeAlarms() {
        if (alarms.isEmpty()) {
            return List.of();
        }
        var taken = alarms;
        alarms = new ArrayList<>();
        return taken;
    }

    /// Nothing will start any more.
    void clearAlarms() {
        resources.values().forEach(Resource::clear);
    }

    /// Lets the next flow of each lane try to get a permit; and one more besides one that may go to one worker only,
    /// which may have no room.
    private void letTry(Resource resource) {
        for (var lane : resource.lanes()) {
            var flow = resource.next(lane);
            while (flow != null) {
                leaveLane(flow);
                settle(flow);
                boolean tries = flow.state == Flow.State.ELIGIBLE && flow.aheadAt() == null;
                flow = tries ? null : resource.next(lane);
            }
        }
    }

    /// A worker has taken an attempt.
    ///
    /// @return whether others may start now that waited for it
    boolean started(AttemptRun attempt) {
        return attempt.waitsNoMore() && flowOf(attempt.run()).aheadOver();
    }

    /// An attempt has left its slot.
    void ended(AttemptRun attempt, Permits.Ending ending, long now) {
        var flow = flowOf(attempt.run());
        var _ = started(attempt); // where it never did
        flow.underWay--;
        settle(flow);
        var resource = attempt.resource();
        if (resource != null) {
            resource.permits().release(now, attempt.elapsed(now).toNanos(), ending);
            letTry(resource);
        }
    }

    /// Lets nothing start.
    void pause(boolean paused) {
        this.paused = paused && !resumedForGood;
    }

    void pause(String name, boolean paused) {
        var flow = seriesNamed(name);
        change(flow, () -> flow.paused = paused && !resumedForGood);
    }

    void limit(String name, int limit) {
        var flow = seriesNamed(name);
        change(flow, () -> flow.limit = limit);
    }

    /// Lifts all pauses and allows no more of them, since the queue is shut down and nobody would lift them.
    void resumeForGood() {
        resumedForGood = true;
        paused = false;
        for (var flow : series.values()) {
            flow.paused = false;
            settle(flow);
        }
    }

    /// Puts a flow where it belongs after something about it has changed.
    private void settle(Flow flow) {
        settle(flow, null);
    }

    /// @param keyed the head that has its key
    private void settle(Flow flow, @Nullable TaskRun<?> keyed) {
        var head = flow.head();
        if (flow.state == Flow.State.ELIGIBLE || flow.state == Flow.State.NO_PERMIT) {
            return; // it changed behind its head
        }
        if (head == null) {
            flow.state = Flow.State.EMPTY;
        } else if (flow.paused) {
            flow.state = Flow.State.PAUSED;
        } else if (flow.underWay >= flow.limit) {
            flow.state = Flow.State.AT_LIMIT;
        } else {
            flow.state = Flow.State.ELIGIBLE;
            if (head != keyed) {
                flow.key(tagOf(head, flow), head.id());
            }
            var lane = lanes.computeIfAbsent(head.needs(), Lane::new);
            lane.eligible.add(flow);
            flow.lane = lane;
        }
    }

    /// Those outside the order have no tag of their own, so that they start as they were submitted and leave the
    /// virtual time alone.
    private long tagOf(TaskRun<?> head, Flow flow) {
        if (head.placement().place() != Placement.Place.IN_ORDER) {
            return 0;
        }
        boolean returns = head.startTag != TaskRun.NO_TAG;
        return returns ? head.startTag : order.startTag(head, virtualTime, flow.finishTag);
    }

    /// Before anything about the head of a flow changes.
    private void leaveLane(Flow flow) {
        if (flow.state == Flow.State.ELIGIBLE) {
            var lane = requireNonNull(flow.lane, "an eligible flow is in a lane");
            lane.eligible.remove(flow);
            if (lane.eligible.isEmpty() && lanes.size() > FEW) {
                lanes.remove(lane.needs);
            }
            flow.lane = null;
            flow.state = Flow.State.EMPTY; // until it is settled
        } else if (flow.awaited != null) {
            flow.awaited.leave(flow, requireNonNull(flow.lane, "it waits for a permit in a lane"));
            flow.awaited = null;
            flow.lane = null;
            flow.state = Flow.State.EMPTY;
        }
    }

    /// Why the tasks of each flow wait, and those that wait for another attempt.
    Map<WaitReason, Integer> reasons(SlotTable slots, int waitingRetry) {
        var counts = new EnumMap<WaitReason, Integer>(WaitReason.class);
        if (waitingRetry > 0) {
            counts.put(WaitReason.BACKOFF, waitingRetry);
        }
        for (var flow : flows()) {
            if (flow.size() > 0) {
                counts.merge(reasonOf(flow, slots), flow.size(), Integer::sum);
            }
        }
        return counts;
    }

    /// Why the head of a flow that is not empty does not start.
    WaitReason reasonOf(Flow flow, SlotTable slots) {
        var head = requireNonNull(flow.head(), "the flow is not empty");
        return switch (flow.state) {
            case PAUSED -> WaitReason.SERIES_PAUSED;
            case AT_LIMIT -> WaitReason.SERIES_LIMIT;
            case NO_PERMIT -> WaitReason.RESOURCE_LIMIT;
            case EMPTY, ELIGIBLE -> {
                if (!slots.isServed(head.needs())) {
                    yield WaitReason.NOBODY_QUALIFIES;
                }
                yield paused ? WaitReason.QUEUE_PAUSED : WaitReason.NO_FREE_SLOT;
            }
        };
    }

    private Flow flowOf(TaskRun<?> run) {
        var placement = run.placement();
        if (placement.equals(Placement.DEFAULT)) {
            usualNeeds = usualNeeds == null ? run.needs() : usualNeeds;
            if (usualNeeds.equals(run.needs())) {
                return usual;
            }
        }
        if (placement.series().isPresent()) {
            return seriesNamed(placement.series().get());
        }
        var alike = new Alike(placement, run.needs());
        var known = unnamed.get(alike);
        if (known != null) {
            return known;
        }
        sweep();
        var flow = new Flow(null, placement.place());
        unnamed.put(alike, flow);
        return flow;
    }

    private Flow seriesNamed(String name) {
        var known = series.get(name);
        if (known != null) {
            return known;
        }
        sweep();
        var flow = new Flow(name, Placement.Place.IN_ORDER);
        series.put(name, flow);
        return flow;
    }

    /// Forgets flows that nobody will miss, often enough that their number stays within twice of those in use.
    private void sweep() {
        if (unnamed.size() + series.size() >= sweepAt) {
            unnamed.values().removeIf(flow -> flow.isForgettable(virtualTime));
            series.values().removeIf(flow -> flow.isForgettable(virtualTime));
            sweepAt = Math.max(FEW, 2 * (unnamed.size() + series.size()));
        }
    }

    private List<Flow> flows() {
        var all = new ArrayList<Flow>(1 + unnamed.size() + series.size());
        all.add(usual);
        all.addAll(unnamed.values());
        all.addAll(series.values());
        return all;
    }
}
