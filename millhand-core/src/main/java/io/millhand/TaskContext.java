package io.millhand;

import io.millhand.spi.TaskContexts;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// What a running task can learn of itself, and say, in every kind of worker.
///
/// Threads: any that the task starts. [#current()] works in them, too, until the task ends; tasks of a pool that
/// was there before get the context as a value. What is said after the end is dropped.
public interface TaskContext {

    /// The context of the task that the current thread works for: it runs the task, or a thread of the task has
    /// started it.
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

    /// How long this attempt may still take: until its timeout or the deadline of its task, whichever is sooner.
    ///
    /// @return zero where that is over, and empty where there is neither
    Optional<Duration> deadline();

    /// Gives a sign of life: the clock of [Task#noProgress] starts anew. Costs next to nothing.
    void alive();

    /// Sends a message to the submitter, at level `INFO`. See [#message(System.Logger.Level, String)].
    ///
    /// @param text any text
    default void message(String text) {
        message(System.Logger.Level.INFO, text);
    }

    /// Sends a message to the submitter: found in [TaskHandle#messages()] and [TaskQueue#onMessage], and logged
    /// again there. Waits for nobody who reads it, in this JVM and, but for the way there, in another one; and is a
    /// sign of
    /// life.
    ///
    /// @param level `TRACE` to `ERROR`
    /// @param text any text; cut after [Message#MOST_CHARS] characters
    void message(System.Logger.Level level, String text);

    /// As [#progress(long, long, String)], without a note.
    ///
    /// @param done how much is done
    /// @param total how much there is to do, 0 where that is not known
    default void progress(long done, long total) {
        progress(done, total, "");
    }

    /// Tells how far the task is: [TaskHandle#progress()]. Only the latest is kept, and it travels at most once in
    /// some milliseconds, so that it may be told as often as one likes. A sign of life.
    ///
    /// @param done how much is done
    /// @param total how much there is to do, 0 where that is not known
    /// @param note what the task is at
    void progress(long done, long total, String note);

    /// What the initializer of this worker has made: once in each worker, shared by all tasks that it runs.
    ///
    /// @param type of the state
    /// @param <T> the type
    /// @return the state
    /// @throws IllegalStateException where this kind of worker has no initializer
    /// @throws ClassCastException where the state is of another type
    <T> T state(Class<T> type);
}
