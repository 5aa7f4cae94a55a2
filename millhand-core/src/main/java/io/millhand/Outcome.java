package io.millhand;

import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// How a task ended. Every task has exactly one outcome, always.
///
/// ```java
/// switch (handle.outcome()) {
///     case Outcome.Succeeded<Image>(var image) -> save(image);
///     case Outcome.Failed<Image>(var cause) -> log(cause);
///     case Outcome.TimedOut<Image>(var expiry) -> log(expiry);
///     case Outcome.Crashed<Image>(var report) -> log(report);
///     case Outcome.Cancelled<Image>(var reason) -> log(reason);
/// }
/// ```
///
/// @param <T> the type of the result
public sealed interface Outcome<T extends @Nullable Object> {

    /// The task returned.
    ///
    /// @param value what it returned; null where the task answers null
    /// @param <T> the type of the result
    record Succeeded<T extends @Nullable Object>(T value) implements Outcome<T> {}

    /// The task threw, or its result could not travel back, or no worker could be started for it.
    ///
    /// @param cause what was thrown; from another JVM, with the stack trace of that JVM
    /// @param <T> the type of the result
    record Failed<T extends @Nullable Object>(Throwable cause) implements Outcome<T> {}

    /// A limit ran out and the last attempt was ended by force.
    ///
    /// @param expiry which clock, its limit, the time that passed and where the task stood
    /// @param <T> the type of the result
    record TimedOut<T extends @Nullable Object>(Expiry expiry) implements Outcome<T> {}

    /// The worker died under the task.
    ///
    /// @param report what is known of the death
    /// @param <T> the type of the result
    record Crashed<T extends @Nullable Object>(CrashReport report) implements Outcome<T> {}

    /// The task was cancelled before it ended by itself.
    ///
    /// @param reason by whom
    /// @param <T> the type of the result
    record Cancelled<T extends @Nullable Object>(CancelReason reason) implements Outcome<T> {}

    /// The values of all, where all have succeeded. Reads to the end before it throws, so that a failure holds up
    /// nothing.
    ///
    /// ```java
    /// try (var outcomes = queue.mapOutcomes(Source.of(pages), Renderer::render, MapOptions.defaults())) {
    ///     List<Image> images = Outcome.values(outcomes);
    /// }
    /// ```
    ///
    /// @param outcomes read once, in the current thread
    /// @param <T> the type of the results
    /// @return the values, in the order of the outcomes; may hold nulls
    /// @throws CompletionException where some have not succeeded: it names the indices of the first hundred; its
    ///     cause is the first failure, as [TaskHandle#get()] tells it, and the next nine are suppressed in it
    static <T extends @Nullable Object> List<T> values(Iterable<? extends Outcome<T>> outcomes) {
        return new OutcomeValues<T>().read(outcomes);
    }
}
