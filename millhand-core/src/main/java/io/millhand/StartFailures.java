package io.millhand;

import io.millhand.spi.Backend;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What failed starts of workers lead to: a pause for the slot, a longer one the next time, and an end of patience.
/// Touched under the dispatcher's lock only.
final class StartFailures {

    /// So many in a row fail the queued tasks, instead of starting for ever.
    static final int LIMIT = 3;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long FACTOR = 10;

    /// A slot that is kept from use after a failed start.
    final class Pause {
        private final SlotTable.Entry entry;
        private final long nanos;
        private Backend.@Nullable Timer timer;

        private Pause(SlotTable.Entry entry, long nanos) {
            this.entry = entry;
            this.nanos = nanos;
        }

        SlotTable.Entry entry() {
            return entry;
        }

        long nanos() {
            return nanos;
        }

        /// Remembers what ends the pause, or calls it off where that is not wanted any more.
        void timer(Backend.Timer timer) {
            if (pauses.contains(this)) {
                this.timer = timer;
            } else {
                timer.cancel();
            }
        }
    }

    private final Set<Pause> pauses = new LinkedHashSet<>();
    /// What one kind of workers has failed to start without a success in between.
    private static final class Row {
        private int length;

        /// The last one counted: all attempts that waited for one start end with the same failure, which is one.
        private @Nullable WorkerStartException last;
    }

    private final Map<PoolHost, Row> rows = new HashMap<>();

    /// A worker took an attempt: all is well.
    void forget(PoolHost pool) {
        if (!rows.isEmpty()) {
            rows.remove(pool);
        }
    }

    /// Counts one and answers the pause of its slot; or null where it is one too many, and the count begins anew.
    @Nullable
    @SuppressWarnings("ReferenceEquality") // one start, one exception
    Pause count(SlotTable.Entry entry, WorkerStartException cause) {
        var row = rows.computeIfAbsent(entry.pool(), _ -> new Row());
        if (cause != row.last) {
            row.last = cause;
            row.length = (row.length + 1) % LIMIT;
        }
        if (row.length == 0) {
            return null; // also for the others that waited for this start
        }
        long nanos = FIRST_PAUSE_NANOS;
        for (int i = 1; i < row.length; i++) {
            nanos *= FACTOR;
        }
        var pause = new Pause(entry, nanos);
        pauses.add(pause);
        return pause;
    }

    /// Ends a pause; answers false where it was over before.
    boolean over(Pause pause) {
        return pauses.remove(pause);
    }

    /// Nothing will be started any more.
    void clear() {
        for (var pause : pauses) {
            if (pause.timer != null) {
                pause.timer.cancel();
            }
        }
        pauses.clear();
        rows.clear();
    }

    /// What a task is told that waits in vain.
    static WorkerStartException inVain(WorkerStartException last) {
        return new WorkerStartException(
                LIMIT + " starts of workers failed in a row, the last one so: " + last.getMessage(), last);
    }
}
