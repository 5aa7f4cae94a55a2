package io.millhand.cli;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// What signals do once there is a run: the first lets the run drain for its grace, the second kills what is left, the
/// third ends this JVM
/// on the spot. Before there is a run, each ends this JVM.
final class Stop implements IntConsumer {

    /*
     * Signals come on threads of the JVM, one for each signal; the run is known only after its function was found. The
     * lock guards the state; drain and kill are called outside of it.
     *
     *     running --1st--> draining --2nd, or end of grace--> killed --3rd--> (exit)
     */

    private final Display display;
    private final Duration grace;
    private final IntConsumer exit;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private int count;

    @GuardedBy("lock")
    private int first;

    @GuardedBy("lock")
    private @Nullable Runnable drain;

    @GuardedBy("lock")
    private @Nullable Runnable kill;

    /// @param exit ends this JVM with the given exit code
    Stop(Display display, Duration grace, IntConsumer exit) {
        this.display = display;
        this.grace = grace;
        this.exit = exit;
    }

    /// From now on signals act on a run; one that came before drains it at once.
    void govern(Runnable drain, Runnable kill) {
        boolean stopping;
        lock.lock();
        try {
            this.drain = drain;
            this.kill = kill;
            stopping = count > 0;
        } finally {
            lock.unlock();
        }
        if (stopping) {
            startDraining(drain, kill);
        }
    }

    /// The first signal that came.
    OptionalInt signal() {
        lock.lock();
        try {
            return count == 0 ? OptionalInt.empty() : OptionalInt.of(first);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void accept(int signal) {
        int before;
        @Nullable Runnable nowDrain;
        @Nullable Runnable nowKill;
        lock.lock();
        try {
            before = count++;
            first = before == 0 ? signal : first;
            nowDrain = drain;
            nowKill = kill;
        } finally {
            lock.unlock();
        }
        if (before >= 2 || nowDrain == null) { // nothing to drain before the run has begun
            exit.accept(128 + signal);
        } else if (before == 0 && nowKill != null) {
            startDraining(nowDrain, nowKill);
        } else if (nowKill != null) {
            nowKill.run();
        }
    }

    private void startDraining(Runnable drain, Runnable kill) {
        display.line("millhand: stopping; what has begun may end within " + Tally.seconds(grace.toNanos())
                + ", a second signal kills it");
        drain.run();
        CompletableFuture.delayedExecutor(grace.toNanos(), TimeUnit.NANOSECONDS).execute(kill);
    }
}
