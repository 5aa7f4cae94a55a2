package io.millhand.spi;

import io.millhand.Clocks;
import io.millhand.ProgressRules;
import java.time.Duration;
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

    /// How long it may take if it starts now: its timeout, or what is left until the deadline of its task.
    ///
    /// @return [io.millhand.Clocks#FOREVER] where there is neither
    default Duration limit() {
        return Clocks.FOREVER;
    }

    /// How its progress is read from what it says.
    ///
    /// @return empty where it is not
    default Optional<ProgressRules> progressRules() {
        return Optional.empty();
    }

    /// What to run, in this JVM.
    ///
    /// @return the recipe
    Callable<?> call();

    /// What to run, encoded by the pool's carrier.
    ///
    /// @return empty where the pool has no carrier
    Optional<Payload> payload();

    /// Who has the input of a task that reads one.
    ///
    /// @return empty for any other task
    default Optional<ItemSupply> inputs() {
        return Optional.empty();
    }

    /// Who reads the items of a streaming task.
    ///
    /// @return empty for any other task
    default Optional<ItemReceiver> items() {
        return Optional.empty();
    }
}
