package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Children that are ready and wait until another one dies.
final class Spares implements Child.Owner {

    /*
     * Any thread. The monitor guards the list; children are called outside it.
     */

    private final ProcessPool pool;
    private final int wanted;

    @GuardedBy("this")
    private final List<Child> ready = new ArrayList<>();

    @GuardedBy("this")
    private int starting;

    @GuardedBy("this")
    private boolean closed;

    Spares(ProcessPool pool, int wanted) {
        this.pool = pool;
        this.wanted = wanted;
    }

    /// One that lives, as far as is known, or null.
    synchronized @Nullable Child take() {
        return ready.isEmpty() ? null : ready.removeLast();
    }

    /// Starts what is missing. Each start is on a thread of its own and tells its end by [#arrived] or [#failed].
    void refill() {
        int missing;
        synchronized (this) {
            missing = closed ? 0 : Math.max(0, wanted - ready.size() - starting);
            starting += missing;
        }
        for (int i = 0; i < missing; i++) {
            pool.startSpare(this);
        }
    }

    void arrived(Child child) {
        boolean unwanted;
        synchronized (this) {
            starting--;
            unwanted = closed;
            if (!unwanted) {
                ready.add(child);
            }
        }
        if (unwanted) {
            child.leave();
        }
        if (child.isDead()) {
            died(child); // before it was known here
        }
    }

    /// The next look at the children tries again.
    synchronized void failed() {
        starting--;
    }

    List<ChildSample> samples(long now, boolean withMemory) {
        List<Child> children;
        synchronized (this) {
            children = List.copyOf(ready);
        }
        return children.stream()
                .map(child -> ChildSample.of(child, ChildSample.Situation.FRESH, now, withMemory))
                .toList();
    }

    /// The child leaves, if it is still a spare.
    void retire(Child child) {
        boolean had;
        synchronized (this) {
            had = ready.remove(child);
        }
        if (had) {
            child.leave();
        }
    }

    @Override
    public void received(Child child, Frame frame) {
        throw new IllegalStateException("a spare was given nothing, and answered " + frame);
    }

    @Override
    public synchronized void died(Child child) {
        ready.remove(child);
    }

    @Override
    public synchronized void exiting(Child child) {
        ready.remove(child);
    }

    @Override
    public void swept(Child child) {
        pool.buried(child);
    }

    void close() {
        List<Child> unwanted;
        synchronized (this) {
            closed = true;
            unwanted = List.copyOf(ready);
            ready.clear();
        }
        unwanted.forEach(Child::leave);
    }
}
