package io.millhand;

import static java.util.Objects.requireNonNull;

import java.util.function.BiConsumer;
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
/// @param window how many inputs are under way or wait to be read, at most; 0 for the default: four
/// a slot and twice what workers are sent ahead, and one inline
/// @param tasks makes the task of each input what it shall be: its name, limits, retries, headers; keeps its call
/// @param onMessage is told what the tasks say, with the index of their input, from 0
public record MapOptions(
        ResultOrder order,
        ErrorPolicy errors,
        int window,
        UnaryOperator<Task<?>> tasks,
        BiConsumer<? super Long, ? super Message> onMessage) {

    /// Listens to nothing, at no cost.
    static final BiConsumer<Long, Message> NOBODY = (_, _) -> {};

    private static final MapOptions DEFAULTS =
            new MapOptions(ResultOrder.INPUT, ErrorPolicy.FAIL_FAST, 0, UnaryOperator.identity(), NOBODY);

    /// Refuses nulls and a negative window.
    public MapOptions {
        requireNonNull(order, "order");
        requireNonNull(errors, "errors");
        requireNonNull(tasks, "tasks");
        requireNonNull(onMessage, "onMessage");
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
        return new MapOptions(order, errors, window, tasks, onMessage);
    }

    /// These options with another policy.
    ///
    /// @param errors what becomes of inputs whose task does not succeed
    /// @return the changed copy
    public MapOptions errors(ErrorPolicy errors) {
        return new MapOptions(order, errors, window, tasks, onMessage);
    }

    /// These options with another window.
    ///
    /// @param window how many inputs are under way or wait to be read, at most; 0 for the default
    /// @return the changed copy
    public MapOptions window(int window) {
        return new MapOptions(order, errors, window, tasks, onMessage);
    }

    /// These options with other settings of the tasks.
    ///
    /// @param tasks called once for each input, in the thread that draws it; answers a changed copy of what it is
    ///     given
    /// @return the changed copy
    public MapOptions tasks(UnaryOperator<Task<?>> tasks) {
        return new MapOptions(order, errors, window, tasks, onMessage);
    }

    /// These options with a listener for what the tasks say, in place of the one before.
    ///
    /// It is told on the callback executor, one message at a time and those of an input in order, as a listener of
    /// [TaskQueue#onMessage] is: 10,000 messages of all inputs (or 4 Mi characters) wait for it; more are lost, and
    /// how many is told where they are missing, under the input of the last one. Nobody waits for it, no task and
    /// no reader: it may be told after the result of the input was read.
    ///
    /// @param listener of the index of an input, from 0 in the order in which they were drawn, and what was said
    /// @return the changed copy
    public MapOptions onMessage(BiConsumer<? super Long, ? super Message> listener) {
        return new MapOptions(order, errors, window, tasks, listener);
    }
}
