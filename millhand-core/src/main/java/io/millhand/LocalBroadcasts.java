package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Backend;
import io.millhand.spi.BroadcastEnding;
import io.millhand.spi.EncodedBroadcast;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Runs broadcasts in this JVM, one after another, on a thread that is there as long as there are some.
@SuppressWarnings("ReferenceEquality") // a turn is itself, and so is a thread
final class LocalBroadcasts {

    /*
     * WAITING -> RUNNING -> OVER; RUNNING -> EXPIRED (interrupted) -> OVER, by itself or when it is abandoned.
     *
     * Submitters add, the thread runs, the timer ends, the closer closes. The monitor guards all fields here and those
     * of a turn, so that an interrupt hits nothing else; user code runs and futures end outside it.
     */

    /// How long one that was interrupted may go on before the next one's turn comes.
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final class Turn {
        private final Broadcast<?> broadcast;
        private final CompletableFuture<BroadcastEnding> ending = new CompletableFuture<>();
        private @Nullable Thread runner;
        private long startNanos;
        private boolean expired;
        private boolean over;
        private String stack = "";
        private Backend.@Nullable Timer timer;

        private Turn(Broadcast<?> broadcast) {
            this.broadcast = broadcast;
        }
    }

    private final String queueName;
    private final Backend backend;

    @GuardedBy("this")
    private final Queue<Turn> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private @Nullable Turn running;

    @GuardedBy("this")
    private boolean closed;

    LocalBroadcasts(String queueName, Backend backend) {
        this.queueName = queueName;
        this.backend = backend;
    }

    /// Never throws.
    CompletableFuture<BroadcastEnding> run(Broadcast<?> broadcast) {
        var turn = new Turn(broadcast);
        boolean isNext;
        synchronized (this) {
            if (closed) {
                turn.ending.complete(cancelled());
                return turn.ending;
            }
            isNext = running == null;
            if (isNext) {
                running = turn;
            } else {
                waiting.add(turn);
            }
        }
        if (isNext) {
            startThread(turn);
        }
        return turn.ending;
    }

    private static BroadcastEnding cancelled() {
        return new BroadcastEnding(new AttemptEnding.TakenBack(), Duration.ZERO);
    }

    private void startThread(Turn first) {
        for (var turn = first; turn != null; ) {
            var begun = turn;
            try {
                backend.start("millhand-" + queueName + "-broadcast", () -> work(begun));
                return;
            } catch (RuntimeException | Error e) { // no thread can be had
                turn.ending.complete(new BroadcastEnding(new AttemptEnding.Threw(e), Duration.ZERO));
                turn = after(turn);
            }
        }
    }

    private void work(Turn first) {
        for (var turn = first; turn != null; turn = after(turn)) {
            run(turn);
        }
    }

    /// The next one, or null where there is none, or where another thread does it.
    private synchronized @Nullable Turn after(Turn turn) {
        if (running != turn) {
            return null;
        }
        running = waiting.poll();
        return running;
    }

    private void run(Turn turn) {
        synchronized (this) {
            if (turn.over) {
                return; // closed meanwhile
            }
            turn.runner = Thread.currentThread();
            turn.startNanos = backend.nanoTime();
        }
        expireIn(SystemBackend.saturatedNanos(turn.broadcast.timeout()), turn, () -> expire(turn));
        AttemptEnding ending = call(turn.broadcast);
        synchronized (this) {
            turn.runner = null;
            var _ = Thread.interrupted(); // what was meant for it ends with it
            if (turn.over) {
                return; // abandoned, or closed: its end is told
            }
            turn.over = true;
            if (turn.timer != null) {
                turn.timer.cancel();
            }
            ending = turn.expired ? new AttemptEnding.Killed(turn.stack, false) : ending;
        }
        turn.ending.complete(new BroadcastEnding(ending, elapsed(turn)));
    }

    private static AttemptEnding call(Broadcast<?> broadcast) {
        try {
            return new AttemptEnding.Returned(
                    EncodedBroadcast.ensureIsValue(broadcast.call().call()));
        } catch (Throwable cause) {
            return new AttemptEnding.Threw(cause);
        }
    }

    private Duration elapsed(Turn turn) {
        return Duration.ofNanos(backend.nanoTime() - turn.startNanos);
    }

    private void expireIn(long nanos, Turn turn, Runnable action) {
        var timer = backend.schedule(nanos, action);
        synchronized (this) {
            if (turn.over) {
                timer.cancel();
            } else {
                turn.timer = timer;
            }
        }
    }

    private void expire(Turn turn) {
        synchronized (this) {
            if (turn.over || turn.runner == null) {
                return;
            }
            turn.expired = true;
            turn.stack = stackOf(turn.runner);
            turn.runner.interrupt();
        }
        expireIn(GRACE_NANOS, turn, () -> abandon(turn));
    }

    /// It keeps its thread; the others get a new one.
    private void abandon(Turn turn) {
        String stack;
        Turn next;
        synchronized (this) {
            if (turn.over || turn.runner == null) {
                return;
            }
            turn.over = true;
            stack = stackOf(turn.runner);
            next = after(turn);
        }
        turn.ending.complete(new BroadcastEnding(new AttemptEnding.Killed(stack, true), elapsed(turn)));
        if (next != null) {
            startThread(next);
        }
    }

    private static String stackOf(Thread thread) {
        return Arrays.stream(thread.getStackTrace()).map(Object::toString).collect(Collectors.joining("\n"));
    }

    /// Ends all that have not ended, and waits for the one that runs, within its grace.
    void close() {
        List<Turn> ended;
        Thread runner = null;
        synchronized (this) {
            closed = true;
            ended = new ArrayList<>(waiting);
            waiting.clear();
            if (running != null && !running.over) {
                ended.addFirst(running);
                runner = running.runner;
            }
            ended.forEach(turn -> turn.over = true);
            if (runner != null) {
                runner.interrupt();
            }
        }
        ended.forEach(turn -> turn.ending.complete(cancelled()));
        if (runner != null && runner != Thread.currentThread()) {
            awaitEnd(runner);
        }
    }

    private static void awaitEnd(Thread runner) {
        try {
            var _ = runner.join(Duration.ofNanos(GRACE_NANOS)); // one that ignores its interrupt keeps its thread
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
