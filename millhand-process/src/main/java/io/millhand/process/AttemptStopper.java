package io.millhand.process;

import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.WorkerHost;
import java.util.concurrent.TimeUnit;

/// Ends attempts of a worker that nobody wants any more: asks them back, interrupts them, or kills their child.
final class AttemptStopper {

    /*
     * not sent ---> ended
     * sent, others before it in its child: TAKE_BACK ---> GIVEN_BACK: ended
     *                                                +--> STARTED: it runs, see below
     * it runs, or may run, alone or before others: STACK_REQUEST ---> STACK: the child begins nothing more and is killed
     *                                                            +--> its answer: it has ended by itself
     * it runs beside others: INTERRUPT ---> its answer
     *
     * What does not come in time ends with the child. As long as a child has not said that it begins nothing more, its
     * death may hit what waited behind the attempt: then it gets more time.
     *
     * The worker's monitor guards its attempts; the worker, the queue and children are called outside it.
     */

    /// How long a stack may take to come before the child is killed without it.
    private static final long STACK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /// How long an attempt may go on, or its child be silent, where others are in the same child.
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ProcessWorker worker;
    private final WorkerHost host;
    private final ChildAttempts attempts;

    /// @param attempts guarded by the monitor of the worker
    AttemptStopper(ProcessWorker worker, WorkerHost host, ChildAttempts attempts) {
        this.worker = worker;
        this.host = host;
        this.attempts = attempts;
    }

    void kill(Assignment unwanted) {
        ChildAttempt attempt;
        Child had;
        Child toAsk;
        synchronized (worker) {
            attempt = attempts.of(unwanted);
            if (attempt == null || attempt.killing || attempt.answered) {
                return;
            }
            attempt.killing = true;
            had = attempt.child;
            toAsk = had != null && had.turns().withdraw(unwanted) ? null : had;
            if (toAsk == null) {
                attempts.remove(attempt); // it never got to a child
            }
        }
        if (toAsk == null) {
            if (had != null) {
                worker.notSent(had);
            }
            host.ended(unwanted, new AttemptEnding.Killed("", false));
        } else if (askBack(attempt, toAsk)) {
            host.backend().schedule(GRACE_NANOS, () -> killFor(unwanted));
        } else {
            stop(unwanted, toAsk);
        }
    }

    /// Tells the attempt, or sees to it that it never runs.
    void cancel(Assignment unwanted) {
        ChildAttempt attempt;
        Child toTell;
        synchronized (worker) {
            attempt = attempts.of(unwanted);
            if (attempt == null) {
                return;
            }
            toTell = attempt.child;
            attempt.cancelled = true;
        }
        if (toTell != null && !askBack(attempt, toTell)) {
            toTell.send(Frame.of(FrameKind.CANCEL, unwanted.taskId(), unwanted.attempt()));
        }
    }

    /// Asks for an attempt that waits behind others in its child.
    ///
    /// @return false where it runs, or may run
    private boolean askBack(ChildAttempt attempt, Child from) {
        synchronized (worker) {
            boolean isFirst = !attempt.askedBack && isFirst(attempt, from);
            if (attempt.taken || worker.slots() > 1 || isFirst) {
                return false;
            }
            attempt.askedBack = true;
        }
        from.send(Frame.of(FrameKind.TAKE_BACK, attempt.assignment.taskId(), attempt.assignment.attempt()));
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // an attempt is itself
    private boolean isFirst(ChildAttempt attempt, Child child) {
        return attempts.firstOf(child) == attempt;
    }

    /// Ends an attempt that runs, or may run.
    void stop(Assignment unwanted, Child toAsk) {
        toAsk.send(Frame.of(FrameKind.STACK_REQUEST, unwanted.taskId(), unwanted.attempt()));
        boolean waits = worker.slots() > 1;
        if (waits) {
            toAsk.send(Frame.of(FrameKind.INTERRUPT, unwanted.taskId(), unwanted.attempt()));
        } else {
            worker.retire(toAsk); // the attempt may have ended by now
            synchronized (worker) {
                waits = !attempts.atMostOneOf(toAsk);
            }
        }
        host.backend().schedule(waits ? GRACE_NANOS : STACK_NANOS, () -> killFor(unwanted));
    }

    /// Kills its child, if it has not ended by itself.
    private void killFor(Assignment unwanted) {
        Child stubborn;
        boolean alone;
        synchronized (worker) {
            var attempt = attempts.of(unwanted);
            // One that has answered only waits until its lines are told.
            stubborn = attempt == null || attempt.answered ? null : attempt.child;
            alone = stubborn != null && attempts.atMostOneOf(stubborn);
        }
        if (stubborn != null) {
            if (!alone) {
                stubborn.condemn("killed to end attempt " + unwanted.attempt() + " of task " + unwanted.taskId()
                        + ", which was in it, too");
            }
            worker.killNow(stubborn);
        }
    }
}
