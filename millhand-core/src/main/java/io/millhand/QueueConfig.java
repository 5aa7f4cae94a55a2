package io.millhand;

import static java.util.Objects.requireNonNull;

import io.millhand.spi.Backend;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The settings of a queue.
///
/// @param name what the queue is called in thread names, process names and messages
/// @param order in which waiting tasks start
/// @param capacity how many tasks may wait
/// @param closeWithin how long `close()` waits for the tasks before it kills them
/// @param logging what is logged of tasks
/// @param logsMessages whether what tasks say is logged again, to the logger `io.millhand.output`
/// @param callbacks where dependent stages and event subscribers run; null for the queue's own pool of daemon
///     threads, which grows as needed so that a callback that blocks holds up nobody else
/// @param backend where time, randomness and threads come from; replaced in tests only
public record QueueConfig(
        String name,
        Order order,
        Capacity capacity,
        Duration closeWithin,
        CallLogging logging,
        boolean logsMessages,
        @Nullable Executor callbacks,
        @Nullable Backend backend) {

    private static final QueueConfig DEFAULTS = new QueueConfig(
            "queue", Order.FAIR, Capacity.unbounded(), Clocks.FOREVER, CallLogging.FAILURES, true, null, null);

    /// Refuses a name that could not be shown in a list of processes.
    public QueueConfig {
        if (!requireNonNull(name, "name").matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException(
                    "name must be 1 to 64 letters, digits, dots, dashes or underscores, was '" + name + "'");
        }
        requireNonNull(order, "order");
        requireNonNull(capacity, "capacity");
        if (requireNonNull(closeWithin, "closeWithin").isNegative()) {
            throw new IllegalArgumentException(
                    "closeWithin must not be negative (zero kills at once, Clocks.FOREVER never), was " + closeWithin);
        }
        requireNonNull(logging, "logging");
    }

    /// What holds unless changed.
    ///
    /// @return the defaults
    public static QueueConfig defaults() {
        return DEFAULTS;
    }

    /// These settings with another name.
    ///
    /// @param name 1 to 64 letters, digits, dots, dashes or underscores
    /// @return the changed copy
    public QueueConfig named(String name) {
        return new QueueConfig(name, order, capacity, closeWithin, logging, logsMessages, callbacks, backend);
    }

    /// These settings with another order.
    ///
    /// @param order in which waiting tasks start
    /// @return the changed copy
    public QueueConfig order(Order order) {
        return new QueueConfig(name, order, capacity, closeWithin, logging, logsMessages, callbacks, backend);
    }

    /// These settings with another capacity.
    ///
    /// @param capacity how many tasks may wait
    /// @return the changed copy
    public QueueConfig capacity(Capacity capacity) {
        return new QueueConfig(name, order, capacity, closeWithin, logging, logsMessages, callbacks, backend);
    }

    /// These settings with a limit for `close()`: what has not ended by then is killed, as by
    /// [TaskQueue#close(Duration)]. For containers that close what they hold, and for `try` blocks.
    ///
    /// @param closeWithin zero or more; [Clocks#FOREVER], the default, to wait for all tasks
    /// @return the changed copy
    public QueueConfig closeWithin(Duration closeWithin) {
        return new QueueConfig(name, order, capacity, closeWithin, logging, logsMessages, callbacks, backend);
    }

    /// These settings with another log of calls.
    ///
    /// @param logging what is logged of tasks
    /// @return the changed copy
    public QueueConfig logging(CallLogging logging) {
        return new QueueConfig(name, order, capacity, closeWithin, logging, logsMessages, callbacks, backend);
    }

    /// These settings with messages of tasks logged again, or not.
    ///
    /// @param logsMessages true, the default, for lines and log records of child JVMs, and what any task sends, in
    ///     the log of this JVM under the task's name
    /// @return the changed copy
    public QueueConfig logsMessages(boolean logsMessages) {
        return new QueueConfig(name, order, capacity, closeWithin, logging, logsMessages, callbacks, backend);
    }

    /// These settings with another executor for stages and subscribers.
    ///
    /// @param callbacks must run what it is given, on other threads than the one that hands it over
    /// @return the changed copy
    public QueueConfig callbacks(Executor callbacks) {
        return new QueueConfig(
                name,
                order,
                capacity,
                closeWithin,
                logging,
                logsMessages,
                requireNonNull(callbacks, "callbacks"),
                backend);
    }

    /// These settings with another source of time, randomness and threads.
    ///
    /// @param backend the source
    /// @return the changed copy
    public QueueConfig backend(Backend backend) {
        return new QueueConfig(
                name,
                order,
                capacity,
                closeWithin,
                logging,
                logsMessages,
                callbacks,
                requireNonNull(backend, "backend"));
    }
}
