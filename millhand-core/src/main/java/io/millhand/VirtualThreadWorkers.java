package io.millhand;

import static java.util.Objects.requireNonNull;

import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;
import java.time.Duration;

/// Workers that run each task on a new virtual thread, at most `slots` at a time. For tasks that wait: calls to
/// services, files, databases.
///
/// A timeout interrupts. A task that ignores its interrupt is left behind after the grace and its slot is used again;
/// one that spins keeps a carrier thread of the JVM busy, which nothing can take back: run code that may spin in child
/// JVMs.
///
/// @param slots how many tasks run at a time, at least 1
/// @param grace how long an interrupted task may go on before it is left behind
public record VirtualThreadWorkers(int slots, Duration grace) implements Workers {

    /// Refuses what makes no sense.
    public VirtualThreadWorkers {
        ThreadWorkers.requireSlots(slots);
        ThreadWorkers.requireGrace(requireNonNull(grace, "grace"));
    }

    /// Virtual threads with a grace of one second.
    ///
    /// @param slots how many tasks run at a time, at least 1
    /// @return the description
    public static VirtualThreadWorkers of(int slots) {
        return new VirtualThreadWorkers(slots, ThreadWorkers.DEFAULT_GRACE);
    }

    /// These workers with another grace.
    ///
    /// @param grace zero or more
    /// @return the changed copy
    public VirtualThreadWorkers grace(Duration grace) {
        return new VirtualThreadWorkers(slots, grace);
    }

    @Override
    public WorkerPool open(WorkerHost host) {
        var threads =
                Thread.ofVirtual().inheritInheritableThreadLocals(false).name("millhand-" + host.queueName() + "-", 1);
        // The worker and what runs its attempts need each other: the holder is filled before the first attempt.
        var holder = new LocalWorker[1];
        holder[0] =
                LocalWorker.onOwnThreads(host, slots, grace, attempt -> threads.start(() -> holder[0].run(attempt)));
        host.offer(holder[0]);
        return new VirtualPool(holder[0]);
    }

    private record VirtualPool(LocalWorker worker) implements WorkerPool {

        @Override
        public int leftBehind() {
            return worker.leftBehind();
        }

        @Override
        public void resize(int size) {
            worker.resize(size);
        }

        /// A virtual thread ends with its task, and all tasks have ended.
        @Override
        public void close() {}
    }
}
