package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.CrashReport;
import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Backend;
import io.millhand.spi.BroadcastEnding;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Whose turn it is in a child: attempts, as many as its worker gives it, or one broadcast, and never both.
@SuppressWarnings("ReferenceEquality") // assignments and deliveries are compared by identity
final class Turns {

    /*
     *   attempts run --- a broadcast comes ---> attempts end, new ones are held --- the last one has ended ---+
     *        ^                                                                                                v
     *        +------- no broadcast waits: what was held goes ------- broadcasts run, one after another -------+
     *
     * Who calls: whoever sends an attempt or a broadcast, the channels' thread (answers, the death), the output's
     * thread (ends), the timer. The monitor guards all state; the child is called and futures end outside it. One
     * broadcast is under way at a time, so that nothing can overtake another between the decision and the sending.
     */

    /// The child.
    interface Target {
        void send(Frame frame);

        void send(Delivery delivery);

        /// A debugger holds it.
        boolean isDebugged();

        /// Runs the action when all that was printed before is told.
        void afterOutput(Delivery delivery, Runnable action);

        /// Ends it, and keeps its owner from giving it more. The death is told later.
        void kill(String reason);
    }

    /// How long a stack may take to come before the child is killed without it.
    private static final long STACK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private record Held(Assignment attempt, Frame frame) {}

    private final Target target;
    private final Backend backend;

    /// Sent and not ended.
    @GuardedBy("this")
    private int attempts;

    /// Given to the child while a broadcast waits or runs, and not sent.
    @GuardedBy("this")
    private final List<Held> held = new ArrayList<>();

    @GuardedBy("this")
    private final Queue<Delivery> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private @Nullable Delivery running;

    /// When attempts that were held were sent.
    @GuardedBy("this")
    private long openedNanos;

    /// No more broadcasts.
    @GuardedBy("this")
    private boolean closed;

    /// Once no broadcast is left.
    @GuardedBy("this")
    private @Nullable Runnable whenQuiet;

    @GuardedBy("this")
    private boolean dead;

    @GuardedBy("this")
    private boolean diedInBroadcast;

    Turns(Target target, Backend backend) {
        this.target = target;
        this.backend = backend;
        this.openedNanos = backend.nanoTime();
    }

    /// Sends an attempt, or keeps it until the broadcasts before it have ended.
    ///
    /// @param mayWait whether it may be kept
    /// @return false where it is neither sent nor kept
    boolean send(Assignment attempt, Frame frame, boolean mayWait) {
        synchronized (this) {
            if (running != null || !waiting.isEmpty()) {
                return mayWait && held.add(new Held(attempt, frame));
            }
            attempts++;
        }
        target.send(frame);
        return true;
    }

    /// Takes an attempt back that was not sent; answers false for any other.
    synchronized boolean withdraw(Assignment attempt) {
        return held.removeIf(each -> each.attempt == attempt);
    }

    /// Whether the attempt was given to the child and not sent.
    synchronized boolean holds(Assignment attempt) {
        return held.stream().anyMatch(each -> each.attempt == attempt);
    }

    /// An attempt that was given to the child then was sent at this moment at the earliest.
    synchronized long sentNanos(long givenNanos) {
        return openedNanos - givenNanos > 0 ? openedNanos : givenNanos;
    }

    /// An attempt that was sent has ended.
    void attemptOver() {
        synchronized (this) {
            attempts--;
        }
        proceed();
    }

    /// Takes a broadcast, whose turn comes with the next [#proceed]; answers false where it takes none any more.
    synchronized boolean add(Delivery delivery) {
        if (!closed) {
            waiting.add(delivery);
        }
        return !closed;
    }

    /// Sends what may be sent now.
    void proceed() {
        Delivery next = null;
        List<Held> released = List.of();
        Runnable quiet = null;
        synchronized (this) {
            if (running != null || dead) {
                return;
            }
            if (waiting.isEmpty()) {
                if (!held.isEmpty()) {
                    released = List.copyOf(held);
                    held.clear();
                    attempts += released.size();
                    openedNanos = backend.nanoTime();
                }
                quiet = whenQuiet;
                whenQuiet = null;
            } else if (attempts == 0) {
                next = waiting.remove();
                next.sentNanos = backend.nanoTime();
                running = next;
            }
        }
        released.forEach(each -> target.send(each.frame));
        if (quiet != null) {
            quiet.run();
        }
        if (next != null) {
            target.send(next);
            limit(next);
        }
    }

    private void limit(Delivery delivery) {
        var timer = backend.schedule(TimeUnit.NANOSECONDS.convert(delivery.broadcast.limit()), () -> expire(delivery));
        synchronized (this) {
            if (delivery == running && !delivery.answered) {
                delivery.limit = timer;
                return;
            }
        }
        timer.cancel();
    }

    private void expire(Delivery delivery) {
        if (target.isDebugged()) {
            limit(delivery); // from the beginning, since nobody knows how long it was held
            return;
        }
        synchronized (this) {
            if (delivery != running || delivery.answered) {
                return;
            }
            delivery.expired = true;
        }
        target.send(delivery.frame(FrameKind.STACK_REQUEST));
        backend.schedule(STACK_NANOS, () -> kill(delivery));
    }

    private void kill(Delivery delivery) {
        synchronized (this) {
            if (delivery != running) {
                return;
            }
        }
        target.kill("killed since the broadcast '" + delivery.broadcast.name() + "' did not end within "
                + delivery.broadcast.limit().toMillis() + " ms");
    }

    /// Channels' thread: a frame that names a broadcast.
    void received(Frame frame) {
        switch (frame.kind()) {
            case RETURNED, THREW -> answered(frame);
            case STACK -> stood(frame);
            default -> {} // a sign of life, a line: that of no attempt
        }
    }

    private void answered(Frame frame) {
        Delivery answered;
        BroadcastEnding ending;
        synchronized (this) {
            answered = running;
            if (answered == null || !answered.isMeantBy(frame) || answered.answered || answered.expired) {
                return; // the child of one that is being killed will die, which ends it
            }
            answered.answered = true;
            if (answered.limit != null) {
                answered.limit.cancel();
            }
            ending = ended(answered, new AttemptEnding.Answered(answered.call().answeredBy(frame)));
        }
        target.afterOutput(answered, () -> over(answered, ending));
    }

    private BroadcastEnding ended(Delivery delivery, AttemptEnding ending) {
        return new BroadcastEnding(ending, Duration.ofNanos(backend.nanoTime() - delivery.sentNanos));
    }

    private void over(Delivery delivery, BroadcastEnding ending) {
        synchronized (this) {
            running = null;
        }
        proceed(); // first, so that the child is not idle while the end is told
        delivery.ending.complete(ending);
    }

    private void stood(Frame frame) {
        Delivery expired;
        synchronized (this) {
            expired = running;
            if (expired == null || !expired.isMeantBy(frame) || !expired.expired) {
                return;
            }
            try {
                expired.stack = Wire.decodeText(frame.body());
            } catch (IOException _) {
                // then without
            }
        }
        kill(expired);
    }

    /// Takes no more broadcasts, and runs the action once those that it has have ended.
    void whenQuiet(Runnable action) {
        synchronized (this) {
            closed = true;
            if (running != null || !waiting.isEmpty()) {
                whenQuiet = action;
                return;
            }
        }
        action.run();
    }

    /// Takes no more broadcasts: the child is about to die.
    synchronized void close() {
        closed = true;
    }

    /// The queue closes: nobody waits for what has not ended, the child least of all.
    void cancel() {
        List<Delivery> cancelled;
        synchronized (this) {
            closed = true;
            cancelled = takeWaiting();
            if (running != null && !running.answered) {
                cancelled.addFirst(running);
                running = null;
            }
        }
        cancelled.forEach(
                each -> each.ending.complete(new BroadcastEnding(new AttemptEnding.TakenBack(), Duration.ZERO)));
        proceed();
    }

    @GuardedBy("this")
    private List<Delivery> takeWaiting() {
        var taken = new ArrayList<>(waiting);
        waiting.clear();
        return taken;
    }

    /// Whether the child died in a broadcast, as far as this side knows. Known after [#died].
    synchronized boolean diedInBroadcast() {
        return diedInBroadcast;
    }

    /// Ends all that have no answer. What was held stays here, as not sent.
    ///
    /// @param report by the number of the broadcast
    void died(LongFunction<CrashReport> report) {
        List<Delivery> lost;
        synchronized (this) {
            closed = true;
            dead = true;
            whenQuiet = null;
            lost = takeWaiting();
            if (running != null && !running.answered) {
                diedInBroadcast = true;
                lost.addFirst(running);
            }
        }
        for (var each : lost) {
            var ending = each.expired
                    ? new AttemptEnding.Killed(each.stack, false)
                    : new AttemptEnding.Crashed(report.apply(each.number));
            each.ending.complete(ended(each, ending));
        }
    }
}
