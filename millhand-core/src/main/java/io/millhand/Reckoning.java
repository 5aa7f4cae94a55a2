package io.millhand;

/// Counts what becomes of the tasks that a shutdown found. Touched under the dispatcher's lock only.
final class Reckoning {

    /// What became of a task of which an attempt has begun.
    enum Fate {
        FINISHED,
        CANCELLED,
        KILLED;

        /// Of a task that is cancelled; killed is only one of which an attempt is stopped.
        static Fate of(CancelReason reason) {
            return reason == CancelReason.SHUTDOWN ? KILLED : CANCELLED;
        }
    }

    private boolean open;
    private long finished;
    private long cancelled;
    private long killed;
    private long neverStarted;

    /// The queue is shut down: from now on tasks count.
    void open() {
        open = true;
    }

    boolean isOpen() {
        return open;
    }

    void count(Fate fate, boolean begun) {
        if (!open) {
            return;
        }
        if (!begun) {
            neverStarted++;
            return;
        }
        switch (fate) {
            case FINISHED -> finished++;
            case CANCELLED -> cancelled++;
            case KILLED -> killed++;
        }
    }

    /// A task that had no attempt under way.
    void countIdle(Fate fate, boolean begun) {
        count(fate == Fate.KILLED ? Fate.CANCELLED : fate, begun);
    }

    /// What was counted: all, once no task and no attempt is left.
    ShutdownAccount account() {
        return new ShutdownAccount(finished, cancelled, killed, neverStarted);
    }
}
