package io.millhand.spi;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/// One attempt of a task, assigned to one worker. Compared by identity.
public interface Assignment {

    /// The id of the task.
    ///
    /// @return unique in the queue
    long taskId();

    /// The number of the attempt: together with the task's id it names everything that is sent for this attempt.
    ///
    /// @return from 1, never given twice for one task
    int attempt();

    /// The name of the task.
    ///
    /// @return the name
    String taskName();

    /// The headers of the task.
    ///
    /// @return an immutable map
    Map<String, String> headers();

    /// What to run, in this JVM.
    ///
    /// @return the recipe
    Callable<?> call();

    /// What to run, encoded by the pool's carrier.
    ///
    /// @return empty where the pool has no carrier
    Optional<Payload> payload();

    /// Who reads the items of a streaming task.
    ///
    /// @return empty for any other task
    default Optional<ItemReceiver> items() {
        return Optional.empty();
    }
}
