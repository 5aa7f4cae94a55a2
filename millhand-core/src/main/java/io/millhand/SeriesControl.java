package io.millhand;

/// What can be done to a series of a queue at run time, whether it has tasks or not. From [TaskQueue#series].
///
/// Any method from any thread. None waits for what runs.
public final class SeriesControl {

    private final Dispatcher dispatcher;
    private final String name;

    SeriesControl(Dispatcher dispatcher, String name) {
        this.dispatcher = dispatcher;
        this.name = name;
    }

    /// The key of the series.
    ///
    /// @return the name
    public String name() {
        return name;
    }

    /// Starts no more of its tasks; those that run go on. A shutdown of the queue lifts this.
    public void pause() {
        dispatcher.change((ready, _) -> ready.pause(name, true));
    }

    /// Starts its tasks again.
    public void resume() {
        dispatcher.change((ready, _) -> ready.pause(name, false));
    }

    /// Limits how many of its tasks may run at a time; above that they wait, and others go before them. A task that
    /// waits for its next attempt does not count.
    ///
    /// @param tasks at least 1; [Integer#MAX_VALUE] for no limit, the default
    public void limit(int tasks) {
        if (tasks < 1) {
            throw new IllegalArgumentException("limit of series '" + name + "' must be at least 1, was " + tasks
                    + "; to start none of its tasks, pause it");
        }
        dispatcher.change((ready, _) -> ready.limit(name, tasks));
    }

    /// Cancels all its tasks that have not ended.
    ///
    /// @param mayInterruptIfRunning as in [TaskHandle#cancel]
    /// @return how many this call cancelled
    public int cancel(boolean mayInterruptIfRunning) {
        return dispatcher.cancelIf(
                task -> task.placement().series().filter(name::equals).isPresent(),
                mayInterruptIfRunning,
                CancelReason.CALLER);
    }

    @Override
    public String toString() {
        return "series '" + name + "'";
    }
}
