package io.millhand;

import io.millhand.spi.Worker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which workers have room. Touched under the dispatcher's lock only.
///
/// The worker that became free last is used first: its caches and its child JVM are warm, and workers that are not
/// needed stay idle, or are never started.
final class SlotTable {

    /// One worker and its free slots.
    static final class Entry {
        private final Worker worker;
        private final PoolHost pool;
        private int slots;

        /// Below zero where it has more attempts than slots, since it was made smaller.
        private int free;

        private boolean leaving;

        private Entry(Worker worker, PoolHost pool) {
            this.worker = worker;
            this.pool = pool;
            this.slots = worker.slots();
            this.free = worker.slots();
        }

        Worker worker() {
            return worker;
        }

        PoolHost pool() {
            return pool;
        }

        /// Whether it gets no more attempts.
        boolean isLeaving() {
            return leaving;
        }

        int busy() {
            return slots - free;
        }
    }

    private final List<Entry> all = new ArrayList<>();

    /// Those with at least one free slot, each once; the next one to use is the first.
    private final ArrayDeque<Entry> withRoom = new ArrayDeque<>();

    /// Those that get nothing more and have not ended what they have.
    private final List<Entry> leaving = new ArrayList<>();

    private long total;

    /// A new worker goes last: one that has run before is warm. One that was on its way out stays.
    void add(Worker worker, PoolHost pool) {
        if (worker.slots() < 1) {
            throw new IllegalArgumentException("slots must be at least 1, was " + worker.slots());
        }
        var known = entryOf(worker, leaving);
        leaving.remove(known);
        var entry = known == null ? new Entry(worker, pool) : known;
        entry.leaving = false;
        total += entry.slots;
        all.add(entry);
        if (entry.free > 0) {
            withRoom.addLast(entry);
        }
    }

    /// A worker has another number of slots. One that has fewer loses those in use when their attempts end.
    void resize(Worker worker) {
        var entry = entryOf(worker, all);
        if (entry == null) {
            return; // it was taken back meanwhile
        }
        int more = worker.slots() - entry.slots;
        boolean hadRoom = entry.free > 0;
        entry.slots += more;
        entry.free += more;
        total += more;
        if (hadRoom && entry.free <= 0) {
            withRoom.remove(entry);
        } else if (!hadRoom && entry.free > 0) {
            withRoom.addLast(entry);
        }
    }

    @SuppressWarnings("ReferenceEquality") // a worker is itself
    private static @Nullable Entry entryOf(Worker worker, List<Entry> entries) {
        for (var entry : entries) {
            if (entry.worker == worker) {
                return entry;
            }
        }
        return null;
    }

    /// All slots, free or not.
    int total() {
        return (int) Math.min(Integer.MAX_VALUE, total);
    }

    QueueLoad load(int waiting, int running) {
        return new QueueLoad(waiting, running, total(), all.size());
    }

    List<Entry> all() {
        return List.copyOf(all);
    }

    List<Worker> workers() {
        return all.stream().map(Entry::worker).toList();
    }

    List<QueueSnapshot.WorkerState> snapshot() {
        return all.stream()
                .map(entry -> new QueueSnapshot.WorkerState(
                        entry.worker.name(), entry.slots, entry.busy(), entry.pool.offers(), List.of()))
                .toList();
    }

    /// A worker with a free slot that has all that is needed, or null.
    @Nullable
    Entry find(Needs needs) {
        for (var entry : withRoom) {
            if (needs.metBy(entry.pool)) {
                return entry;
            }
        }
        return null;
    }

    boolean isServed(Needs needs) {
        for (var entry : all) {
            if (needs.metBy(entry.pool)) {
                return true;
            }
        }
        return false;
    }

    @SuppressWarnings("ReferenceEquality") // a pool is itself
    Predicate<TaskRun<?>> servedByNoneBeside(PoolHost pool) {
        return run -> run.needs().metBy(pool)
                && all.stream()
                        .noneMatch(entry -> entry.pool != pool && run.needs().metBy(entry.pool));
    }

    boolean hasRoom() {
        return !withRoom.isEmpty();
    }

    /// Takes a slot. It must have room.
    void take(Entry entry) {
        if (--entry.free == 0) {
            withRoom.remove(entry);
        }
    }

    void giveBack(Entry entry) {
        if (entry.free++ == 0 && !entry.leaving) {
            withRoom.addFirst(entry);
        }
        if (entry.leaving && entry.free == entry.slots) {
            leaving.remove(entry);
        }
    }

    /// Lets a worker get no more attempts.
    ///
    /// @return false where it gets none already
    boolean withdraw(Worker worker) {
        var entry = entryOf(worker, all);
        if (entry == null) {
            return false;
        }
        entry.leaving = true;
        withRoom.remove(entry);
        all.remove(entry);
        total -= entry.slots;
        if (entry.busy() > 0) {
            leaving.add(entry);
        }
        return true;
    }

    /// As [#withdraw], for all workers of a kind.
    @SuppressWarnings("ReferenceEquality") // a pool is itself
    void withdrawAll(PoolHost pool) {
        for (var entry : List.copyOf(all)) {
            if (entry.pool == pool) {
                withdraw(entry.worker);
            }
        }
    }
}
