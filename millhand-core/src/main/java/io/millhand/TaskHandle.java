package io.millhand;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// The caller's grip on a submitted task.
///
/// The ending is a value: [#outcome()]. As a [Future] and a [CompletionStage] the same ending shows as follows.
///
/// | outcome | `get()` throws an `ExecutionException` with cause; a stage sees | `state()` |
/// |---|---|---|
/// | `Succeeded` | (returns the value) | `SUCCESS` |
/// | `Failed` | the cause | `FAILED` |
/// | `TimedOut` | [TaskTimeoutException] | `FAILED` |
/// | `Crashed` | [TaskCrashedException] | `FAILED` |
/// | `Cancelled` | (`get()` throws and a stage sees `CancellationException`) | `CANCELLED` |
///
/// Threads: any. Dependent stages run on the queue's callback executor, or in the caller's thread where they are added
/// after the end; never on a thread that moves tasks. A result from another JVM is decoded once, by the first who asks,
/// or on a thread of the queue's where that one's wait is limited. A result that has arrived has a second to be decoded
/// even where the limit has run out.
///
/// @param <T> the type of the result
public sealed interface TaskHandle<T extends @Nullable Object> extends Future<T>, CompletionStage<T>
        permits TaskHandleImpl {

    /// The id of the task, unique in its queue and rising with submission.
    ///
    /// @return from 1
    long id();

    /// What was submitted.
    ///
    /// @return the task
    Task<T> task();

    /// Waits for the end and tells how the task ended. An interrupt does not end the wait; it is kept for later.
    ///
    /// @return the outcome, the same object every time
    Outcome<T> outcome();

    /// Waits for the end, but not longer than `limit`. Interrupts as in [#outcome()].
    ///
    /// @param limit how long; zero or less asks without waiting
    /// @return the outcome, or empty where the task had not ended in time
    Optional<Outcome<T>> outcome(Duration limit);

    /// The value, or an unchecked exception as `CompletableFuture.join()` throws it: `CompletionException` with the
    /// cause of the table above, or `CancellationException`.
    ///
    /// @return the value
    T join();

    /// The attempts that have ended so far, oldest first. Attempts that never reached user code do not count.
    ///
    /// @return an immutable list
    List<Attempt> attempts();

    /// What the task says while it runs, in all its attempts, in one order and all of it before the outcome:
    /// messages, and in child JVMs log records and printed lines. Completes with the task.
    ///
    /// Each subscriber gets what is still there of the messages before it, and then the next ones, on the queue's
    /// callback executor. The last 10,000 messages of a task are kept (or 4 Mi characters), and of a task that has
    /// ended the last 100 (or 64 Ki characters). Who is too slow for that, or comes too late, is told how many
    /// messages it has missed, by one of kind [Message.Kind#LOST] where they are missing; no task ever waits for a
    /// subscriber.
    ///
    /// @return for any number of subscribers, at any time
    Flow.Publisher<Message> messages();

    /// What the task says from one of its messages on, as [#messages()]: for who has heard the ones before it, and goes
    /// on later.
    ///
    /// @param from how many messages to leave out, those included that are lost; 0 for none
    /// @return for any number of subscribers, at any time
    /// @throws IllegalArgumentException for a negative number
    Flow.Publisher<Message> messages(long from);

    /// How far the task is, as it told last: [TaskContext#progress], or [Task#progress(ProgressRules)].
    ///
    /// @return empty where it has told nothing
    Optional<Progress> progress();

    /// What the task is doing, in words: where it runs and since when, or why it waits.
    ///
    /// @return a sentence for people, whose wording may change
    String explain();

    /// Cancels the task. The handle ends at once, as `Cancelled`; a queued task never runs.
    ///
    /// A running attempt is killed in a child JVM and interrupted on a thread (`true`), or told through
    /// [TaskContext#cancelled()] and left alone (`false`). Its slot is free again when the attempt has really
    /// ended.
    ///
    /// @param mayInterruptIfRunning whether to end a running attempt by force
    /// @return true if this call cancelled the task; false if it had ended before
    @Override
    boolean cancel(boolean mayInterruptIfRunning);
}
