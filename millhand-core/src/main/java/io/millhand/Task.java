package io.millhand;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
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
/// @param clocks how long it may take
/// @param retry what happens after an attempt that did not succeed
/// @param placement where it stands among others, and what it needs
/// @param headers what travels with the task and is found in [TaskContext#headers()]; a trace context for example
/// @param reporting what it may say while it runs
/// @param <T> the type of the result
public record Task<T extends @Nullable Object>(
        Callable<T> call,
        String name,
        Clocks clocks,
        RetryPolicy retry,
        Placement placement,
        Map<String, String> headers,
        Reporting reporting) {

    /// No limit.
    public static final Duration FOREVER = Clocks.FOREVER;

    /// Cut once for each class. `com.acme.Report$$Lambda/0x...` becomes `com.acme.Report`: the class that captured the
    /// lambda.
    private static final ClassValue<String> DEFAULT_NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> recipe) {
            String name = recipe.getName();
            int lambda = name.indexOf("$$Lambda");
            return lambda < 0 ? name : name.substring(0, lambda);
        }
    };

    /// Refuses nulls; copies the headers.
    public Task {
        requireNonNull(call, "call");
        requireNonNull(name, "name");
        requireNonNull(retry, "retry");
        requireNonNull(clocks, "clocks");
        requireNonNull(placement, "placement");
        headers = Map.copyOf(headers);
        requireNonNull(reporting, "reporting");
    }

    /// A task without limits whose name is the class that the recipe was written in.
    ///
    /// @param call the recipe
    /// @param <T> the type of the result
    /// @return the task
    public static <T extends @Nullable Object> Task<T> of(Callable<T> call) {
        return plain(call, defaultName(call));
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
        return plain(new RunnableCall<@Nullable Void>(action, null), defaultName(action));
    }

    /// A task whose result comes later: it ends as the stage does, and holds its slot until then. An interrupt (a
    /// timeout, `cancel(true)`) cancels the stage.
    ///
    /// @param call answers the stage; its thread waits for it, so that virtual threads suit such tasks best
    /// @param <T> the type of the result
    /// @return the task
    public static <T extends @Nullable Object> Task<T> async(SerializableCallable<? extends CompletionStage<T>> call) {
        return plain(new StageCall<T>(requireNonNull(call, "call")), defaultName(call));
    }

    private static <T extends @Nullable Object> Task<T> plain(Callable<T> call, String name) {
        return new Task<>(call, name, Clocks.NONE, RetryPolicy.none(), Placement.DEFAULT, Map.of(), Reporting.DEFAULT);
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
        return requireNonNull(call, "a task needs something to call, was null");
    }

    /// This task under another name.
    ///
    /// @param name any text
    /// @return the changed copy
    public Task<T> named(String name) {
        return new Task<>(call, name, clocks, retry, placement, headers, reporting);
    }

    /// This task with a limit for each attempt. The clock starts when a worker takes the attempt and never fires
    /// early. In a child JVM the limit kills; on a thread it interrupts.
    ///
    /// @param timeout positive
    /// @return the changed copy
    public Task<T> timeout(Duration timeout) {
        return new Task<>(call, name, clocks.timeout(timeout), retry, placement, headers, reporting);
    }

    /// This task with a limit from its submission to its outcome: the time in the queue, all attempts and the waits
    /// between
    /// them. A task that has not begun by then never runs.
    ///
    /// @param deadline positive
    /// @return the changed copy
    public Task<T> deadline(Duration deadline) {
        return new Task<>(call, name, clocks.deadline(deadline), retry, placement, headers, reporting);
    }

    /// This task with a limit for the time since its last sign of life: the start of the attempt, or
    /// [TaskContext#alive()].
    ///
    /// @param noProgress positive
    /// @return the changed copy
    public Task<T> noProgress(Duration noProgress) {
        return new Task<>(call, name, clocks.noProgress(noProgress), retry, placement, headers, reporting);
    }

    /// This task with another share of the workers: one of niceness 10 gets half of what one of niceness 0 gets.
    ///
    /// @param niceness from -20, the largest share, to 20
    /// @return the changed copy
    public Task<T> niceness(int niceness) {
        return new Task<>(call, name, clocks, retry, placement.niceness(niceness), headers, reporting);
    }

    /// This task as a part of a series: its tasks start in the order of their submission, and series share the
    /// workers fairly.
    ///
    /// @param series any text
    /// @return the changed copy
    public Task<T> series(String series) {
        return new Task<>(call, name, clocks, retry, placement.series(series), headers, reporting);
    }

    /// This task before all that stand in order, which may starve.
    ///
    /// @return the changed copy
    public Task<T> first() {
        return new Task<>(call, name, clocks, retry, placement.place(Placement.Place.FIRST), headers, reporting);
    }

    /// This task after all that stand in order; it may starve.
    ///
    /// @return the changed copy
    public Task<T> last() {
        return new Task<>(call, name, clocks, retry, placement.place(Placement.Place.LAST), headers, reporting);
    }

    /// This task on workers only that offer all of these, see [Workers#offering]. It waits where there is none,
    /// without blocking others.
    ///
    /// @param qualifications what is needed
    /// @return the changed copy
    public Task<T> requires(String... qualifications) {
        return new Task<>(call, name, clocks, retry, placement.requires(Set.of(qualifications)), headers, reporting);
    }

    /// This task in this JVM only: it need not travel, and never runs on workers in other JVMs. It waits where none
    /// are attached that run tasks here.
    ///
    /// @return the changed copy
    public Task<T> local() {
        return new Task<>(call, name, clocks, retry, placement.here(), headers, reporting);
    }

    /// This task as a user of a resource, against whose [limit][TaskQueue#limit(String, Limit)] it counts.
    ///
    /// @param key any text
    /// @return the changed copy
    public Task<T> resource(String key) {
        return new Task<>(call, name, clocks, retry, placement.resource(key), headers, reporting);
    }

    /// This task with another retry policy.
    ///
    /// @param retry the policy
    /// @return the changed copy
    public Task<T> retry(RetryPolicy retry) {
        return new Task<>(call, name, clocks, retry, placement, headers, reporting);
    }

    /// This task with other headers.
    ///
    /// @param headers copied
    /// @return the changed copy
    public Task<T> headers(Map<String, String> headers) {
        return new Task<>(call, name, clocks, retry, placement, headers, reporting);
    }

    /// This task with a limit for its messages: what it says beyond it is lost, and how much is told.
    ///
    /// @param messagesPerSecond at least 1; so many may come at once
    /// @return the changed copy
    public Task<T> messagesPerSecond(int messagesPerSecond) {
        return new Task<>(
                call, name, clocks, retry, placement, headers, reporting.messagesPerSecond(messagesPerSecond));
    }

    /// This task with rules by which its progress is read from its messages.
    ///
    /// @param rules applied to each message
    /// @return the changed copy
    public Task<T> progress(ProgressRules rules) {
        return new Task<>(call, name, clocks, retry, placement, headers, reporting.progress(rules));
    }

    static String defaultName(Object recipe) {
        return DEFAULT_NAMES.get(requireNonNull(recipe, "a task needs something to call, was null")
                .getClass());
    }
}
