package io.millhand;

import java.util.Comparator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A first-in-first-out line of waiting tasks: those of a series, or those without one that stand and need the
/// same. Only its head competes for workers. Touched under the dispatcher's lock only.
final class Flow {

    /*
     *   EMPTY <--> ELIGIBLE (in the heap of its lane) <--> PAUSED | AT_LIMIT | NO_PERMIT (in no heap, until that event)
     */
    enum State {
        EMPTY,
        ELIGIBLE,
        PAUSED,
        AT_LIMIT,
        NO_PERMIT
    }

    /// The one that starts next is the smallest.
    static final Comparator<Flow> NEXT = Comparator.<Flow, Placement.Place>comparing(flow -> flow.place)
            .thenComparingLong(flow -> flow.tag)
            .thenComparingLong(flow -> flow.serial);

    /// The series, or null.
    final @Nullable String series;

    private final Placement.Place place;

    State state = State.EMPTY;

    /// Where the head competes, or waits for a permit.
    @Nullable
    Lane lane;

    /// What the head waits for in NO_PERMIT.
    @Nullable
    Resource awaited;

    private long tag;
    private long serial;

    /// Where the next task of this flow begins, on the clock that [Order] describes.
    long finishTag;

    /// Attempts that are assigned and have not ended.
    int underWay;

    int limit = Integer.MAX_VALUE;
    boolean paused;

    /// Of a series: who was sent attempts ahead that have not started. The next ones must not start before them, and
    /// go to nobody else.
    private SlotTable.@Nullable Entry aheadAt;

    private int ahead;

    private @Nullable TaskRun<?> head;
    private @Nullable TaskRun<?> tail;
    private int size;

    Flow(@Nullable String series, Placement.Place place) {
        this.series = series;
        this.place = place;
    }

    @Nullable
    TaskRun<?> head() {
        return head;
    }

    int size() {
        return size;
    }

    /// Sets the key of the head. Not while it is in a heap.
    void key(long tag, long serial) {
        this.tag = tag;
        this.serial = serial;
    }

    long tag() {
        return tag;
    }

    /// Whether nothing would be lost with it.
    boolean isForgettable(long virtualTime) {
        return size == 0 && underWay == 0 && !paused && limit == Integer.MAX_VALUE && finishTag <= virtualTime;
    }

    /// Who gets the next one, if only one may.
    SlotTable.@Nullable Entry aheadAt() {
        return aheadAt;
    }

    void sentAhead(SlotTable.Entry to) {
        aheadAt = to;
        ahead++;
    }

    /// One that was sent ahead has started, or comes back.
    ///
    /// @return whether others may get the next one now
    boolean aheadOver() {
        ahead--;
        if (ahead == 0) {
            aheadAt = null;
        }
        return ahead == 0;
    }

    void append(TaskRun<?> run) {
        insertAfter(tail, run);
    }

    /// Before all that never started; those that come back stand in the order of their submission.
    void insertByAge(TaskRun<?> run) {
        TaskRun<?> before = null;
        for (var next = head;
                next != null && next.startTag != TaskRun.NO_TAG && next.id() < run.id();
                next = next.next) {
            before = next;
        }
        insertAfter(before, run);
    }

    private void insertAfter(@Nullable TaskRun<?> before, TaskRun<?> run) {
        var after = before == null ? head : before.next;
        run.previous = before;
        run.next = after;
        if (before == null) {
            head = run;
        } else {
            before.next = run;
        }
        if (after == null) {
            tail = run;
        } else {
            after.previous = run;
        }
        run.flow = this;
        size++;
    }

    void unlink(TaskRun<?> run) {
        if (run.previous == null) {
            head = run.next;
        } else {
            run.previous.next = run.next;
        }
        if (run.next == null) {
            tail = run.previous;
        } else {
            run.next.previous = run.previous;
        }
        run.previous = null;
        run.next = null;
        run.flow = null;
        size--;
    }

    void forEach(Consumer<TaskRun<?>> action) {
        for (var run = head; run != null; run = run.next) {
            action.accept(run);
        }
    }

    @Override
    public String toString() {
        return (series == null ? "flow" : "series '" + series + "'") + " of " + size + ", " + state;
    }
}
