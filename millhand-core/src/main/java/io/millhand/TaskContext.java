package io.millhand;

import io.millhand.spi.TaskContexts;
import java.util.Map;

/// What a running task can learn of itself, in every kind of worker.
public interface TaskContext {

    /// The context of the task that runs on the current thread.
    ///
    /// @return the context
    /// @throws IllegalStateException outside a task
    static TaskContext current() {
        return TaskContexts.current();
    }

    /// The id of the task, unique in its queue.
    ///
    /// @return the id
    long taskId();

    /// The name of the task.
    ///
    /// @return the name
    String taskName();

    /// The number of this attempt, from 1; 0 in a broadcast in a child JVM.
    ///
    /// @return the number
    int attempt();

    /// The name of the worker.
    ///
    /// @return the name
    String worker();

    /// The headers of the task.
    ///
    /// @return an immutable map
    Map<String, String> headers();

    /// Whether somebody cancelled the task. A long task asks this now and then and returns when it is true.
    ///
    /// @return true once the task is cancelled
    boolean cancelled();

    /// Gives a sign of life: the clock of [Task#noProgress] starts anew. Costs next to nothing.
    void alive();

    /// What the initializer of this worker has made: once in each worker, shared by all tasks that it runs.
    ///
    /// @param type of the state
    /// @param <T> the type
    /// @return the state
    /// @throws IllegalStateException where this kind of worker has no initializer
    /// @throws ClassCastException where the state is of another type
    <T> T state(Class<T> type);
}
