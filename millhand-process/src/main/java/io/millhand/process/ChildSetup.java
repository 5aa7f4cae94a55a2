package io.millhand.process;

import static java.util.Objects.requireNonNull;

import io.millhand.SerializableCallable;
import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// What a child does before its first task and after its last one.
///
/// @param initializer runs once in each child before its first task; what it answers, not null, is the state of the
/// worker,
///     which tasks reach through [io.millhand.TaskContext#state]. A child whose initializer throws has not started.
/// @param limit how long the initializer may take; positive
/// @param teardown is given the state when the child is ended in good order: at the close of the queue, when it is
///     recycled or was idle for long; not when it is killed or crashes. It has the time that a child may take to leave.
/// @param <S> the type of the state
public record ChildSetup<S>(SerializableCallable<S> initializer, Duration limit, Optional<Teardown<S>> teardown) {

    /// Ends what an initializer began.
    ///
    /// @param <S> the type of the state
    @FunctionalInterface
    public interface Teardown<S> extends Consumer<S>, Serializable {}

    /// Refuses what makes no sense.
    public ChildSetup {
        requireNonNull(initializer, "initializer");
        ChildLife.ensurePositive(limit, "limit");
        requireNonNull(teardown, "teardown");
    }

    /// An initializer that may take 30 seconds, and no teardown.
    ///
    /// @param initializer answers the state of the worker
    /// @param <S> the type of the state
    /// @return the description
    public static <S> ChildSetup<S> of(SerializableCallable<S> initializer) {
        return new ChildSetup<>(initializer, Duration.ofSeconds(30), Optional.empty());
    }

    /// With another limit for the initializer.
    ///
    /// @param limit positive
    /// @return the changed copy
    public ChildSetup<S> limit(Duration limit) {
        return new ChildSetup<>(initializer, limit, teardown);
    }

    /// With a teardown.
    ///
    /// @param teardown is given the state
    /// @return the changed copy
    public ChildSetup<S> teardown(Teardown<S> teardown) {
        return new ChildSetup<>(initializer, limit, Optional.of(teardown));
    }
}
