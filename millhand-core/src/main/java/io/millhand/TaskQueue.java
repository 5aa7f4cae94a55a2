package io.millhand;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Flow;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Gatherer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An asynchronous task queue: tasks go in, workers of any kind run them, and each ends with exactly one
/// [Outcome].
///
/// ```java
/// try (var pool = TaskQueue.on(ProcessWorkers.of(4))) {
///     Future<Long> sum = pool.submit(() -> Primes.countBelow(50_000_000));
///     System.out.println(sum.get());
/// }
/// ```
///
/// It is an [ExecutorService] and keeps that contract: `invokeAll`, `invokeAny`, `shutdown`, `shutdownNow`,
/// `awaitTermination` and `close` behave as the JDK says, whatever runs the tasks. Where workers are other JVMs a
/// task
/// is encoded at submit, so that later changes of what it captured do not reach it; what cannot travel is refused
/// there
/// with a [NotTransferableException]. The overloads that take serializable types let a lambda travel without a
/// cast;
/// calls through a variable of type `ExecutorService` see only the plain types: use
/// [Task#call(SerializableCallable)].
///
/// Threads: any method from any thread, also from tasks and callbacks, except that a task must not close its own
/// queue.
/// Order: by [Order], so by default fair among niceness and series, and first in, first out where tasks have
/// neither.
/// Nulls are refused.
public sealed interface TaskQueue extends ExecutorService permits TaskQueueImpl {

    /// Opens a queue with default settings.
    ///
    /// @param workers where tasks run; the queue owns what it opens
    /// @return an open queue, to be closed
    static TaskQueue on(Workers workers) {
        return on(workers, QueueConfig.defaults());
    }

    /// Opens a queue.
    ///
    /// @param workers where tasks run; the queue owns what it opens
    /// @param config the settings
    /// @return an open queue, to be closed
    static TaskQueue on(Workers workers, QueueConfig config) {
        return TaskQueueImpl.open(workers, config);
    }

    /// Submits a task.
    ///
    /// @param task what to run, and how
    /// @param <T> the type of the result
    /// @return the grip on it
    /// @throws java.util.concurrent.RejectedExecutionException after shutdown
    /// @throws NotTransferableException where the workers are other JVMs and the task cannot travel
    <T extends @Nullable Object> TaskHandle<T> submit(Task<T> task);

    /// Submits a lambda that can travel.
    ///
    /// @param call the recipe
    /// @param <T> the type of the result
    /// @return the grip on it
    <T extends @Nullable Object> TaskHandle<T> submit(SerializableCallable<T> call);

    /// Submits a lambda without result that can travel.
    ///
    /// @param action the recipe
    /// @return the grip on it; it succeeds with null
    TaskHandle<?> submit(SerializableRunnable action);

    @Override
    <T extends @Nullable Object> TaskHandle<T> submit(java.util.concurrent.Callable<T> call);

    @Override
    TaskHandle<?> submit(Runnable action);

    @Override
    <T extends @Nullable Object> TaskHandle<T> submit(Runnable action, T result);

    /// Runs a lambda that can travel, without a handle; a failure is logged at WARNING.
    ///
    /// @param action the recipe
    void execute(SerializableRunnable action);

    /// Runs a lambda without a handle; a failure is logged at WARNING, since nobody else would see it.
    ///
    /// @param action the recipe
    @Override
    void execute(Runnable action);

    /// Applies a function to each input, on the workers, and answers the results in the order of the inputs.
    ///
    /// Lazy and windowed: at most four inputs a slot are under way or wait to be read. The first result that is
    /// not a success is thrown at its position as [TaskHandle#join()] throws it, and cancels the rest.
    ///
    /// A task may map in its own queue where other slots are free for it: tasks that hold all slots and wait for
    /// results in the same queue wait for ever. Where it is the only slot, the wait is refused.
    ///
    /// @param inputs drawn one by one as results are read; may be endless
    /// @param function applied on the workers
    /// @param <T> the type of the inputs
    /// @param <R> the type of the results
    /// @return the results, to be read once and closed
    default <T extends @Nullable Object, R extends @Nullable Object> Results<R> map(
            Iterator<? extends T> inputs, SerializableFunction<? super T, ? extends R> function) {
        return this.<T, R>map(Source.<T>of(inputs), function, MapOptions.defaults());
    }

    /// As [#map(Iterator, SerializableFunction)].
    ///
    /// @param inputs drawn one by one as results are read
    /// @param function applied on the workers
    /// @param <T> the type of the inputs
    /// @param <R> the type of the results
    /// @return the results, to be read once and closed
    default <T extends @Nullable Object, R extends @Nullable Object> Results<R> map(
            Iterable<? extends T> inputs, SerializableFunction<? super T, ? extends R> function) {
        return this.<T, R>map(Source.<T>of(inputs), function, MapOptions.defaults());
    }

    /// As [#map(Iterator, SerializableFunction)]; closes the stream at its end.
    ///
    /// @param inputs drawn one by one as results are read
    /// @param function applied on the workers
    /// @param <T> the type of the inputs
    /// @param <R> the type of the results
    /// @return the results, to be read once and closed
    default <T extends @Nullable Object, R extends @Nullable Object> Results<R> map(
            Stream<? extends T> inputs, SerializableFunction<? super T, ? extends R> function) {
        return this.<T, R>map(Source.<T>of(inputs), function, MapOptions.defaults());
    }

    /// As [#map(Iterator, SerializableFunction)], over a [Feed] or any other source.
    ///
    /// @param inputs drawn one by one as results are read
    /// @param function applied on the workers
    /// @param <T> the type of the inputs
    /// @param <R> the type of the results
    /// @return the results, to be read once and closed
    default <T extends @Nullable Object, R extends @Nullable Object> Results<R> map(
            Source<? extends T> inputs, SerializableFunction<? super T, ? extends R> function) {
        return this.<T, R>map(inputs, function, MapOptions.defaults());
    }

    /// Applies a function to each input, on the workers, as the options say.
    ///
    /// @param inputs drawn one by one as results are read
    /// @param function applied on the workers
    /// @param options order, errors, window, tasks
    /// @param <T> the type of the inputs
    /// @param <R> the type of the results
    /// @return the results, to be read once and closed
    <T extends @Nullable Object, R extends @Nullable Object> Results<R> map(
            Source<? extends T> inputs, SerializableFunction<? super T, ? extends R> function, MapOptions options);

    /// Applies a function to each input and answers how each went, so that a failure ends nothing.
    ///
    /// @param inputs drawn one by one as outcomes are read
    /// @param function applied on the workers
    /// @param options order, window, tasks; the errors are the default's
    /// @param <T> the type of the inputs
    /// @param <R> the type of the results
    /// @return the outcomes, to be read once and closed
    <T extends @Nullable Object, R extends @Nullable Object> Results<Outcome<R>> mapOutcomes(
            Source<? extends T> inputs, SerializableFunction<? super T, ? extends R> function, MapOptions options);

    /// Applies a function that answers a stream to each input, on the workers, and answers the items of the first
    /// stream, then of the second, and so on. Those behind the one that is read run ahead, each by 1,024 items or
    /// 1 MiB at most, as many as the window of a `map` and as have a slot. A failure comes after exactly the items
    /// before it and closes the rest. What is forgotten is closed when the garbage collector has found it.
    ///
    /// @param inputs drawn one by one as items are read; may be endless
    /// @param function answers a stream, which is run and closed in the worker
    /// @param <T> the type of the inputs
    /// @param <R> the type of the items
    /// @return the items, to be read once and closed
    default <T extends @Nullable Object, R extends @Nullable Object> Results<R> flatMap(
            Source<? extends T> inputs, SerializableFunction<? super T, ? extends Stream<? extends R>> function) {
        return this.<T, R>flatMap(inputs, function, MapOptions.defaults());
    }

    /// As [#flatMap(Source, SerializableFunction)], as the options say. In order of completion, whichever stream
    /// has items is read; [ErrorPolicy#SKIP] leaves out what a stream that fails has not given.
    ///
    /// @param inputs drawn one by one as items are read
    /// @param function answers a stream
    /// @param options order, errors, window, tasks, of one attempt each
    /// @param <T> the type of the inputs
    /// @param <R> the type of the items
    /// @return the items, to be read once and closed
    <T extends @Nullable Object, R extends @Nullable Object> Results<R> flatMap(
            Source<? extends T> inputs,
            SerializableFunction<? super T, ? extends Stream<? extends R>> function,
            MapOptions options);

    /// Does something with each input, on the workers, and returns when all is done.
    ///
    /// @param inputs drawn one by one
    /// @param action done on the workers
    /// @param <T> the type of the inputs
    /// @return the number of inputs
    /// @throws InterruptedException while it waited; what was under way is cancelled
    /// @throws java.util.concurrent.CompletionException with the cause of the first failure to come; the rest is
    ///     cancelled
    default <T extends @Nullable Object> long forEach(
            Iterable<? extends T> inputs, SerializableConsumer<? super T> action) throws InterruptedException {
        return this.<T>forEach(Source.<T>of(inputs), action, MapOptions.defaults());
    }

    /// As [#forEach(Iterable, SerializableConsumer)], as the options say; their order means nothing here.
    ///
    /// @param inputs drawn one by one
    /// @param action done on the workers
    /// @param options errors, window, tasks
    /// @param <T> the type of the inputs
    /// @return the number of inputs with which it succeeded
    /// @throws InterruptedException while it waited; what was under way is cancelled
    <T extends @Nullable Object> long forEach(
            Source<? extends T> inputs, SerializableConsumer<? super T> action, MapOptions options)
            throws InterruptedException;

    /// `map` as a step of a stream: `lines.gather(pool.mapping(Scorer::score)).toList()`.
    ///
    /// A stream that ends by an exception of another step leaves what is under way to its end.
    ///
    /// @param function applied on the workers
    /// @param <T> the type of the inputs
    /// @param <R> the type of the results
    /// @return a gatherer for any number of streams
    default <T extends @Nullable Object, R extends @Nullable Object> Gatherer<T, ?, R> mapping(
            SerializableFunction<? super T, ? extends R> function) {
        return mapping(function, MapOptions.defaults());
    }

    /// As [#mapping(SerializableFunction)], as the options say.
    ///
    /// @param function applied on the workers
    /// @param options order, errors, window, tasks
    /// @param <T> the type of the inputs
    /// @param <R> the type of the results
    /// @return a gatherer for any number of streams
    <T extends @Nullable Object, R extends @Nullable Object> Gatherer<T, ?, R> mapping(
            SerializableFunction<? super T, ? extends R> function, MapOptions options);

    /// Submits tasks as their handles are read, and answers the handles when the tasks have ended, whatever the
    /// outcome. Lazy and windowed as [#map(Iterator, SerializableFunction)].
    ///
    /// @param tasks drawn one by one as handles are read; may be endless
    /// @param order how the handles are answered
    /// @param <T> the type of the results
    /// @return the handles of ended tasks, to be read once and closed
    <T extends @Nullable Object> Results<TaskHandle<T>> submitAll(Iterator<? extends Task<T>> tasks, ResultOrder order);

    /// Runs a task whose result is a stream, which is read while the task makes it.
    ///
    /// The task begins at once, as any task does, and waits where the reader wants nothing yet. It ends with
    /// the last item, with the first failure, or when the items are closed. On child JVMs each item is encoded
    /// when it is emitted.
    ///
    /// @param task what to stream, and how
    /// @param <T> the type of the items
    /// @return the items, to be read once and closed
    /// @throws java.util.concurrent.RejectedExecutionException after shutdown
    /// @throws NotTransferableException where the workers are other JVMs and the recipe cannot travel
    <T extends @Nullable Object> Items<T> items(ItemsTask<T> task);

    /// The items of a stream, see [#items(ItemsTask)]. The stream is made, run and closed in the worker.
    ///
    /// @param call answers the stream
    /// @param <T> the type of the items
    /// @return the items, to be read once and closed
    default <T extends @Nullable Object> Items<T> items(Items.StreamCall<T> call) {
        return items(ItemsTask.of(call));
    }

    /// The items of an iterable, see [#items(ItemsTask)]. It is closed in the worker if it is [AutoCloseable].
    ///
    /// @param call answers the iterable
    /// @param <T> the type of the items
    /// @return the items, to be read once and closed
    default <T extends @Nullable Object> Items<T> items(Items.IterableCall<T> call) {
        return items(ItemsTask.of(call));
    }

    /// The items of an iterator, see [#items(ItemsTask)]. It is closed in the worker if it is [AutoCloseable].
    ///
    /// @param call answers the iterator
    /// @param <T> the type of the items
    /// @return the items, to be read once and closed
    default <T extends @Nullable Object> Items<T> items(Items.IteratorCall<T> call) {
        return items(ItemsTask.of(call));
    }

    /// The items of a publisher, see [#items(ItemsTask)]. It is asked in the worker for what the reader wants.
    ///
    /// @param call answers the publisher
    /// @param <T> the type of the items
    /// @return the items, to be read once and closed
    default <T> Items<T> items(Items.PublisherCall<T> call) {
        return items(ItemsTask.of(call));
    }

    /// The items that a call emits until it returns, see [#items(ItemsTask)].
    ///
    /// ```java
    /// Items<String> lines = queue.items(emitter -> Walker.walk(folder, emitter::emit));
    /// ```
    ///
    /// @param call emits
    /// @param <T> the type of the items
    /// @return the items, to be read once and closed
    default <T extends @Nullable Object> Items<T> items(Items.EmitterCall<T> call) {
        return items(ItemsTask.of(call));
    }

    /// As [#items(ItemsTask)], of a task that reads an input: a stream through a worker.
    ///
    /// @param inputs what it reads, see [#consume]
    /// @param call answers the stream, in the worker
    /// @param options answers a changed copy of the task that it is given; one attempt only
    /// @param <I> the type of the input
    /// @param <T> the type of the items
    /// @return the items, to be read once and closed
    <I extends @Nullable Object, T extends @Nullable Object> Items<T> items(
            Source<? extends I> inputs, Input.Call<I, Stream<T>> call, UnaryOperator<Task<Long>> options);

    /// Runs a task that reads a large input while it runs, see [Input]. The source is left alone until the task
    /// reads, drawn on a thread of its own no further than a window ahead, and closed with the outcome of the
    /// task at the latest.
    ///
    /// @param inputs read by this task alone
    /// @param call reads them, in the worker
    /// @param options answers a changed copy of the task that it is given; one attempt only, since what was
    ///     read is gone
    /// @param <I> the type of the input
    /// @param <R> the type of the result
    /// @return the handle
    /// @throws IllegalStateException where somebody reads the source already
    /// @throws java.util.concurrent.RejectedExecutionException after shutdown; the source is left alone
    <I extends @Nullable Object, R extends @Nullable Object> TaskHandle<R> consume(
            Source<? extends I> inputs, Input.Call<I, R> call, UnaryOperator<Task<R>> options);

    /// As [#consume(Source, Input.Call, UnaryOperator)], without options.
    ///
    /// @param inputs read by this task alone
    /// @param call reads them, in the worker
    /// @param <I> the type of the input
    /// @param <R> the type of the result
    /// @return the handle
    default <I extends @Nullable Object, R extends @Nullable Object> TaskHandle<R> consume(
            Source<? extends I> inputs, Input.Call<I, R> call) {
        return consume(inputs, call, task -> task);
    }

    /// Gives the queue further workers, of any kind but [InlineWorkers]. They serve what waits, too, as far as it
    /// can run on them.
    ///
    /// Where some workers run tasks in other JVMs, each task must be able to travel to all of those, or say
    /// [Task#local()]. Tasks that were submitted before cannot travel to them.
    ///
    /// @param workers where more tasks run; the queue owns what it opens
    /// @return the grip on them
    /// @throws NotTransferableException where a broadcast is remembered that cannot travel to them
    /// @throws IllegalArgumentException for workers that run tasks in the thread that submits them
    /// @throws java.util.concurrent.RejectedExecutionException after shutdown
    AttachedWorkers attach(Workers workers);

    /// The workers that are attached and were not detached; those with which the queue was opened are the first.
    ///
    /// @return a grip for each kind, in the order in which they came; may be empty
    List<AttachedWorkers> workers();

    /// The workers of one name.
    ///
    /// @param name as in [AttachedWorkers#name()]
    /// @return the grip on them
    /// @throws IllegalArgumentException where none of that name are attached; it says what is
    AttachedWorkers workers(String name);

    /// Runs a call once in each address space of the workers, outside the queue: in each child JVM that lives
    /// now, or once in this JVM.
    ///
    /// A child runs it between attempts, never beside one: what it runs it ends first, and what it is given then
    /// waits. Children to come run it before their first task, in the order of the broadcasts, so that it may be
    /// forgotten by the caller; one in which that fails has not started. What is remembered stays in the memory of
    /// this JVM: give what replaces itself a [Broadcast#key]. In this JVM it runs on a thread of its own, after
    /// the broadcasts before it, beside tasks.
    ///
    /// Encoded at once, as tasks are. The stage completes when all have ended, with an outcome for each, in no
    /// particular order; where no child lives yet, with none. To cancel it, or to complete it, changes nothing but
    /// the stage. The end of the queue ends what has not ended as `Cancelled`; a shutdown does not wait for it.
    ///
    /// @param broadcast what to run, and how
    /// @param <T> the type of the result; a stream, an iterator or a publisher fails
    /// @return the outcomes
    /// @throws java.util.concurrent.RejectedExecutionException after shutdown
    /// @throws NotTransferableException where the workers are other JVMs and the call cannot travel
    <T extends @Nullable Object> CompletableFuture<List<Outcome<T>>> broadcast(Broadcast<T> broadcast);

    /// As [#broadcast(Broadcast)]: remembered, without a key, with a limit of 30 seconds.
    ///
    /// @param call the recipe
    /// @param <T> the type of the result
    /// @return the outcomes
    default <T extends @Nullable Object> CompletableFuture<List<Outcome<T>>> broadcast(SerializableCallable<T> call) {
        return broadcast(Broadcast.of(call));
    }

    /// As [#broadcast(Broadcast)]: remembered, without a key, with a limit of 30 seconds.
    ///
    /// @param action the recipe
    /// @return the outcomes; those that succeed hold null
    default CompletableFuture<List<Outcome<@Nullable Void>>> broadcast(SerializableRunnable action) {
        return broadcast(Broadcast.of(action));
    }

    /// Makes a value that many tasks need travel once to each worker instead of with each task: tasks capture
    /// what this answers. Where workers are other JVMs it is encoded at once, as it is now.
    ///
    /// @param value what tasks will read; whoever changes it later changes what workers in this JVM see, and no
    ///     others
    /// @param <T> the type of the value
    /// @return to be closed when the tasks that use it have ended
    /// @throws java.util.concurrent.RejectedExecutionException after shutdown
    /// @throws NotTransferableException where workers are other JVMs and the value cannot travel
    <T> Shared<T> share(T value);

    /// Starts no more tasks; those that run go on. A shutdown lifts this.
    void pause();

    /// Starts tasks again.
    void resume();

    /// A series of this queue, whether it has tasks or not.
    ///
    /// @param name the key, as given to [Task#series]
    /// @return the way to pause, limit and cancel it
    SeriesControl series(String name);

    /// Sets or moves the limit of a resource, for the tasks that name it; what runs goes on.
    ///
    /// @param resource the key, as given to [Task#resource]
    /// @param limit from [Limits]
    void limit(String resource, Limit limit);

    /// Takes the limit of a resource away.
    ///
    /// @param resource the key
    void unlimit(String resource);

    /// Submits a task and waits for its end. An interrupt of the caller, as by a scope of structured concurrency,
    /// ends the task by force.
    ///
    /// @param task what to run
    /// @param <T> the type of the result
    /// @return the result
    /// @throws InterruptedException where the caller was interrupted; the task is cancelled, as by `cancel(true)`
    /// @throws ExecutionException where it ended in another way, as [TaskHandle#get()] tells it
    /// @throws java.util.concurrent.CancellationException where somebody cancelled it
    default <T extends @Nullable Object> T call(Task<T> task) throws InterruptedException, ExecutionException {
        var handle = submit(task);
        try {
            return handle.get();
        } catch (InterruptedException e) {
            handle.cancel(true);
            throw e;
        }
    }

    /// Cancels the tasks that match and have not ended.
    ///
    /// @param which asked once for each such task, in the calling thread
    /// @param mayInterruptIfRunning as in [TaskHandle#cancel]
    /// @return how many this call cancelled
    int cancelIf(Predicate<? super Task<?>> which, boolean mayInterruptIfRunning);

    /// Answers handles as their tasks end, for the tasks that are submitted through what this returns.
    ///
    /// @param <T> the type of the results
    /// @return a new one, with no tasks yet; it needs no closing
    <T extends @Nullable Object> Completions<T> completions();

    /// What the queue is doing: what runs where, what waits, and why.
    ///
    /// @return the state at one moment
    QueueSnapshot snapshot();

    /// What happens to the tasks of this queue from now on.
    ///
    /// The queue never waits for a subscriber: one that has 1,024 events waiting misses the next ones, and a
    /// [TaskEvent.Missed] tells how many. What tasks say, and how far they are, is not among these: only the latest
    /// of each task waits, whatever it says. The publisher completes when the queue is terminated.
    ///
    /// @return a publisher for any number of subscribers
    Flow.Publisher<TaskEvent> events();

    /// Waits for an event without polling and without missing it: what happens after this call has returned
    /// counts, whoever is faster.
    ///
    /// ```java
    /// var crash = queue.nextEvent(event -> event instanceof TaskEvent.Worker(_, _, WorkerChange.CRASHED));
    /// provoke(queue);
    /// crash.get(10, TimeUnit.SECONDS);
    /// ```
    ///
    /// It fails with an [IllegalStateException] where the queue terminates first, or where the predicate was too
    /// slow, so that it missed events that may have been meant; and with what the predicate throws. Cancel it to
    /// no longer wait: a limited `get` alone does not.
    ///
    /// @param which asked for each event on a callback thread, until it says yes
    /// @return completes with the first event that matches, on a callback thread
    CompletableFuture<TaskEvent> nextEvent(Predicate<? super TaskEvent> which);

    /// Has a listener told every message of every task from now on, on the callback executor, one at a time and
    /// those of a task in order. Not those that come after the outcome of their task.
    ///
    /// 10,000 messages (or 4 Mi characters) wait for a listener; more are lost, and how many is told where they
    /// are missing by one of kind [Message.Kind#LOST], under the task of the last one. A listener that throws is
    /// told the next ones all the same.
    ///
    /// @param listener of the task that was submitted, and what it says
    void onMessage(BiConsumer<? super Task<?>, ? super Message> listener);

    /// What has happened since the queue was opened, in numbers.
    ///
    /// @return the numbers at this moment
    QueueStatistics statistics();

    /// How much there is to do now.
    ///
    /// @return the load at one moment
    QueueLoad load();

    /// The load now, and whenever it has changed.
    ///
    /// A subscriber that is slow, or has requested nothing, gets the latest load when it is ready and none of
    /// those in between. The queue never waits for it. The publisher completes when the queue is terminated.
    ///
    /// @return a publisher for any number of subscribers
    Flow.Publisher<QueueLoad> loads();

    /// Waits until the load is as wanted, without polling: `queue.awaitLoad(QueueLoad::isIdle, limit)`. A load
    /// that lasts only for a moment may be missed. A slot is free a moment before the end of its task is told.
    ///
    /// @param wanted asked in the calling thread, at once and after each change
    /// @param limit how long to wait at most
    /// @return false where it was not so in time, or the queue has terminated and it will never be so
    /// @throws InterruptedException while it waited
    boolean awaitLoad(Predicate<? super QueueLoad> wanted, Duration limit) throws InterruptedException;

    /// Shuts down, waits for all tasks to end and releases the workers; an interrupt, or the end of
    /// [QueueConfig#closeWithin], turns it into [#shutdownNow()]. Idempotent.
    ///
    /// @throws IllegalStateException from a task of this queue that runs in this JVM: it would wait for itself
    @Override
    void close();

    /// Shuts down, gives the tasks so long to end, kills what is left, and returns when the ends are confirmed and
    /// the workers released.
    ///
    /// ```java
    /// var account = queue.close(Duration.ofSeconds(10));
    /// log.info("{} tasks were killed, {} never started", account.killed(), account.neverStarted());
    /// ```
    ///
    /// As with [#close()], an interrupt kills at once and is kept, and any number of calls from any threads and
    /// callbacks is fine: the shortest time counts, and all get the same account.
    ///
    /// @param within zero to kill at once
    /// @return what became of the tasks that had not ended when the queue was shut down, by whomever
    /// @throws IllegalStateException from a task of this queue that runs in this JVM: it would wait for itself
    ShutdownAccount close(Duration within);

    /// As [#shutdown()], and tells when all tasks have ended and the workers are released. Nobody waits.
    ///
    /// @return a stage of its own for each call, which never fails; its dependents run on the callback executor,
    ///     and what they or others do to it changes nothing here
    CompletionStage<ShutdownAccount> shutdownAsync();
}
