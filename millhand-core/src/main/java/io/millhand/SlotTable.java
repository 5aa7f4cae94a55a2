package io.millhand;

import io.millhand.spi.Worker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
        private int free;

        private boolean leaving;

        private Entry(Worker worker, PoolHost pool) {
            this.worker = worker;
            this.pool = pool;
            this.free = worker.slots();
        }

        Worker worker() {
            return worker;
        }

        boolean serves(Set<String> requires) {
            return requires.isEmpty() || pool.offers().containsAll(requires);
        }

        /// Whether it gets no more attempts.
        boolean isLeaving() {
            return leaving;
        }

        int busy() {
            return worker.slots() - free;
        }
    }

    private final List<Entry> all = new ArrayList<>();

    /// Those with at least one free slot, each once; the next one to use is the first.
    private final ArrayDeque<Entry> withRoom = new ArrayDeque<>();

    private long total;

    /// A new worker goes last: one that has run before is warm.
    void add(Worker worker, PoolHost pool) {
        if (worker.slots() < 1) {
            throw new IllegalArgumentException("slots must be at least 1, was " + worker.slots());
        }
        total += worker.slots();
        var entry = new Entry(worker, pool);
        all.add(entry);
        withRoom.addLast(entry);
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
                        entry.worker.name(), entry.worker.slots(), entry.busy(), entry.pool.offers(), List.of()))
                .toList();
    }

    /// A worker with a free slot that offers all that is required, or null.
    @Nullable
    Entry find(Set<String> requires) {
        for (var entry : withRoom) {
            if (entry.serves(requires)) {
                return entry;
            }
        }
        return null;
    }

    boolean isServed(Set<String> requires) {
        return all.stream().anyMatch(entry -> entry.serves(requires));
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
    }

    /// Lets a worker get no more attempts.
    ///
    /// @return false where it gets none already
    @SuppressWarnings("ReferenceEquality") // a worker is itself
    boolean withdraw(Worker worker) {
        for (var entry : all) {
            if (entry.worker == worker) {
                entry.leaving = true;
                withRoom.remove(entry);
                all.remove(entry);
                total -= worker.slots();
                return true;
            }
        }
        return false;
    }
}
