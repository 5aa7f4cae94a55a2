package io.millhand.testkit;

import io.millhand.WorkerChange;
import io.millhand.Workers;
import io.millhand.spi.Assignment;
import io.millhand.spi.Worker;
import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A worker that does nothing but what its queue tells of: it changes, and has ever more slots. Its queue has no tasks.
final class HollowWorker implements Workers, WorkerPool, Worker {

    private final AtomicInteger slots = new AtomicInteger(1);
    private volatile @Nullable WorkerHost host;

    @Override
    public WorkerPool open(WorkerHost host) {
        this.host = host;
        host.offer(this);
        return this;
    }

    private WorkerHost host() {
        return Objects.requireNonNull(host, "its queue is open");
    }

    /// One event.
    void changes() {
        host().changed(this, 1, WorkerChange.STARTED);
    }

    /// One load that was not there before.
    void grows() {
        slots.incrementAndGet();
        host().resized(this);
    }

    @Override
    public String name() {
        return "hollow";
    }

    @Override
    public int slots() {
        return slots.get();
    }

    @Override
    public void assign(Assignment assignment) {
        throw new AssertionError("nobody submits: " + assignment);
    }

    @Override
    public void kill(Assignment assignment) {
        throw new AssertionError("nobody submits: " + assignment);
    }

    @Override
    public void cancel(Assignment assignment) {
        throw new AssertionError("nobody submits: " + assignment);
    }

    @Override
    public void close() {}
}
