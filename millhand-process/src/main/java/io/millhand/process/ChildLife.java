package io.millhand.process;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.OptionalLong;

/// How many children there are, how long they live and what they may take meanwhile.
///
/// @param least so many children are kept even when there is nothing to do, and are started with the queue; 0 or more
/// @param spares so many children beside those that work are kept ready to replace one that dies; 0 or more
/// @param startLimit how long a child may take to start, and to take an attempt that it was given
/// @param idleLimit a child that had nothing to do for so long is ended, down to `least`; positive
/// @param recycling when a child is replaced although nothing is wrong with it
/// @param memoryBudget what all children together may occupy, in bytes of resident set, looked at once a second: above
///     it the largest idle child is ended, and where none is idle the largest one is killed; empty for no budget
/// @param nesting whether a task may open child JVMs of its own
public record ChildLife(
        int least,
        int spares,
        Duration startLimit,
        Duration idleLimit,
        Recycling recycling,
        OptionalLong memoryBudget,
        boolean nesting) {

    private static final Duration LONGEST = Duration.ofDays(36_500);

    /// Refuses what makes no sense.
    public ChildLife {
        if (least < 0) {
            throw new IllegalArgumentException("least must be at least 0, was " + least);
        }
        if (spares < 0) {
            throw new IllegalArgumentException("spares must be at least 0, was " + spares);
        }
        ensurePositive(startLimit, "startLimit");
        ensurePositive(idleLimit, "idleLimit");
        requireNonNull(recycling, "recycling");
        if (requireNonNull(memoryBudget, "memoryBudget").orElse(1) < 1) {
            throw new IllegalArgumentException("memoryBudget must be positive, was " + memoryBudget.getAsLong());
        }
    }

    /// No clock of nanoseconds counts further than some centuries.
    static void ensurePositive(Duration limit, String name) {
        if (!requireNonNull(limit, name).isPositive()) {
            throw new IllegalArgumentException(name + " must be positive, was " + limit);
        }
        if (limit.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be at most " + LONGEST.toDays() + " days, was " + limit);
        }
    }

    /// Started on demand, no spares, 30 s for a start, ended after 60 s without work, never recycled, no budget, no
    /// pools in tasks.
    ///
    /// @return the defaults
    public static ChildLife defaults() {
        return new ChildLife(
                0, 0, Duration.ofSeconds(30), Duration.ofSeconds(60), Recycling.never(), OptionalLong.empty(), false);
    }

    /// With another number of children that are always there.
    ///
    /// @param least 0 or more, at most the number of workers
    /// @return the changed copy
    public ChildLife least(int least) {
        return new ChildLife(least, spares, startLimit, idleLimit, recycling, memoryBudget, nesting);
    }

    /// With another number of children that wait for the death of another.
    ///
    /// @param spares 0 or more
    /// @return the changed copy
    public ChildLife spares(int spares) {
        return new ChildLife(least, spares, startLimit, idleLimit, recycling, memoryBudget, nesting);
    }

    /// With another limit for the start of a child.
    ///
    /// @param startLimit positive
    /// @return the changed copy
    public ChildLife startLimit(Duration startLimit) {
        return new ChildLife(least, spares, startLimit, idleLimit, recycling, memoryBudget, nesting);
    }

    /// With another limit for the time without work.
    ///
    /// @param idleLimit positive
    /// @return the changed copy
    public ChildLife idleLimit(Duration idleLimit) {
        return new ChildLife(least, spares, startLimit, idleLimit, recycling, memoryBudget, nesting);
    }

    /// With other reasons to replace a child.
    ///
    /// @param recycling the reasons
    /// @return the changed copy
    public ChildLife recycling(Recycling recycling) {
        return new ChildLife(least, spares, startLimit, idleLimit, recycling, memoryBudget, nesting);
    }

    /// With another budget for all children together.
    ///
    /// @param bytes of resident set, positive
    /// @return the changed copy
    public ChildLife memoryBudget(long bytes) {
        return new ChildLife(least, spares, startLimit, idleLimit, recycling, OptionalLong.of(bytes), nesting);
    }

    /// Lets tasks open child JVMs of their own, or refuses it.
    ///
    /// @param allowed whether they may
    /// @return the changed copy
    public ChildLife nesting(boolean allowed) {
        return new ChildLife(least, spares, startLimit, idleLimit, recycling, memoryBudget, allowed);
    }
}
