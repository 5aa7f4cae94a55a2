package io.millhand;

import static java.util.Objects.requireNonNull;

import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;
import java.time.Duration;

/// Workers that run tasks on platform threads, started on demand and kept until the queue closes. For tasks that
/// compute and can be trusted to end.
///
/// A timeout interrupts. A task that ignores its interrupt is left behind after the grace, reported, and its slot gets
/// a new thread; nothing in Java can stop the old one: run code that may never end in child JVMs. The threads are
/// daemons: close the queue to wait for its tasks.
///
/// @param slots how many tasks run at a time, at least 1
/// @param grace how long an interrupted task may go on before it is left behind
public record ThreadWorkers(int slots, Duration grace) implements Workers {

    static final Duration DEFAULT_GRACE = Duration.ofSeconds(1);

    /// Refuses what makes no sense.
    public ThreadWorkers {
        requireSlots(slots);
        requireGrace(requireNonNull(grace, "grace"));
    }

    /// Threads with a grace of one second.
    ///
    /// @param slots how many tasks run at a time, at least 1
    /// @return the description
    public static ThreadWorkers of(int slots) {
        return new ThreadWorkers(slots, DEFAULT_GRACE);
    }

    /// One thread: tasks run one after another, on the same thread unless one had to be left behind.
    ///
    /// @return the description
    public static ThreadWorkers single() {
        return of(1);
    }

    /// These workers with another grace.
    ///
    /// @param grace zero or more
    /// @return the changed copy
    public ThreadWorkers grace(Duration grace) {
        return new ThreadWorkers(slots, grace);
    }

    @Override
    public WorkerPool open(WorkerHost host) {
        var pool = new ThreadPool(host, this);
        host.offer(pool.worker());
        return pool;
    }

    static void requireSlots(int slots) {
        if (slots < 1) {
            throw new IllegalArgumentException("slots must be at least 1, was " + slots);
        }
    }

    static void requireGrace(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace must not be negative, was " + grace);
        }
    }
}
