package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.WorkerStartException;
import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Worker;
import io.millhand.spi.WorkerHost;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A worker with one slot and one child JVM at a time: the first one when the first attempt comes, a new one after each
/// death.
@SuppressWarnings("ReferenceEquality") // assignments are compared by identity, as the spi says
final class ProcessWorker implements Worker, Child.Owner {

    /*
     *   NONE --- an attempt comes ---> STARTING --- connected ---> READY
     *    ^                                |                          | kill, close
     *    +--- start failed ---------------+                          v
     *    +--- dead <-------------------------------------------- DYING (also from READY, by itself)
     *
     * The slot is free for the queue when the attempt has ended. An attempt that comes while the child is STARTING or
     * DYING waits in `assignment`.
     *
     * Who calls: the queue (any thread), the loop's thread (frames, death), the thread that starts a child. The monitor
     * guards the state; the queue is told outside it. Frames for an attempt other than the current one are dropped.
     */
    private enum State {
        NONE,
        STARTING,
        READY,
        DYING
    }

    /// How long a stack may take to come before the child is killed without it.
    private static final long STACK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /// How long the shutdown hooks of a child may take that leaves by itself.
    private static final long EXIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /// So many children in a row may be killed by somebody else before they took anything; more count as failed starts.
    private static final int KILLED_LIMIT = 20;

    private final String name;
    private final WorkerHost host;
    private final ProcessPool pool;

    @GuardedBy("this")
    private State state = State.NONE;

    @GuardedBy("this")
    private @Nullable Child child;

    @GuardedBy("this")
    private @Nullable Assignment assignment;

    /// The child has taken the current attempt.
    @GuardedBy("this")
    private boolean taken;

    /// The queue wants the current attempt dead.
    @GuardedBy("this")
    private boolean killing;

    @GuardedBy("this")
    private String stack = "";

    /// The child has taken some attempt.
    @GuardedBy("this")
    private boolean proven;

    /// When the current attempt was sent.
    @GuardedBy("this")
    private long sentNanos;

    /// A timer looks whether attempts are taken.
    @GuardedBy("this")
    private boolean watching;

    @GuardedBy("this")
    private int killedInARow;

    @GuardedBy("this")
    private boolean closed;

    ProcessWorker(String name, WorkerHost host, ProcessPool pool) {
        this.name = name;
        this.host = host;
        this.pool = pool;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int slots() {
        return 1;
    }

    @Override
    public void assign(Assignment next) {
        Child ready = null;
        synchronized (this) {
            assignment = next;
            taken = false;
            killing = false;
            stack = "";
            switch (state) {
                case NONE -> state = State.STARTING;
                case READY -> ready = child;
                case STARTING, DYING -> {
                    return;
                }
            }
        }
        if (ready != null) {
            send(ready, next);
        } else {
            host.backend().start("millhand-" + name + "-start", this::start);
        }
    }

    private void send(Child to, Assignment next) {
        watchForTaking();
        var call = (EncodedCall) next.payload().orElseThrow();
        var head = new Wire.AssignHead(next.taskName(), next.headers()).encode();
        to.send(new Frame(FrameKind.ASSIGN, next.taskId(), next.attempt(), head, call.call()));
    }

    /// STARTING -> READY, or NONE. On a thread of its own: starting blocks.
    private void start() {
        Child started;
        Assignment waiting;
        try {
            started = pool.launch(name, this);
        } catch (WorkerStartException e) {
            startFailed(e);
            return;
        } catch (RuntimeException | Error e) {
            startFailed(new WorkerStartException("worker " + name + " cannot be started: " + e, e));
            return;
        }
        synchronized (this) {
            if (closed) {
                started.stop();
            }
            child = started;
            proven = false;
            state = State.READY;
            waiting = assignment;
        }
        if (waiting != null) {
            send(started, waiting);
        }
        if (started.isDead()) {
            died(started); // it died before this worker knew it
        }
    }

    /// A child that is stopped, or thrashes, does not even take an attempt: it is killed after the start limit. One
    /// timer serves many attempts.
    private void watchForTaking() {
        synchronized (this) {
            sentNanos = host.backend().nanoTime();
            if (watching) {
                return;
            }
            watching = true;
        }
        host.backend().schedule(pool.takeLimitNanos(), this::checkTaken);
    }

    private void checkTaken() {
        Child stuck = null;
        long left;
        synchronized (this) {
            boolean waits = state == State.READY && assignment != null && !taken;
            left = pool.takeLimitNanos() - (host.backend().nanoTime() - sentNanos);
            watching = waits && left > 0;
            if (waits && left <= 0) {
                stuck = child;
                state = State.DYING;
            }
            if (!watching && stuck == null) {
                return;
            }
        }
        if (stuck != null) {
            killAside(stuck);
        } else {
            host.backend().schedule(left, this::checkTaken);
        }
    }

    private void startFailed(WorkerStartException cause) {
        Assignment unserved;
        AttemptEnding ending;
        synchronized (this) {
            state = State.NONE;
            unserved = assignment;
            assignment = null;
            boolean comesBack = cause.getCause() instanceof KilledWhileStarting && ++killedInARow <= KILLED_LIMIT;
            ending = comesBack ? new AttemptEnding.TakenBack() : new AttemptEnding.StartFailed(cause);
        }
        if (unserved != null) {
            host.ended(unserved, ending);
        }
    }

    @Override
    public void kill(Assignment unwanted) {
        Child toAsk;
        synchronized (this) {
            if (assignment != unwanted || killing) {
                return;
            }
            if (state != State.READY) {
                assignment = null; // it never got to a child
                toAsk = null;
            } else {
                killing = true;
                toAsk = child;
            }
        }
        if (toAsk == null) {
            host.ended(unwanted, new AttemptEnding.Killed("", false));
            return;
        }
        toAsk.send(Frame.of(FrameKind.STACK_REQUEST, unwanted.taskId(), unwanted.attempt()));
        host.backend().schedule(STACK_NANOS, () -> killNow(toAsk));
    }

    /// READY -> DYING
    private void killNow(Child unwanted) {
        synchronized (this) {
            if (child != unwanted || state == State.DYING) {
                return;
            }
            state = State.DYING;
        }
        killAside(unwanted);
    }

    private void killAside(Child unwanted) {
        host.backend().start("millhand-" + name + "-kill", unwanted::kill);
    }

    /// READY -> DYING: shutdown hooks run, so that nothing may be sent to this child any more. They get a while.
    @Override
    public void exiting(Child leaving) {
        synchronized (this) {
            if (child != leaving || state != State.READY) {
                return;
            }
            state = State.DYING;
        }
        host.backend().schedule(EXIT_NANOS, () -> {
            if (!leaving.isDead()) {
                killAside(leaving);
            }
        });
    }

    @Override
    public void cancel(Assignment unwanted) {
        Child toTell;
        synchronized (this) {
            toTell = assignment == unwanted ? child : null;
        }
        if (toTell != null) {
            toTell.send(Frame.of(FrameKind.CANCEL, unwanted.taskId(), unwanted.attempt()));
        }
    }

    @Override
    public void received(Child from, Frame frame) {
        Assignment meant;
        boolean dying;
        synchronized (this) {
            meant = assignment;
            dying = killing;
            if (meant == null
                    || child != from
                    || meant.taskId() != frame.task()
                    || meant.attempt() != frame.attempt()) {
                return;
            }
            switch (frame.kind()) {
                case STARTED -> {
                    taken = true;
                    proven = true;
                    killedInARow = 0;
                }
                case STACK -> stack = textOf(frame);
                // The child of an attempt that is being killed will die; its slot is free only then.
                case RETURNED, THREW -> assignment = dying ? meant : null;
                default -> throw new IllegalStateException("not for a worker: " + frame);
            }
        }
        switch (frame.kind()) {
            case STARTED -> host.started(meant);
            case STACK -> killNow(from);
            case RETURNED, THREW -> {
                if (!dying) {
                    host.ended(meant, new AttemptEnding.Answered(answerOf(meant, frame)));
                }
            }
            default -> throw new IllegalStateException("not for a worker: " + frame);
        }
    }

    private static EncodedAnswer answerOf(Assignment meant, Frame frame) {
        var call = (EncodedCall) meant.payload().orElseThrow();
        return new EncodedAnswer(frame.kind() == FrameKind.RETURNED, frame.body(), call.loader());
    }

    private static String textOf(Frame frame) {
        try {
            return Wire.decodeText(frame.body());
        } catch (IOException _) {
            return "";
        }
    }

    /// READY or DYING -> NONE
    @Override
    public void died(Child dead) {
        Assignment lost;
        AttemptEnding ending = null;
        synchronized (this) {
            if (child != dead) {
                return; // it never connected; the thread that starts it tells
            }
            child = null;
            state = State.NONE;
            lost = assignment;
            if (lost != null) {
                ending = endingBy(dead, lost);
                assignment = null;
            }
        }
        if (lost != null && ending != null) {
            host.ended(lost, ending);
        }
    }

    @GuardedBy("this")
    private AttemptEnding endingBy(Child dead, Assignment lost) {
        if (killing) {
            return new AttemptEnding.Killed(stack, false);
        }
        if (taken) {
            return new AttemptEnding.Crashed(dead.crashReport(lost));
        }
        // It is not the attempt's fault. But a child that dies before it takes anything counts as one that did not
        // start,
        // unless somebody kills children from outside, which says nothing about starts.
        boolean comesBack = proven || (dead.endedBySignal() && ++killedInARow <= KILLED_LIMIT);
        return comesBack
                ? new AttemptEnding.TakenBack()
                : new AttemptEnding.StartFailed(dead.startFailure("died before it took its first task", null));
    }

    @Override
    public void swept(Child dead) {
        pool.buried(dead);
    }

    /// The queue is closing: no attempt is here, none will come.
    void close() {
        Child idle;
        synchronized (this) {
            closed = true;
            idle = child;
        }
        if (idle != null) {
            idle.stop();
        }
    }
}
