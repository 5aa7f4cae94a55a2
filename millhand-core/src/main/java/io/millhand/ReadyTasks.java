package io.millhand;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The tasks that wait for a worker, and which of them is next. Touched under the dispatcher's lock only.
///
/// Each task waits in a [Flow]; the heads of flows compete in the [Lane] of what they require; a head that may not
/// start
/// (its series is paused or at its limit) is in no lane until that changes. So a choice costs `O(log n)` in the
/// flows that may start, whatever else waits.
final class ReadyTasks {

    /// A task and the slot it can have.
    record Choice(TaskRun<?> run, SlotTable.Entry entry) {}

    private static final int FEW = 64;

    private final Order order;
    private final Map<Placement, Flow> unnamed = new HashMap<>();
    private final Map<String, Flow> series = new HashMap<>();
    private final Map<Set<String>, Lane> lanes = new HashMap<>();
    private final Flow usual = new Flow(null, Placement.Place.IN_ORDER);
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
        var flow = flowOf(run.placement());
        flow.append(run);
        size++;
        settle(flow);
    }

    /// A task that was taken back, or waits no more for its next attempt: it has its old place in its flow.
    void reenter(TaskRun<?> run) {
        var flow = flowOf(run.placement());
        leaveLane(flow);
        flow.insertByAge(run);
        size++;
        settle(flow);
    }

    void remove(TaskRun<?> run) {
        var flow = requireNonNull(run.flow, "a ready task is in a flow");
        leaveLane(flow);
        flow.unlink(run);
        size--;
        settle(flow);
    }

    /// Removes all, in the order of their submission.
    List<TaskRun<?>> drain() {
        var drained = new ArrayList<TaskRun<?>>(size);
        forEach(drained::add);
        drained.forEach(this::remove);
        drained.sort(Comparator.comparingLong(TaskRun::id));
        return drained;
    }

    void forEach(Consumer<TaskRun<?>> action) {
        flows().forEach(flow -> flow.forEach(action));
    }

    /// Takes out the task that starts next, among those for which there is a slot; null where there is none.
    @Nullable
    Choice next(SlotTable slots) {
        Flow best = null;
        SlotTable.Entry entry = null;
        for (var lane : lanes.values()) {
            if (!lane.eligible.isEmpty()) {
                var candidate = lane.eligible.first();
                if (best == null || Flow.NEXT.compare(candidate, best) < 0) {
                    var free = slots.find(lane.requires);
                    best = free == null ? best : candidate;
                    entry = free == null ? entry : free;
                }
            }
        }
        return best == null ? null : new Choice(takeHead(best), requireNonNull(entry, "found with its flow"));
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

    /// An attempt of a task of this placement has left its slot.
    void ended(Placement placement) {
        var flow = flowOf(placement);
        flow.underWay--;
        settle(flow);
    }

    void pause(String name, boolean paused) {
        var flow = seriesNamed(name);
        leaveLane(flow);
        flow.paused = paused;
        settle(flow);
    }

    void limit(String name, int limit) {
        var flow = seriesNamed(name);
        leaveLane(flow);
        flow.limit = limit;
        settle(flow);
    }

    /// Lifts all pauses, since nothing will.
    void resumeAll() {
        for (var flow : series.values()) {
            flow.paused = false;
            settle(flow);
        }
    }

    /// Puts a flow where it belongs after something about it has changed.
    private void settle(Flow flow) {
        var head = flow.head();
        if (flow.state == Flow.State.ELIGIBLE) {
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
            flow.key(tagOf(head, flow), head.id());
            var lane = lanes.computeIfAbsent(head.placement().requires(), Lane::new);
            lane.eligible.add(flow);
            flow.lane = lane;
        }
    }

    /// Those outside the order have no tag of their own, so that they start as they were submitted and leave the
    /// virtual
    /// time alone.
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
                lanes.remove(lane.requires);
            }
            flow.lane = null;
            flow.state = Flow.State.EMPTY; // until it is settled
        }
    }

    private Flow flowOf(Placement placement) {
        if (placement.equals(Placement.DEFAULT)) {
            return usual;
        }
        if (placement.series().isPresent()) {
            return seriesNamed(placement.series().get());
        }
        var known = unnamed.get(placement);
        if (known != null) {
            return known;
        }
        sweep();
        var flow = new Flow(null, placement.place());
        unnamed.put(placement, flow);
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
