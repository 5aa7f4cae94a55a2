package io.millhand;

import io.millhand.spi.Worker;
import java.util.ArrayDeque;

/// Which workers have room. Touched under the dispatcher's lock only.
///
/// The worker that became free last is used first: its caches and its child JVM are warm, and workers that are not
/// needed stay idle, or are never started.
final class SlotTable {

    /// One worker and its free slots.
    static final class Entry {
        private final Worker worker;
        private int free;

        private Entry(Worker worker) {
            this.worker = worker;
            this.free = worker.slots();
        }

        Worker worker() {
            return worker;
        }
    }

    /// Those with at least one free slot, each once; the next one to use is the first.
    private final ArrayDeque<Entry> withRoom = new ArrayDeque<>();

    private int total;

    /// A new worker goes last: one that has run before is warm.
    void add(Worker worker) {
        if (worker.slots() < 1) {
            throw new IllegalArgumentException("slots must be at least 1, was " + worker.slots());
        }
        total = (int) Math.min(Integer.MAX_VALUE, (long) total + worker.slots());
        withRoom.addLast(new Entry(worker));
    }

    /// All slots, free or not.
    int total() {
        return total;
    }

    boolean hasRoom() {
        return !withRoom.isEmpty();
    }

    /// Takes a slot of the first one. There must be room.
    Entry take() {
        var entry = withRoom.getFirst();
        if (--entry.free == 0) {
            withRoom.removeFirst();
        }
        return entry;
    }

    void giveBack(Entry entry) {
        if (entry.free++ == 0) {
            withRoom.addFirst(entry);
        }
    }
}
