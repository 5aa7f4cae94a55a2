package io.millhand;

import static java.util.Objects.requireNonNull;

import io.millhand.spi.WorkerPool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One kind of workers in a queue: both sides of it, and its release.
final class AttachedPool implements AttachedWorkers {

    private final Pools pools;
    private final PoolHost host;
    private final WorkerPool pool;
    private final AtomicReference<@Nullable Detachment> detachment = new AtomicReference<>();
    private final AtomicBoolean releasing = new AtomicBoolean();
    private final CountDownLatch released = new CountDownLatch(1);

    AttachedPool(Pools pools, PoolHost host, WorkerPool pool) {
        this.pools = pools;
        this.host = host;
        this.pool = pool;
    }

    PoolHost host() {
        return host;
    }

    WorkerPool pool() {
        return pool;
    }

    @Override
    public String name() {
        return host.queueName();
    }

    @Override
    public void resize(int size) {
        if (size < 1) {
            throw new IllegalArgumentException(
                    "size must be at least 1, was " + size + "; to have none of these workers, detach them");
        }
        if (detachment.get() != null) {
            throw new IllegalStateException(this + " cannot be resized: they are detached");
        }
        pool.resize(size);
    }

    @Override
    public CompletionStage<List<Task<?>>> detach(Duration within, Unfinished unfinished) {
        requireNonNull(unfinished, "unfinished");
        if (requireNonNull(within, "within").isNegative()) {
            throw new IllegalArgumentException("within must not be negative, was " + within);
        }
        var mine = new Detachment(this, host.dispatcher(), within, unfinished);
        var first = detachment.compareAndExchange(null, mine);
        if (first != null) {
            return first.stage();
        }
        pools.leaves(this);
        mine.begin();
        return mine.stage();
    }

    /// Releases what the workers hold, or waits until that is done. At the end of the queue or of the detachment,
    /// whichever comes first, on a thread that may wait.
    void release() {
        if (releasing.compareAndSet(false, true)) {
            try {
                pool.close();
            } finally {
                released.countDown();
                pools.released(this);
            }
        } else {
            awaitRelease();
        }
    }

    private void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the other thread goes on
        }
    }

    /// Whether nothing of it is left but threads that nobody can end.
    boolean isReleased() {
        return released.getCount() == 0;
    }

    @Override
    public String toString() {
        return "workers '" + name() + "'";
    }
}
