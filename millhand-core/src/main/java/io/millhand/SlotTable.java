package io.millhand;

import static java.util.Objects.requireNonNull;

import io.millhand.spi.Worker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which workers have room. Touched under the dispatcher's lock only.
///
/// The worker that became free last is used first: its caches and its child JVM are warm, and workers that are not
/// needed stay idle, or are never started. What may be sent ahead goes to workers without a free slot only where
/// there is none with one, and to all of them in turn.
final class SlotTable {

    /// One worker and its free slots.
    static final class Entry {
        private final Worker worker;
        private final PoolHost pool;
        private int slots;

        /// Below zero where it has more attempts than slots: they were sent ahead, or it was made smaller. Slots that
        /// pause are not free.
        private int free;

        /// Slots that nobody uses, since the worker could not be started.
        private int paused;

        /// Attempts that it has and has not begun.
        private int notBegun;

        private boolean leaving;

        /// Where it is listed: `withFreeSlot`, `withRoomAhead`, or nowhere.
        private @Nullable ArrayDeque<Entry> list;

        /// Attempts that are assigned and not delivered yet, in order; empty where the order does not matter.
        private final Queue<AttemptRun> line = new ConcurrentLinkedQueue<>();

        /// How many of them there are for whom somebody has come.
        private final AtomicInteger due = new AtomicInteger();

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

        void assigned(AttemptRun attempt) {
            if (worker.takesAhead()) {
                line.add(attempt);
            }
        }

        /// Called without the lock, once for each that was assigned. Who finds somebody else at it leaves it to them:
        /// they were assigned in this order, and are delivered in it.
        void deliver(AttemptRun attempt, Consumer<AttemptRun> delivery) {
            if (!worker.takesAhead()) {
                delivery.accept(attempt);
            } else if (due.getAndIncrement() == 0) {
                do {
                    delivery.accept(requireNonNull(line.poll(), "it was assigned before it was due"));
                } while (due.decrementAndGet() > 0);
            }
        }

        /// Whether it gets no more attempts.
        boolean isLeaving() {
            return leaving;
        }

        /// How many attempts it has.
        int busy() {
            return slots - free;
        }

        /// How many of them wait there for a slot.
        int ahead() {
            return Math.max(0, Math.min(notBegun, -free - paused));
        }

        /// An attempt waits there no more.
        void begun() {
            notBegun--;
        }

        private boolean hasRoom() {
            return free > 0 || (paused == 0 && free > -worker.ahead());
        }
    }

    private final List<Entry> all = new ArrayList<>();

    /// Those with at least one free slot, each once; the next one to use is the first.
    private final ArrayDeque<Entry> withFreeSlot = new ArrayDeque<>();

    /// Those without that took more ahead when they were listed; it may have become less since.
    private final ArrayDeque<Entry> withRoomAhead = new ArrayDeque<>();

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
        list(entry, false);
    }

    /// Puts an entry where it belongs.
    private void list(Entry entry, boolean first) {
        if (entry.list != null) {
            entry.list.remove(entry);
        }
        if (entry.leaving || !entry.hasRoom()) {
            entry.list = null;
            return;
        }
        entry.list = entry.free > 0 ? withFreeSlot : withRoomAhead;
        if (first) {
            entry.list.addFirst(entry);
        } else {
            entry.list.addLast(entry);
        }
    }

    /// A worker has another number of slots. One that has fewer loses those in use when their attempts end.
    void resize(Worker worker) {
        var entry = entryOf(worker, all);
        if (entry == null) {
            return; // it was taken back meanwhile
        }
        int more = worker.slots() - entry.slots;
        entry.slots += more;
        entry.free += more;
        total += more;
        list(entry, false);
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

    /// Four a slot, and twice what is sent ahead now.
    int window() {
        long window = 4 * total;
        for (var entry : all) {
            window += 2L * entry.worker.ahead();
        }
        return Math.clamp(window, 1, Integer.MAX_VALUE);
    }

    /// @param waiting in no slot
    /// @param assigned to workers, sent ahead or not
    QueueLoad load(int waiting, int assigned) {
        int ahead = 0;
        for (var entry : all) {
            ahead += entry.ahead();
        }
        for (var entry : leaving) {
            ahead += entry.ahead();
        }
        return new QueueLoad(waiting + ahead, assigned - ahead, total(), all.size());
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
                        entry.worker.name(), entry.slots, entry.busy() - entry.ahead(), entry.pool.offers(), List.of()))
                .toList();
    }

    /// A worker with room that has all that is needed, or null.
    @Nullable
    Entry find(Needs needs) {
        var free = find(needs, withFreeSlot);
        return free == null ? find(needs, withRoomAhead) : free;
    }

    private static @Nullable Entry find(Needs needs, ArrayDeque<Entry> list) {
        for (var entry : list) {
            if (entry.hasRoom() && needs.metBy(entry.pool)) {
                return entry;
            }
        }
        return null;
    }

    /// Whether this worker gets more of what has these needs.
    boolean hasRoom(Entry entry, Needs needs) {
        return entry.list != null && entry.hasRoom() && needs.metBy(entry.pool);
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
        while (!withRoomAhead.isEmpty() && !withRoomAhead.getFirst().hasRoom()) {
            withRoomAhead.removeFirst().list = null;
        }
        return !withFreeSlot.isEmpty() || !withRoomAhead.isEmpty();
    }

    /// Takes a slot, or sends ahead. It must have room.
    void take(Entry entry) {
        entry.notBegun++;
        if (--entry.free <= 0) {
            list(entry, false);
        }
    }

    /// An attempt is over.
    ///
    /// @param pauses whether its slot stays unused until [#pauseOver]; the worker is sent nothing ahead meanwhile
    void giveBack(Entry entry, boolean pauses) {
        if (pauses) {
            entry.paused++;
        } else {
            giveBack(entry);
        }
    }

    void pauseOver(Entry entry) {
        entry.paused--;
        giveBack(entry);
    }

    void giveBack(Entry entry) {
        entry.free++;
        if (entry.free == 1 || entry.list == null) {
            list(entry, entry.free > 0);
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
        list(entry, false);
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
