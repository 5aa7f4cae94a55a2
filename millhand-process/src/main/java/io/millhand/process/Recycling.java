package io.millhand.process;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// When a child is replaced by a new one although nothing is wrong with it. It ends what it runs first.
///
/// @param tasks after so many attempts, at least 1; empty for never
/// @param age when it is so old, positive; looked at once a second; empty for never
/// @param memoryBytes when it occupies so much memory, in bytes of resident set, positive; looked at once a second;
///     empty for never
public record Recycling(OptionalInt tasks, Optional<Duration> age, OptionalLong memoryBytes) {

    /// Refuses what makes no sense.
    public Recycling {
        if (requireNonNull(tasks, "tasks").orElse(1) < 1) {
            throw new IllegalArgumentException("tasks must be at least 1, was " + tasks.getAsInt());
        }
        requireNonNull(age, "age").ifPresent(limit -> ChildLife.ensurePositive(limit, "age"));
        if (requireNonNull(memoryBytes, "memoryBytes").orElse(1) < 1) {
            throw new IllegalArgumentException("memoryBytes must be positive, was " + memoryBytes.getAsLong());
        }
    }

    /// A child lives as long as it is wanted.
    ///
    /// @return no recycling
    public static Recycling never() {
        return new Recycling(OptionalInt.empty(), Optional.empty(), OptionalLong.empty());
    }

    /// Replaced after so many attempts.
    ///
    /// @param tasks at least 1, which gives each attempt a process of its own
    /// @return the changed copy
    public Recycling afterTasks(int tasks) {
        return new Recycling(OptionalInt.of(tasks), age, memoryBytes);
    }

    /// Replaced when it is so old.
    ///
    /// @param age positive
    /// @return the changed copy
    public Recycling afterAge(Duration age) {
        return new Recycling(tasks, Optional.of(age), memoryBytes);
    }

    /// Replaced when it occupies so much memory.
    ///
    /// @param bytes of resident set, heap and all else; positive
    /// @return the changed copy
    public Recycling aboveMemory(long bytes) {
        return new Recycling(tasks, age, OptionalLong.of(bytes));
    }
}
