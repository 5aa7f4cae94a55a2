package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a child was told to do and has not begun.
final class Orders {

    /*
     * An attempt that was sent ahead is claimed once, by taking it out of `waiting`: the main thread takes it to run
     * it, whoever reads the channel or listens takes it to give it back. So the parent hears either STARTED or
     * GIVEN_BACK of it, or this JVM dies before it began.
     */

    /// What was sent ahead waits no longer than this behind one attempt: somebody else may have time for it.
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /// The parent sends nothing more behind an attempt that has not answered for as long; it may have heard of the last
    /// answer late.
    private static final long JUST_NANOS = 3 * PATIENCE_NANOS;

    private final Queue<Frame> waiting = new ConcurrentLinkedQueue<>();
    private final Consumer<Frame> sender;

    /// When the attempt that runs began; 0 where none runs. Written by the main thread.
    private volatile long beganNanos;

    /// No attempt begins any more: this JVM will end soon.
    private volatile boolean givenUp;

    /// How many were given back. An attempt that was sent before the parent knew of all of them goes back, too: it may
    /// be of the series of one of them. So nothing is added while some are taken out to be given back.
    @GuardedBy("this")
    private int given;

    /// @param sender of the frames that give attempts back
    Orders(Consumer<Frame> sender) {
        this.sender = sender;
    }

    /// Who reads the channel.
    void add(Frame order) throws ProtocolException {
        boolean isAttempt = order.kind() == FrameKind.ASSIGN;
        int known = isAttempt ? Wire.AssignHead.knownIn(order.body()) : 0;
        synchronized (this) {
            if (!isAttempt || (!givenUp && known == given)) {
                waiting.add(order);
                return;
            }
            given++;
        }
        tell(order);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /// Main thread: what it does next.
    @Nullable
    Frame poll() {
        var order = waiting.poll();
        while (order != null && givenUp && order.kind() == FrameKind.ASSIGN) { // it came while this was given up
            synchronized (this) {
                given++;
            }
            tell(order);
            order = waiting.poll();
        }
        return order;
    }

    /// Main thread: an attempt begins. Answers when.
    long begin() {
        long now = System.nanoTime() | 1; // never 0
        beganNanos = now;
        return now;
    }

    /// Main thread: it is over.
    void end() {
        beganNanos = 0;
    }

    /// Who reads the channel: the parent wants an attempt back that it has sent. One that has begun stays.
    void takeBack(Frame request) {
        giveBack(request);
    }

    /// Any thread, while an attempt runs: because of it this JVM will be killed, or must not run others.
    void giveUp() {
        givenUp = true;
        giveBack(null);
    }

    /// Whether an attempt runs that has begun so short a while ago that others may still be on their way here.
    boolean hasJustBegun() {
        long began = beganNanos;
        return began != 0 && System.nanoTime() - began < JUST_NANOS;
    }

    /// The listener: gives back what waits in vain.
    ///
    /// @return whether something waits
    boolean giveBackIfStuck() {
        if (waiting.isEmpty()) {
            return false;
        }
        long began = beganNanos;
        if (began != 0 && System.nanoTime() - began > PATIENCE_NANOS) {
            giveBack(null);
        }
        return true;
    }

    /// The last one first, so that the main thread begins none after it has lost one before that: they may be of one
    /// series.
    ///
    /// @param meant null for all
    private void giveBack(@Nullable Frame meant) {
        List<Frame> back = new ArrayList<>();
        synchronized (this) {
            for (var order : List.of(waiting.toArray(new Frame[0])).reversed()) {
                boolean isMeant = meant == null || (order.task() == meant.task() && order.attempt() == meant.attempt());
                if (isMeant && order.kind() == FrameKind.ASSIGN && waiting.remove(order)) {
                    given++;
                    back.add(order);
                }
            }
        }
        for (var order : back) {
            tell(order);
        }
    }

    private void tell(Frame order) {
        sender.accept(Frame.of(FrameKind.GIVEN_BACK, order.task(), order.attempt()));
    }
}
