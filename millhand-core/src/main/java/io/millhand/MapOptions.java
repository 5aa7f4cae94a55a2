package io.millhand;

import static java.util.Objects.requireNonNull;

import java.util.function.UnaryOperator;

/// How `map`, `forEach` and `mapping` go about it.
///
/// ```java
/// MapOptions.defaults()
///     .order(ResultOrder.COMPLETION)
///     .errors(ErrorPolicy.SKIP)
///     .window(100)
///     .tasks(task -> task.named("score").timeout(Duration.ofSeconds(5)))
/// ```
///
/// @param order in which results are read
/// @param errors what becomes of inputs whose task does not succeed
/// @param window how many inputs are under way or wait to be read, at most; 0 for four a slot, and one inline
/// @param tasks makes the task of each input what it shall be: its name, limits, retries, headers; keeps its call
public record MapOptions(ResultOrder order, ErrorPolicy errors, int window, UnaryOperator<Task<?>> tasks) {

    private static final MapOptions DEFAULTS =
            new MapOptions(ResultOrder.INPUT, ErrorPolicy.FAIL_FAST, 0, UnaryOperator.identity());

    /// Refuses nulls and a negative window.
    public MapOptions {
        requireNonNull(order, "order");
        requireNonNull(errors, "errors");
        requireNonNull(tasks, "tasks");
        if (window < 0) {
            throw new IllegalArgumentException("window must be at least 1, or 0 for the default, was " + window);
        }
    }

    /// What holds unless changed: order of the inputs, fail-fast, four inputs a slot, tasks without limits.
    ///
    /// @return the defaults
    public static MapOptions defaults() {
        return DEFAULTS;
    }

    /// These options with another order.
    ///
    /// @param order in which results are read
    /// @return the changed copy
    public MapOptions order(ResultOrder order) {
        return new MapOptions(order, errors, window, tasks);
    }

    /// These options with another policy.
    ///
    /// @param errors what becomes of inputs whose task does not succeed
    /// @return the changed copy
    public MapOptions errors(ErrorPolicy errors) {
        return new MapOptions(order, errors, window, tasks);
    }

    /// These options with another window.
    ///
    /// @param window how many inputs are under way or wait to be read, at most; 0 for the default
    /// @return the changed copy
    public MapOptions window(int window) {
        return new MapOptions(order, errors, window, tasks);
    }

    /// These options with other settings of the tasks.
    ///
    /// @param tasks called once for each input, in the thread that draws it; answers a changed copy of what it is
    ///     given
    /// @return the changed copy
    public MapOptions tasks(UnaryOperator<Task<?>> tasks) {
        return new MapOptions(order, errors, window, tasks);
    }
}
