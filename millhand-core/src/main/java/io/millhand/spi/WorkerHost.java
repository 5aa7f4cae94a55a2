package io.millhand.spi;

import io.millhand.Message;
import io.millhand.Progress;
import io.millhand.WorkerChange;
import java.util.function.Supplier;

/// The queue, as its workers see it. All methods may be called from any thread that holds no lock of the worker;
/// they do not block, and run no user code.
public interface WorkerHost {

    /// The name of the queue.
    ///
    /// @return the name
    String queueName();

    /// Where time, randomness and threads come from.
    ///
    /// @return the seam
    Backend backend();

    /// Offers a worker: from now on attempts are assigned to it, as many as it has slots.
    ///
    /// @param worker the worker
    void offer(Worker worker);

    /// Takes a worker back: from now on nothing is assigned to it. What it has it finishes, also what is on its way
    /// to it. It may be offered again at any time.
    ///
    /// @param worker the worker
    void withdraw(Worker worker);

    /// A worker has another number of slots than before, see [Worker#slots()]. Where it has fewer, those in use are
    /// lost when their attempts end.
    ///
    /// @param worker one that was offered
    void resized(Worker worker);

    /// Tells of the process of a worker.
    ///
    /// @param worker the worker
    /// @param pid the id of the process
    /// @param change what happened to it
    default void changed(Worker worker, long pid, WorkerChange change) {}

    /// A sign of life of an attempt: the clock of [io.millhand.Task#noProgress] starts anew.
    ///
    /// @param assignment the attempt
    void alive(Assignment assignment);

    /// The attempt says something, which is a sign of life, too. Not after its end was reported.
    ///
    /// @param assignment the attempt
    /// @param message what it says
    /// @return false where the message is lost, since the task may not say so much
    default boolean message(Assignment assignment, Message message) {
        return true;
    }

    /// The attempt tells how far it is, which is a sign of life, too. Where several threads may tell at the same
    /// time, what they give must never be older than what it was before: so no later progress is followed by an
    /// older one, whoever is faster.
    ///
    /// @param assignment the attempt
    /// @param latest how far; asked while it is told, once or several times, under locks of the queue: takes no
    ///     lock under which anybody calls the queue
    default void progress(Assignment assignment, Supplier<Progress> latest) {}

    /// Whether workers log what attempts say, by [MessageLog].
    ///
    /// @return the setting of the queue
    default boolean logsMessages() {
        return true;
    }

    /// The worker took the attempt: its clock starts. Reported before any user code of the attempt runs, the
    /// decoding of its arguments included.
    ///
    /// @param assignment the attempt
    void started(Assignment assignment);

    /// The attempt ended and its slot is free.
    ///
    /// @param assignment the attempt
    /// @param ending how
    void ended(Assignment assignment, AttemptEnding ending);
}
