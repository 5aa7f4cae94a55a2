package io.millhand;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// The grip on the workers of one kind in a queue. From [TaskQueue#attach] and [TaskQueue#workers()].
///
/// Threads: any method from any thread, also from tasks and callbacks.
public sealed interface AttachedWorkers permits AttachedPool {

    /// What they are called in the names of workers, threads and processes: that of the queue for those it was opened
    /// with, `queue-2` and so on for those that came later.
    ///
    /// @return unique in the queue, never given twice
    String name();

    /// Changes how many there are: slots where tasks run in this JVM, child JVMs where they run in those.
    ///
    /// What runs goes on. Where there are fewer, those that are idle go first, and a busy one goes when its attempt
    /// has ended.
    ///
    /// @param size at least 1
    /// @throws IllegalArgumentException where it contradicts how these workers were described
    /// @throws IllegalStateException after they were detached
    /// @throws UnsupportedOperationException where their number has no meaning, as for [InlineWorkers]
    void resize(int size);

    /// Takes these workers out of the queue and releases their threads, processes, sockets and files.
    ///
    /// Nothing new goes to them from now on. What runs may go on within the limit and is killed then. Tasks
    /// that wait stay in the queue; those that nobody serves any more wait for workers that do, and say so.
    ///
    /// A task whose attempt was killed and cannot be ended (see [Expiry#abandoned()]) is returned in any case:
    /// attempts of a task never run side by side.
    ///
    /// @param within how long what runs may go on: zero for not at all, [Task#FOREVER] for any time
    /// @param unfinished what becomes of the tasks whose attempt is killed
    /// @return completes with the tasks that were returned, when everything is released; the same stage each time,
    ///     for the first call counts
    CompletionStage<List<Task<?>>> detach(Duration within, Unfinished unfinished);
}
