package io.millhand.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The thread that logs what all children of a pool say. Runs the user's log handlers.
final class OutputLoop implements Runnable {

    /*
     * The pipes of a process cannot be selected, and a thread that blocks in one could not be asked whether it has
     * delivered what it took. So they are looked at: at once when an attempt ends or a line comes in a frame, again as
     * long as there is something, and else in pauses that grow.
     */

    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(64);

    private final boolean logs;
    private final Set<ChildOutput> outputs = ConcurrentHashMap.newKeySet();
    private volatile boolean woken;
    private volatile boolean closed;

    /// The thread, once it runs.
    private volatile @Nullable Thread thread;

    /// @param logs whether what children say is logged
    OutputLoop(boolean logs) {
        this.logs = logs;
    }

    boolean logs() {
        return logs;
    }

    void add(ChildOutput output) {
        outputs.add(output);
        wake();
    }

    /// Forgets it once all that is in it now is told: endings of attempts wait in there.
    void remove(ChildOutput output) {
        output.ends();
        wake();
    }

    void wake() {
        woken = true;
        LockSupport.unpark(thread);
    }

    void close() {
        closed = true;
        wake();
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        long pauseNanos = SHORTEST_PAUSE_NANOS;
        while (!closed) {
            woken = false;
            boolean some = false;
            for (var each = outputs.iterator(); each.hasNext(); ) {
                var output = each.next();
                boolean over = output.hasEnded(); // before the look, which then is the last one
                some |= output.tell();
                if (over) {
                    each.remove();
                }
            }
            if (some) {
                pauseNanos = SHORTEST_PAUSE_NANOS;
            } else if (outputs.isEmpty()) {
                pause(Long.MAX_VALUE);
            } else {
                pause(pauseNanos);
                pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
            }
        }
        outputs.forEach(ChildOutput::tell); // nothing that waits for its lines is lost
    }

    private void pause(long nanos) {
        if (!woken) {
            LockSupport.parkNanos(this, nanos);
        }
        var _ = Thread.interrupted(); // a log handler's doing
    }
}
