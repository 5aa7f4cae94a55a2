package io.millhand.bench;

import io.millhand.Workers;
import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Worker;
import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;

/// A worker without a thread: keeps the one attempt that it has until it is told to end it. For one thread.
final class Clerk implements Workers, Worker {

    private static final AttemptEnding RETURNED = new AttemptEnding.Returned(1);

    private WorkerHost host;
    private Assignment assigned;

    /// Ends the attempt; the queue assigns the next meanwhile.
    void end() {
        var ended = assigned;
        host.started(ended);
        host.ended(ended, RETURNED);
    }

    @Override
    public WorkerPool open(WorkerHost opened) {
        host = opened;
        opened.offer(this);
        return () -> {};
    }

    @Override
    public String name() {
        return "clerk";
    }

    @Override
    public int slots() {
        return 1;
    }

    @Override
    public void assign(Assignment assignment) {
        assigned = assignment;
    }

    @Override
    public void kill(Assignment assignment) {}

    @Override
    public void cancel(Assignment assignment) {}
}
