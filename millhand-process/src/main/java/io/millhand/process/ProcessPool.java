package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.WorkerStartException;
import io.millhand.spi.Carrier;
import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The child JVMs of one queue.
final class ProcessPool implements WorkerPool {

    /// No payload may be larger, whatever the heaps are.
    private static final long CEILING_BYTES = 1 << 30;

    /// How long an idle child may take to leave by itself when the queue closes: it runs its shutdown hooks.
    private static final long LEAVE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long BURY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ProcessCarrier carrier;
    private final ChannelLoop loop = new ChannelLoop();
    private final ChildLauncher launcher;
    private final long takeLimitNanos;
    private final List<ProcessWorker> workers = new ArrayList<>();

    /// From the birth of each process until it is dead and what it left behind is gone.
    @GuardedBy("this")
    private final Set<Child> living = new HashSet<>();

    @GuardedBy("this")
    private int starting;

    private ProcessPool(WorkerHost host, ProcessWorkers config, long answerCeiling) {
        long heapBytes = config.jvm().heapBytes().orElseGet(() -> HeapSlice.of(config.workers()));
        // The child holds the bytes and what they become at the same time.
        carrier = new ProcessCarrier(Math.min(CEILING_BYTES, heapBytes / 3));
        launcher = new ChildLauncher(config, heapBytes, answerCeiling, loop, host.backend());
        takeLimitNanos = config.life().startLimit().toNanos();
        for (int i = 1; i <= config.workers(); i++) {
            workers.add(new ProcessWorker(host.queueName() + "#" + i, host, this));
        }
    }

    static ProcessPool open(WorkerHost host, ProcessWorkers config) {
        return open(host, config, Math.min(CEILING_BYTES, Runtime.getRuntime().maxMemory() / 2));
    }

    /// Opens with another ceiling than half of this heap for what a child may answer, in bytes.
    static ProcessPool open(WorkerHost host, ProcessWorkers config, long answerCeiling) {
        var pool = new ProcessPool(host, config, answerCeiling);
        host.backend().start("millhand-" + host.queueName() + "-channels", pool.loop);
        pool.workers.forEach(host::offer);
        return pool;
    }

    @Override
    public Optional<Carrier> carrier() {
        return Optional.of(carrier);
    }

    /// How long a child may leave an attempt untaken.
    long takeLimitNanos() {
        return takeLimitNanos;
    }

    /// Blocks until the child is connected.
    Child launch(String worker, Child.Owner owner) throws WorkerStartException {
        synchronized (this) {
            starting++;
        }
        try {
            return launcher.launch(worker, owner, this::born);
        } finally {
            synchronized (this) {
                starting--;
                notifyAll();
            }
        }
    }

    private synchronized void born(Child child) {
        living.add(child);
    }

    synchronized void buried(Child child) {
        living.remove(child);
        notifyAll();
    }

    @Override
    public void close() {
        workers.forEach(ProcessWorker::close);
        try {
            if (!awaitEmpty(LEAVE_NANOS)) {
                killAll();
                awaitEmpty(BURY_NANOS);
            }
        } catch (InterruptedException _) {
            killAll();
            Thread.currentThread().interrupt();
        }
        loop.close();
    }

    private void killAll() {
        List<Child> stubborn;
        synchronized (this) {
            stubborn = List.copyOf(living);
        }
        stubborn.forEach(Child::kill);
    }

    private synchronized boolean awaitEmpty(long limitNanos) throws InterruptedException {
        long start = System.nanoTime();
        while (!living.isEmpty() || starting > 0) {
            long left = limitNanos - (System.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
