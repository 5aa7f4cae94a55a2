package io.millhand;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/// What a task may take, on three monotonic clocks. None of them fires early.
///
/// @param timeout for each attempt, from the moment a worker takes it
/// @param deadline for the whole task, from its submission to its outcome: waiting and retries count
/// @param noProgress for each attempt, from its last sign of life: its start, or [TaskContext#alive()]
public record Clocks(Duration timeout, Duration deadline, Duration noProgress) {

    /// No limit.
    public static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    static final Clocks NONE = new Clocks(FOREVER, FOREVER, FOREVER);

    /// Refuses limits that are not positive.
    public Clocks {
        requirePositive(timeout, "timeout");
        requirePositive(deadline, "deadline");
        requirePositive(noProgress, "noProgress");
    }

    private static void requirePositive(Duration limit, String name) {
        if (!requireNonNull(limit, name).isPositive()) {
            throw new IllegalArgumentException(
                    name + " must be positive, was " + limit + "; leave it out for no limit");
        }
    }

    Clocks timeout(Duration timeout) {
        return new Clocks(timeout, deadline, noProgress);
    }

    Clocks deadline(Duration deadline) {
        return new Clocks(timeout, deadline, noProgress);
    }

    Clocks noProgress(Duration noProgress) {
        return new Clocks(timeout, deadline, noProgress);
    }

    /// What an attempt may take that starts at this age of its task.
    Duration left(Duration age) {
        if (deadline.equals(FOREVER)) {
            return timeout;
        }
        var untilDeadline = deadline.compareTo(age) > 0 ? deadline.minus(age) : Duration.ZERO;
        return timeout.compareTo(untilDeadline) < 0 ? timeout : untilDeadline;
    }

    /// The limit on one of the clocks.
    Duration limit(Expiry.Clock clock) {
        return switch (clock) {
            case TIMEOUT -> timeout;
            case DEADLINE -> deadline;
            case NO_PROGRESS -> noProgress;
        };
    }
}
