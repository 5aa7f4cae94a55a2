package io.millhand;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// What to run, and how: immutable, usable any number of times.
///
/// ```java
/// Task.of(() -> Renderer.render(page))
///     .named("page-7")
///     .timeout(Duration.ofSeconds(30))
///     .retry(RetryPolicy.exponential(3))
/// ```
///
/// @param call the recipe; it runs anew in each attempt
/// @param name what the task is called in messages, events and reports
/// @param timeout how long an attempt may take from the moment a worker takes it; [#FOREVER] for no limit
/// @param retry what happens after an attempt that did not succeed
/// @param headers what travels with the task and is found in [TaskContext#headers()]; a trace context for example
/// @param <T> the type of the result
public record Task<T extends @Nullable Object>(
        Callable<T> call, String name, Duration timeout, RetryPolicy retry, Map<String, String> headers) {

    /// No limit.
    public static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    /// Refuses nulls and a timeout that is not positive; copies the headers.
    public Task {
        requireNonNull(call, "call");
        requireNonNull(name, "name");
        requireNonNull(retry, "retry");
        if (!requireNonNull(timeout, "timeout").isPositive()) {
            throw new IllegalArgumentException("timeout must be positive, was " + timeout);
        }
        headers = Map.copyOf(headers);
    }

    /// A task without limits whose name is the class that the recipe was written in.
    ///
    /// @param call the recipe
    /// @param <T> the type of the result
    /// @return the task
    public static <T extends @Nullable Object> Task<T> of(Callable<T> call) {
        return new Task<>(call, defaultName(call), FOREVER, RetryPolicy.none(), Map.of());
    }

    /// As [#of(Callable)]; lets a lambda travel without a cast.
    ///
    /// @param call the recipe
    /// @param <T> the type of the result
    /// @return the task
    public static <T extends @Nullable Object> Task<T> of(SerializableCallable<T> call) {
        return of((Callable<T>) call);
    }

    /// A task without a result.
    ///
    /// @param action the recipe
    /// @return the task; it succeeds with null
    public static Task<@Nullable Void> of(Runnable action) {
        return new Task<>(
                new RunnableCall<@Nullable Void>(action, null),
                defaultName(action),
                FOREVER,
                RetryPolicy.none(),
                Map.of());
    }

    /// As [#of(Runnable)]; lets a lambda travel without a cast.
    ///
    /// @param action the recipe
    /// @return the task; it succeeds with null
    public static Task<@Nullable Void> of(SerializableRunnable action) {
        return of((Runnable) action);
    }

    /// A callable that can travel, for [TaskQueue#invokeAll] and other places that take plain callables:
    /// `queue.invokeAll(List.of(Task.call(() -> a()), Task.call(() -> b())))`.
    ///
    /// @param call the recipe
    /// @param <T> the type of the result
    /// @return the same recipe
    public static <T extends @Nullable Object> SerializableCallable<T> call(SerializableCallable<T> call) {
        return requireNonNull(call, "call");
    }

    /// This task under another name.
    ///
    /// @param name any text
    /// @return the changed copy
    public Task<T> named(String name) {
        return new Task<>(call, name, timeout, retry, headers);
    }

    /// This task with a limit for each attempt. The clock starts when a worker takes the attempt and never fires
    /// early. In a child JVM the limit kills; on a thread it interrupts.
    ///
    /// @param timeout positive
    /// @return the changed copy
    public Task<T> timeout(Duration timeout) {
        return new Task<>(call, name, timeout, retry, headers);
    }

    /// This task with another retry policy.
    ///
    /// @param retry the policy
    /// @return the changed copy
    public Task<T> retry(RetryPolicy retry) {
        return new Task<>(call, name, timeout, retry, headers);
    }

    /// This task with other headers.
    ///
    /// @param headers copied
    /// @return the changed copy
    public Task<T> headers(Map<String, String> headers) {
        return new Task<>(call, name, timeout, retry, headers);
    }

    boolean hasTimeout() {
        return !timeout.equals(FOREVER);
    }

    /// `com.acme.Report$$Lambda/0x...` becomes `com.acme.Report`: the class that captured the lambda.
    static String defaultName(Object recipe) {
        String name = requireNonNull(recipe, "call").getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : name.substring(0, lambda);
    }
}
