package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.WorkerChange;
import io.millhand.WorkerProcess;
import io.millhand.WorkerStartException;
import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Worker;
import io.millhand.spi.WorkerHost;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A worker that runs its attempts in one child JVM at a time: the first one comes with the first attempt,
/// another one when that one has died or is to be replaced.
@SuppressWarnings("ReferenceEquality") // attempts and children are compared by identity
final class ProcessWorker implements Worker, Child.Owner {

    /*
     *   no child --- an attempt comes ---> starting --- child is ready ---> current
     *      ^                                  |                               |
     *      +--------- start failed -----------+                               |
     *      +---- the child is killed, retired, leaves or dies ----------------+
     *
     * `current` is the child that gets new attempts. A child that is no longer current may still have attempts, which
     * name it; they end by its answers or by its death. An attempt without a child waits for the next current one.
     *
     * Where attempts run one at a time, more are sent ahead: see Pipeline. Those that have not begun come back as they
     * were, from a child that is stuck (Orders) or dead; one that is to end is asked back and ends alone.
     *
     * Who calls: the queue (any thread), the loop's thread (frames, death), the thread that starts a child, the timer.
     * The monitor guards all state; the queue, the pool and the child are called outside it.
     */

    /// So many children in a row may be killed by somebody else before they took anything; more count as failed
    /// starts.
    private static final int KILLED_LIMIT = 20;

    /// What is in a child or on its way there may have this part of the largest task, one in 8, if more is to be sent
    /// ahead: it is in the child's heap while another task runs there, which may need its share.
    private static final int AHEAD_SHARE = 8;

    private final String name;
    private final WorkerHost host;
    private final ProcessPool pool;
    private final Pipeline pipeline = new Pipeline();
    private final AssignHeads heads = new AssignHeads();

    @GuardedBy("this")
    private final ChildAttempts attempts = new ChildAttempts();

    @GuardedBy("this")
    private @Nullable Child current;

    @GuardedBy("this")
    private boolean starting;

    private final TakeWatch taking;
    private final AttemptStopper stopper;

    @GuardedBy("this")
    private int killedInARow;

    /// Gets nothing more, and has no child when it has nothing to do.
    @GuardedBy("this")
    private boolean dismissed;

    @GuardedBy("this")
    private boolean closed;

    ProcessWorker(String name, WorkerHost host, ProcessPool pool) {
        this.name = name;
        this.host = host;
        this.pool = pool;
        taking = new TakeWatch(this, host, pool, attempts);
        stopper = new AttemptStopper(this, host, attempts);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int slots() {
        return pool.slots();
    }

    @Override
    public boolean takesAhead() {
        return slots() == 1;
    }

    @Override
    public int ahead() {
        return pipeline.depth() == 0 ? 0 : pipeline.depthAt(host.backend().nanoTime());
    }

    @Override
    public void assign(Assignment next) {
        var attempt = new ChildAttempt(next);
        Child ready;
        boolean isAhead;
        boolean needsChild;
        synchronized (this) {
            isAhead = slots() == 1 && attempts.size() > 0;
            if (isAhead && attempts.bytes() + attempt.bytes() > pool.taskBytes() / AHEAD_SHARE) {
                pipeline.beginAnew();
            }
            // What was decided before something came back must not overtake it.
            ready = isAhead && pipeline.depth() == 0 ? null : current;
            needsChild = ready == null && !starting && !isAhead;
            starting |= needsChild;
            if (ready != null || !isAhead) {
                attempts.add(attempt);
            }
            if (ready != null) {
                bind(attempt, ready);
            }
        }
        if (ready != null) {
            send(ready, attempt, !isAhead);
        } else if (isAhead) {
            // Another child must not run it beside what this worker has.
            host.ended(next, new AttemptEnding.TakenBack());
        } else if (needsChild) {
            pool.provide(this);
        }
    }

    @GuardedBy("this")
    private void noneIsCurrent() {
        current = null;
        pipeline.beginAnew(); // nothing is sent ahead to a worker without a child
    }

    /// A child that has run all that it may run gets nothing more.
    @GuardedBy("this")
    private void bind(ChildAttempt attempt, Child to) {
        attempt.child = to;
        attempt.sentNanos = host.backend().nanoTime();
        if (attempts.size() == 1) {
            pipeline.begun(attempt.sentNanos);
        }
        attempt.known = to.count().back();
        if (to.count().give() >= pool.attemptsPerChild()) {
            noneIsCurrent();
        }
    }

    /// @param mayWait whether it may be held until broadcasts of the child have ended
    private void send(Child to, ChildAttempt attempt, boolean mayWait) {
        taking.watch();
        var next = attempt.assignment;
        var call = (EncodedCall) next.payload().orElseThrow();
        byte[] head = heads.encode(new Wire.AssignHead(
                attempt.known,
                name,
                next.taskName(),
                next.headers(),
                to.classes().idOf(call.loader()),
                Terms.of(next)));
        to.shared().ensureSent(call);
        var frame = new Frame(FrameKind.ASSIGN, next.taskId(), next.attempt(), head, call.call());
        if (!to.turns().send(next, frame, mayWait)) {
            boolean isHere;
            synchronized (this) {
                isHere = attempts.remove(attempt);
                pipeline.beginAnew();
            }
            notSent(to);
            if (isHere) {
                host.ended(next, new AttemptEnding.TakenBack());
            }
        }
    }

    /// An attempt that was meant for the child has gone without having been sent.
    void notSent(Child child) {
        boolean leaves;
        synchronized (this) {
            child.count().notSent();
            leaves = mustLeave(child);
        }
        if (leaves) {
            child.leave();
        }
    }

    /// Asked after each attempt that the child has no more: nobody else tells it to leave.
    ///
    /// @return whether it has none and gets none
    @GuardedBy("this")
    private boolean mustLeave(Child child) {
        if (attempts.size() == 0) {
            pipeline.idle();
        }
        if (attempts.anyOf(child)) {
            return false;
        }
        if (dismissed && current == child) {
            noneIsCurrent();
        }
        child.idleSince(host.backend().nanoTime());
        return current != child;
    }

    /// Starts a child where there is none, although there is nothing to do yet.
    ///
    /// @return whether that was necessary
    boolean warmUp() {
        synchronized (this) {
            if (closed || dismissed || starting || current != null || attempts.size() > 0) {
                return false;
            }
            starting = true;
        }
        pool.provide(this);
        return true;
    }

    /// Whether it has a child that gets new attempts, or will have one soon.
    synchronized boolean isManned() {
        return starting || current != null;
    }

    /// starting -> current. Any thread.
    void arrived(Child child) {
        var _ = joined(child, false);
    }

    /// starting -> current. A spare may be about to leave, or have left, before it was adopted: it is not taken
    /// then, and that is no failed start.
    ///
    /// @return whether it was taken
    boolean adopted(Child spare) {
        return joined(spare, true);
    }

    private boolean joined(Child child, boolean asSpare) {
        List<ChildAttempt> waiting = new ArrayList<>();
        boolean unwanted;
        boolean needsAnother;
        synchronized (this) {
            if (asSpare && child.isGoing()) {
                return false; // what is told from now on finds it here
            }
            unwanted = closed || (dismissed && !hasUnbound());
            current = unwanted ? null : child;
            pipeline.beginAnew();
            for (var attempt : attempts) {
                if (attempt.child == null && current != null) {
                    bind(attempt, child);
                    waiting.add(attempt);
                }
            }
            // More attempts may have come than this child may run.
            needsAnother = !closed && hasUnbound();
            starting = needsAnother;
        }
        if (unwanted) {
            child.leave();
        } else {
            host.changed(this, child.process().pid(), WorkerChange.STARTED);
            child.welcomed();
        }
        child.idleSince(host.backend().nanoTime());
        waiting.forEach(attempt -> send(child, attempt, true));
        if (child.isDead()) {
            died(child); // it died before this worker knew it
        }
        if (needsAnother) {
            pool.provide(this);
        }
        return true;
    }

    @GuardedBy("this")
    private boolean hasUnbound() {
        for (var attempt : attempts) {
            if (attempt.child == null) {
                return true;
            }
        }
        return false;
    }

    /// starting -> no child. What waits for a child ends.
    void startFailed(WorkerStartException cause) {
        List<ChildAttempt> unserved;
        boolean comesBack;
        synchronized (this) {
            starting = false;
            unserved = attempts.take(attempt -> attempt.child == null);
            comesBack = cause.getCause() instanceof KilledWhileStarting && ++killedInARow <= KILLED_LIMIT;
        }
        AttemptEnding ending = comesBack ? new AttemptEnding.TakenBack() : new AttemptEnding.StartFailed(cause);
        unserved.forEach(attempt -> host.ended(attempt.assignment, ending));
        if (unserved.isEmpty()) {
            pool.startedInVain(cause);
        }
    }

    void stuck(Child child) {
        child.condemn("killed since it did not take an attempt within the start limit");
        killNow(child);
    }

    @Override
    public void kill(Assignment unwanted) {
        stopper.kill(unwanted);
    }

    @Override
    public void cancel(Assignment unwanted) {
        stopper.cancel(unwanted);
    }

    /// current -> no child
    void killNow(Child unwanted) {
        if (unwanted.isDead()) {
            return;
        }
        dismiss(unwanted);
        unwanted.killAside();
    }

    /// The child gets nothing more.
    synchronized void dismiss(Child child) {
        if (current == child) {
            noneIsCurrent();
        }
    }

    /// current -> no child. The child ends what it runs and then leaves.
    void retire(Child child) {
        boolean idle;
        synchronized (this) {
            if (current != child) {
                return;
            }
            noneIsCurrent();
            idle = !attempts.anyOf(child);
        }
        if (idle) {
            child.leave();
        }
    }

    /// Has no child any more when it has nothing to do, until it is [welcome][#welcome] again.
    void dismiss() {
        Child child;
        synchronized (this) {
            dismissed = true;
            child = current;
        }
        if (child != null) {
            retire(child);
        }
    }

    synchronized void welcome() {
        dismissed = false;
    }

    /// How much it has to do.
    synchronized int load() {
        return attempts.size();
    }

    /// The children that it has, as they are now.
    synchronized List<ChildSample> samples(long now, boolean withMemory) {
        return ChildSample.of(current, attempts, now, withMemory);
    }

    @Override
    public List<WorkerProcess> processes() {
        return samples(host.backend().nanoTime(), false).stream()
                .map(ChildSample::asProcess)
                .toList();
    }

    @Override
    public void exiting(Child leaving) {
        dismiss(leaving);
    }

    @Override
    public boolean holdsClock(Assignment assignment) {
        Child child;
        synchronized (this) {
            var attempt = attempts.of(assignment);
            child = attempt == null ? null : attempt.child;
        }
        return child != null && child.isDebugged();
    }

    @Override
    public void received(Child from, Frame frame) {
        switch (frame.kind()) {
            case STARTED -> taken(from, frame);
            case GIVEN_BACK -> givenBack(from, frame);
            case STACK -> stood(from, frame);
            case RETURNED, THREW -> answered(from, frame);
            case ALIVE, ITEMS, DEMAND -> alive(from, frame);
            default -> throw new IllegalStateException("not for a worker: " + frame);
        }
    }

    private void taken(Child from, Frame frame) {
        ChildAttempt attempt;
        boolean unwanted;
        boolean cancelled;
        synchronized (this) {
            attempt = attempts.meantBy(from, frame);
            if (attempt == null || attempt.taken) {
                return; // what a dying child kept may have come before
            }
            attempt.taken = true;
            unwanted = attempt.killing; // what was told before may have found nobody
            cancelled = attempt.cancelled;
            killedInARow = 0;
        }
        if (unwanted) {
            stopper.stop(attempt.assignment, from);
        }
        if (cancelled) {
            from.send(Frame.of(FrameKind.CANCEL, frame.task(), frame.attempt()));
        }
        from.proven();
        var assignment = attempt.assignment;
        from.output().began(assignment, host);
        host.started(assignment);
        attempt.streams = AttemptStreams.begin(from, assignment, host, pool.taskBytes());
    }

    private void alive(Child from, Frame frame) {
        ChildAttempt attempt;
        synchronized (this) {
            attempt = attempts.meantBy(from, frame);
        }
        if (attempt == null) {
            return;
        }
        host.alive(attempt.assignment);
        if (attempt.streams != null) {
            attempt.streams.received(frame);
        }
    }

    private void stood(Child from, Frame frame) {
        synchronized (this) {
            var attempt = attempts.meantBy(from, frame);
            if (attempt == null) {
                return;
            }
            attempt.stood(frame);
            attempt.lastOfChild = slots() == 1;
        }
        if (slots() == 1) {
            killNow(from);
        }
    }

    /// It has not begun, and may begin elsewhere.
    private void givenBack(Child from, Frame frame) {
        ChildAttempt attempt;
        synchronized (this) {
            from.count().givenBack();
            pipeline.beginAnew();
            attempt = attempts.meantBy(from, frame);
            if (attempt == null || attempt.taken) {
                return;
            }
        }
        ended(attempt, from, attempt.killing ? new AttemptEnding.Killed("", false) : new AttemptEnding.TakenBack());
    }

    private void answered(Child from, Frame frame) {
        ChildAttempt attempt;
        AttemptEnding ending;
        synchronized (this) {
            attempt = attempts.meantBy(from, frame);
            if (attempt == null || attempt.lastOfChild || attempt.answered) {
                return; // the child of an attempt that is being killed will die; its slot is free only then
            }
            attempt.answered = true;
            measured(attempt, from);
            // One that is killed may end by itself before its child knows of that.
            ending = attempt.killing
                    ? new AttemptEnding.Killed(attempt.stack, false)
                    : new AttemptEnding.Answered(answerOf(attempt.assignment, frame));
        }
        if (Wire.Threw.isExhausted(frame)) {
            retire(from); // what ran out, direct memory say, may well be held by what the task has left
        }
        from.afterOutput(frame, () -> ended(attempt, from, ending));
    }

    /// Lines that were written past the child's streams belong to what runs when they are found: nothing is sent ahead
    /// of a task that writes such lines.
    @GuardedBy("this")
    private void measured(ChildAttempt attempt, Child from) {
        long now = host.backend().nanoTime();
        from.count().answered(now);
        if (from != current) {
            return; // what the next one can take is not known
        }
        if (slots() > 1 || from.isDebugged() || from.hasRawOutput()) {
            pipeline.beginAnew();
        } else {
            pipeline.answered(attempt.sentNanos, now);
        }
    }

    /// Channels' thread, or that of the output.
    private void ended(ChildAttempt attempt, Child from, AttemptEnding ending) {
        boolean leaves;
        synchronized (this) {
            if (!attempts.remove(attempt)) {
                return; // the child died meanwhile
            }
            leaves = mustLeave(from);
        }
        var assignment = attempt.assignment;
        from.output().ended(assignment.taskId(), assignment.attempt());
        from.turns().attemptOver();
        if (leaves) {
            from.leave();
        }
        host.ended(assignment, ending);
    }

    private static EncodedAnswer answerOf(Assignment meant, Frame frame) {
        var call = (EncodedCall) meant.payload().orElseThrow();
        return call.answeredBy(frame);
    }

    @Override
    public void swept(Child dead) {
        pool.buried(dead);
    }

    @Override
    public void died(Child dead) {
        if (dead.takeLeave()) {
            host.changed(this, dead.process().pid(), dead.farewell());
        }
        List<ChildAttempt> lost;
        boolean comesBack;
        synchronized (this) {
            if (current == dead) {
                noneIsCurrent();
            }
            lost = attempts.take(attempt -> attempt.child == dead && !attempt.answered);
            // What was not taken is not to blame. But a child that dies before it takes anything counts as one that did
            // not start, unless somebody kills children from outside, which says nothing about starts.
            comesBack = dead.isProven()
                    || dead.turns().diedInBroadcast()
                    || (dead.endedBySignal() && ++killedInARow <= KILLED_LIMIT);
        }
        // One for all: the queue counts starts, not the attempts that waited for them.
        var failedStart = comesBack
                ? new AttemptEnding.TakenBack()
                : new AttemptEnding.StartFailed(dead.startFailure("died before it took its first task", null));
        for (var attempt : lost) {
            var assignment = attempt.assignment;
            var ending = endingOf(attempt, dead, failedStart);
            pool.crashes().keep(assignment, ending, told -> host.ended(assignment, told));
        }
    }

    private static AttemptEnding endingOf(ChildAttempt lost, Child dead, AttemptEnding untaken) {
        if (lost.killing) {
            return new AttemptEnding.Killed(lost.stack, false);
        }
        if (lost.taken || (dead.isBroken() && !dead.turns().holds(lost.assignment))) {
            return new AttemptEnding.Crashed(dead.crashReport(lost.assignment.taskId(), lost.assignment.attempt()));
        }
        return untaken;
    }

    /// The queue is closing: no attempt is here, none will come.
    void close() {
        Child idle;
        synchronized (this) {
            closed = true;
            idle = current;
            noneIsCurrent();
        }
        if (idle != null) {
            idle.leave();
        }
    }
}
