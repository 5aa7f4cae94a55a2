package io.millhand.spi;

import io.millhand.WorkerProcess;
import java.util.List;

/// Something with slots that runs attempts: the queue's way to it.
///
/// The queue calls these without holding a lock, from any thread: submitters, timers, and the threads on which the
/// worker itself reports. None may block for long, and none may run user code.
///
/// For each assignment the worker reports [WorkerHost#started] at most once and [WorkerHost#ended] exactly once, in
/// this order, whatever happens. What it reports for an attempt that has ended already is dropped.
public interface Worker {

    /// The name, unique in its queue.
    ///
    /// @return for example `scores#2`
    String name();

    /// How many attempts may be assigned at a time.
    ///
    /// @return at least 1; changes only if [WorkerHost#resized] is told
    int slots();

    /// How many attempts it takes beyond its slots, to have the next one at hand when one ends. What it cannot begin
    /// soon it gives back by itself, as [AttemptEnding.TakenBack]: the last one first, so that tasks of a series
    /// keep their order.
    ///
    /// @return 0 for none; may change at any time, which is noticed when an attempt ends. Asked under the queue's
    ///     lock, so it answers at once
    default int ahead() {
        return 0;
    }

    /// Whether [#ahead()] may ever be more than 0. Such a worker gets its attempts in order, one call at a time.
    ///
    /// @return always the same; false where it may get them in any order, from several threads at a time
    default boolean takesAhead() {
        return false;
    }

    /// Takes an attempt. There is a free slot for it, or it is sent [#ahead()].
    ///
    /// @param assignment what to run
    void assign(Assignment assignment);

    /// Ends an attempt by force. The worker answers with [WorkerHost#ended] when the end is confirmed; an attempt
    /// that it no longer has is ignored.
    ///
    /// @param assignment the attempt
    void kill(Assignment assignment);

    /// Tells a running attempt that it is cancelled, and leaves it alone.
    ///
    /// @param assignment the attempt
    void cancel(Assignment assignment);

    /// The processes that it has of its own, as they are now. May look at the system, but not for long.
    ///
    /// @return empty where it runs in this JVM
    default List<WorkerProcess> processes() {
        return List.of();
    }

    /// Whether the clock of an attempt must not run out now, because somebody holds the attempt in a debugger.
    ///
    /// @param assignment the attempt
    /// @return false where nobody can
    default boolean holdsClock(Assignment assignment) {
        return false;
    }
}
