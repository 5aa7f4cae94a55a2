package io.millhand;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// How many tasks may wait in a queue, and what happens to a submission beyond that.
///
/// Those count that are accepted and in no slot: queued, or waiting for their next attempt. A task that submits to
/// its own full queue is admitted beyond the capacity, since nobody else might make room; so are the streams of a
/// `flatMap` after its first one, one at a time.
///
/// @param tasks how many, at least 1
/// @param patience how long a submission waits for room before it is rejected; zero to reject at once,
///     [Clocks#FOREVER] to wait as long as it takes
public record Capacity(int tasks, Duration patience) {

    static final Capacity UNBOUNDED = new Capacity(Integer.MAX_VALUE, Clocks.FOREVER);

    /// Refuses what makes no sense.
    public Capacity {
        if (tasks < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, was " + tasks);
        }
        if (requireNonNull(patience, "patience").isNegative()) {
            throw new IllegalArgumentException("patience must not be negative, was " + patience);
        }
    }

    /// As many as fit into memory, the default.
    ///
    /// @return no capacity
    public static Capacity unbounded() {
        return UNBOUNDED;
    }

    /// A submission beyond it waits for room. An interrupt ends the wait with a rejection.
    ///
    /// @param tasks how many may wait, at least 1
    /// @return the capacity
    public static Capacity blocking(int tasks) {
        return new Capacity(tasks, Clocks.FOREVER);
    }

    /// A submission beyond it is rejected. `map` and its like wait for room all the same: their window holds them back.
    ///
    /// @param tasks how many may wait, at least 1
    /// @return the capacity
    public static Capacity rejecting(int tasks) {
        return new Capacity(tasks, Duration.ZERO);
    }

    /// This capacity with another patience.
    ///
    /// @param patience zero or more
    /// @return the changed copy
    public Capacity patience(Duration patience) {
        return new Capacity(tasks, patience);
    }
}
