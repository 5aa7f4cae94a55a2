package io.millhand;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tasks whose handles are taken as they end, whatever their outcomes: what `ExecutorCompletionService` is for an
/// executor, and in its place, since it cannot wrap tasks that have to travel.
///
/// ```java
/// Completions<String> rendered = queue.completions();
/// pages.forEach(page -> rendered.submit(() -> render(page)));
/// for (int i = 0; i < pages.size(); i++) {
///     show(rendered.take().outcome());
/// }
/// ```
///
/// It knows the tasks that were submitted through it, and no others of its queue. Each is answered once, to one
/// taker, when its outcome is there; of two that end at the same moment either may be the first.
///
/// Memory: it keeps each handle from the end of its task until it is taken, so whoever submits without end must
/// take as well; [TaskQueue#submitAll] draws no more tasks than are read. There is nothing to close: once it is
/// unreachable, so are the handles that nobody has taken.
///
/// Threads: any method from any thread. What was shut down ends its tasks, so their handles can still be taken; a
/// `take()` with no task left waits for a task that another thread might submit.
///
/// @param <T> the type of the results
public sealed interface Completions<T extends @Nullable Object> extends CompletionService<T> permits CompletionsImpl {

    /// Submits a task to the queue, and answers its handle here when it has ended.
    ///
    /// @param task what to run, and how
    /// @return the same handle that is taken later
    /// @throws java.util.concurrent.RejectedExecutionException as [TaskQueue#submit(Task)]; nothing is to be taken
    ///     then
    TaskHandle<T> submit(Task<T> task);

    /// Submits a lambda that can travel.
    ///
    /// @param call the recipe
    /// @return the same handle that is taken later
    TaskHandle<T> submit(SerializableCallable<T> call);

    @Override
    TaskHandle<T> submit(Callable<T> call);

    @Override
    TaskHandle<T> submit(Runnable action, T result);

    /// Takes the next handle whose task has ended, waiting for one.
    ///
    /// @return a handle that has its outcome
    /// @throws InterruptedException when the thread is interrupted, before or while it waits; nothing is taken
    @Override
    TaskHandle<T> take() throws InterruptedException;

    /// Takes the next handle whose task has ended, if there is one.
    ///
    /// @return a handle that has its outcome, or null, as [CompletionService] has it
    @Override
    @Nullable
    TaskHandle<T> poll();

    /// Takes the next handle whose task has ended, waiting for one, but not longer than `limit`.
    ///
    /// @param limit how long; zero or less asks without waiting
    /// @return a handle that has its outcome, or null where the limit ran out
    /// @throws InterruptedException when the thread is interrupted, before or while it waits; nothing is taken
    @Nullable
    TaskHandle<T> poll(Duration limit) throws InterruptedException;

    @Override
    @Nullable
    TaskHandle<T> poll(long timeout, TimeUnit unit) throws InterruptedException;
}
