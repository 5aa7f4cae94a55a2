package io.millhand;

import static java.util.Objects.requireNonNull;

import io.millhand.spi.Backend;
import io.millhand.spi.TaskContexts;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Gatherer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The front of a queue: turns every way of submitting into a [Task] for the dispatcher.
final class TaskQueueImpl implements TaskQueue {

    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final Dispatcher dispatcher;
    private final Pools pools;
    private final Executor callbacks;
    private final Duration closeWithin;
    private final BulkCalls bulk = new BulkCalls(this);
    private final MapCalls maps = new MapCalls(this);
    private final ItemsCalls streams = new ItemsCalls(this);

    private TaskQueueImpl(Dispatcher dispatcher, Pools pools, Executor callbacks, Duration closeWithin) {
        this.dispatcher = dispatcher;
        this.pools = pools;
        this.callbacks = callbacks;
        this.closeWithin = closeWithin;
    }

    static TaskQueue open(Workers workers, QueueConfig config) {
        requireNonNull(workers, "workers");
        String name = config.name();
        var own = new SystemBackend(name);
        Backend backend = config.backend() != null ? config.backend() : own;
        var ownThreads = SystemBackend.callbacks(name);
        var callbacks =
                new CallbackExecutor(config.callbacks() != null ? config.callbacks() : ownThreads, name, backend);
        var dispatcher = new Dispatcher(config, backend, callbacks, ownThreads);
        var pools = new Pools(dispatcher);
        try {
            var _ = pools.open(workers);
        } catch (RuntimeException | Error e) { // their options, or what they prepare, may be refused
            own.close();
            throw e;
        }
        dispatcher.life().onClose(() -> {
            pools.broadcasts().close();
            pools.close();
            own.close();
        });
        return new TaskQueueImpl(dispatcher, pools, callbacks, config.closeWithin());
    }

    @Override
    public <T extends @Nullable Object> TaskHandleImpl<T> submit(Task<T> task) {
        return submit(task, Intake.Submitter.ANYBODY);
    }

    /// @param submitter who it is where it is no task of this queue
    <T extends @Nullable Object> TaskHandleImpl<T> submit(Task<T> task, Intake.Submitter submitter) {
        var handle = enter(task, submitter);
        pools.submitted(handle);
        dispatcher.chronicle().calls().submitted(handle);
        return handle;
    }

    private <T extends @Nullable Object> TaskHandleImpl<T> enter(Task<T> task, Intake.Submitter submitter) {
        TaskHandleImpl<T> handle;
        try {
            dispatcher.life().ensureRunning(requireNonNull(task, "task must not be null: give it something to call"));
            var encoded = pools.encode(task);
            var actual = LocalAttempt.runsIn(dispatcher) ? Intake.Submitter.OWN_TASK : submitter;
            handle = dispatcher.submit(task, encoded, actual);
        } catch (RejectedExecutionException e) {
            dispatcher.chronicle().rejected();
            throw e;
        }
        return handle;
    }

    /// Submits a task whose reader must not be the thread that runs it: where that is the thread that submits,
    /// another one stands in.
    <T extends @Nullable Object> TaskHandleImpl<T> submitStreaming(Task<T> task, Intake.Submitter submitter) {
        var handle = enter(task, submitter);
        if (pools.runInCaller()) {
            start("items", () -> pools.submitted(handle));
        } else {
            pools.submitted(handle);
        }
        dispatcher.chronicle().calls().submitted(handle);
        return handle;
    }

    @Override
    public <T extends @Nullable Object> Items<T> items(ItemsTask<T> task) {
        return streams.open(requireNonNull(task, "task"), null);
    }

    @Override
    public <I extends @Nullable Object, T extends @Nullable Object> Items<T> items(
            Source<? extends I> inputs, Input.Call<I, Stream<T>> call, UnaryOperator<Task<Long>> options) {
        return new InputCalls(this).items(inlet(inputs), call, options);
    }

    @Override
    public <I extends @Nullable Object, R extends @Nullable Object> TaskHandle<R> consume(
            Source<? extends I> inputs, Input.Call<I, R> call, UnaryOperator<Task<R>> options) {
        return new InputCalls(this).consume(inlet(inputs), call, options);
    }

    ItemsCalls streams() {
        return streams;
    }

    @Override
    public <T extends @Nullable Object> TaskHandleImpl<T> submit(SerializableCallable<T> call) {
        return submit(Task.of(call));
    }

    @Override
    public <T extends @Nullable Object> TaskHandleImpl<T> submit(Callable<T> call) {
        return submit(Task.of(call));
    }

    @Override
    public TaskHandleImpl<@Nullable Void> submit(SerializableRunnable action) {
        return submit(Task.of(action));
    }

    @Override
    public TaskHandleImpl<@Nullable Void> submit(Runnable action) {
        return submit(Task.of(action));
    }

    @Override
    public <T extends @Nullable Object> TaskHandleImpl<T> submit(Runnable action, T result) {
        return submit(Task.of(new RunnableCall<>(action, result)).named(Task.defaultName(action)));
    }

    @Override
    public void execute(SerializableRunnable action) {
        execute((Runnable) action);
    }

    @Override
    public void execute(Runnable action) {
        var handle = submit(Task.of(action));
        dispatcher.chronicle().calls().executed(handle);
    }

    @Override
    public <T> Shared<T> share(T value) {
        return pools.share(requireNonNull(value, "value must not be null: share what tasks will read"));
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<List<Outcome<T>>> broadcast(Broadcast<T> broadcast) {
        return pools.broadcasts().send(requireNonNull(broadcast, "broadcast"));
    }

    @Override
    public <T extends @Nullable Object, R extends @Nullable Object> Results<R> map(
            Source<? extends T> inputs, SerializableFunction<? super T, ? extends R> function, MapOptions options) {
        return maps.<T, R>map(inlet(inputs), function, requireNonNull(options, "options"));
    }

    @Override
    public <T extends @Nullable Object, R extends @Nullable Object> Results<Outcome<R>> mapOutcomes(
            Source<? extends T> inputs, SerializableFunction<? super T, ? extends R> function, MapOptions options) {
        return maps.<T, R>mapOutcomes(inlet(inputs), function, requireNonNull(options, "options"));
    }

    @Override
    public <T extends @Nullable Object, R extends @Nullable Object> Results<R> flatMap(
            Source<? extends T> inputs,
            SerializableFunction<? super T, ? extends Stream<? extends R>> function,
            MapOptions options) {
        return maps.<T, R>flatMap(inlet(inputs), function, requireNonNull(options, "options"));
    }

    @Override
    public <T extends @Nullable Object> long forEach(
            Source<? extends T> inputs, SerializableConsumer<? super T> action, MapOptions options)
            throws InterruptedException {
        return maps.<T>forEach(inlet(inputs), action, requireNonNull(options, "options"));
    }

    @Override
    public <T extends @Nullable Object, R extends @Nullable Object> Gatherer<T, ?, R> mapping(
            SerializableFunction<? super T, ? extends R> function, MapOptions options) {
        return maps.mapping(function, options);
    }

    @Override
    public <T extends @Nullable Object> Results<TaskHandle<T>> submitAll(
            Iterator<? extends Task<T>> tasks, ResultOrder order) {
        return maps.submitAll(
                inlet(Source.<Task<T>>of(requireNonNull(tasks, "tasks"))), requireNonNull(order, "order"));
    }

    private static <T extends @Nullable Object> Inlet<? extends T> inlet(Source<? extends T> inputs) {
        return (Inlet<? extends T>) requireNonNull(inputs, "inputs");
    }

    /// So many inputs that no worker waits for the reader.
    int defaultWindow() {
        return pools.runInCaller() ? 1 : dispatcher.ask((_, slots) -> slots.window());
    }

    String name() {
        return dispatcher.queueName();
    }

    Executor callbacks() {
        return callbacks;
    }

    /// Starts a thread of the queue's.
    void start(String what, Runnable body) {
        dispatcher.backend().start("millhand-" + name() + "-" + what, body);
    }

    /// Runs an action later, which must be short and none of the user's.
    Backend.Timer schedule(long delayNanos, Runnable action) {
        return dispatcher.backend().schedule(delayNanos, action);
    }

    /// Refuses to draw more after the shutdown.
    void ensureOpenForInputs() {
        if (dispatcher.life().isShutdown()) {
            throw new RejectedExecutionException("no more inputs are drawn: the queue '" + name() + "' is shut down");
        }
    }

    /// Refuses a wait for a task that waits for the waiting one.
    void ensureMayWait() {
        if (LocalAttempt.runsIn(dispatcher)
                && !pools.runInCaller()
                && dispatcher.ask((_, slots) -> slots.total()) <= 1) {
            throw new IllegalStateException(
                    "task " + TaskContexts.current().taskId() + " waits for results of its own queue '" + name()
                            + "', whose only slot it holds: give the queue more slots, or map in another queue");
        }
    }

    @Override
    public AttachedWorkers attach(Workers workers) {
        return pools.attach(workers);
    }

    @Override
    public List<AttachedWorkers> workers() {
        return List.copyOf(pools.attached());
    }

    @Override
    public AttachedWorkers workers(String name) {
        return pools.named(name);
    }

    @Override
    public void pause() {
        dispatcher.change((ready, _) -> ready.pause(true));
    }

    @Override
    public void resume() {
        dispatcher.change((ready, _) -> ready.pause(false));
    }

    @Override
    public SeriesControl series(String name) {
        return new SeriesControl(dispatcher, requireNonNull(name, "name"));
    }

    @Override
    public void limit(String resource, Limit limit) {
        requireNonNull(resource, "resource");
        requireNonNull(limit, "limit");
        long now = dispatcher.backend().nanoTime();
        dispatcher.change((ready, _) -> ready.limit(resource, limit, now));
    }

    @Override
    public void unlimit(String resource) {
        requireNonNull(resource, "resource");
        dispatcher.change((ready, _) -> ready.unlimit(resource));
    }

    @Override
    public int cancelIf(Predicate<? super Task<?>> which, boolean mayInterruptIfRunning) {
        return dispatcher.cancelIf(requireNonNull(which, "which"), mayInterruptIfRunning, CancelReason.CALLER);
    }

    @Override
    public <T extends @Nullable Object> Completions<T> completions() {
        return new CompletionsImpl<>(this);
    }

    @Override
    public QueueSnapshot snapshot() {
        var snapshot = dispatcher.snapshot(pools.leftBehind());
        return snapshot.asking(dispatcher.ask((_, slots) -> slots.workers()));
    }

    @Override
    public QueueStatistics statistics() {
        return dispatcher.chronicle().statistics();
    }

    @Override
    public QueueLoad load() {
        return dispatcher.load();
    }

    @Override
    public Flow.Publisher<QueueLoad> loads() {
        return dispatcher.chronicle().loads();
    }

    @Override
    public boolean awaitLoad(Predicate<? super QueueLoad> wanted, Duration limit) throws InterruptedException {
        requireNonNull(wanted, "wanted");
        return dispatcher.chronicle().loads().await(wanted, SystemBackend.saturatedNanos(limit));
    }

    @Override
    public CompletableFuture<TaskEvent> nextEvent(Predicate<? super TaskEvent> which) {
        return NextEvent.of(dispatcher.chronicle().events(), requireNonNull(which, "which"));
    }

    @Override
    public void onMessage(BiConsumer<? super Task<?>, ? super Message> listener) {
        dispatcher.chronicle().messages().listen(requireNonNull(listener, "listener"));
    }

    @Override
    public Flow.Publisher<TaskEvent> events() {
        return dispatcher.chronicle().events();
    }

    @Override
    public <T extends @Nullable Object> List<Future<T>> invokeAll(Collection<? extends Callable<T>> calls)
            throws InterruptedException {
        return bulk.invokeAll(calls, NO_LIMIT);
    }

    @Override
    public <T extends @Nullable Object> List<Future<T>> invokeAll(
            Collection<? extends Callable<T>> calls, long timeout, TimeUnit unit) throws InterruptedException {
        return bulk.invokeAll(calls, Math.max(0, unit.toNanos(timeout)));
    }

    @Override
    public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> calls)
            throws InterruptedException, ExecutionException {
        try {
            return bulk.invokeAny(calls, NO_LIMIT);
        } catch (TimeoutException e) {
            throw new AssertionError("an unlimited wait ran out", e);
        }
    }

    @Override
    public <T extends @Nullable Object> T invokeAny(
            Collection<? extends Callable<T>> calls, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        return bulk.invokeAny(calls, Math.max(0, unit.toNanos(timeout)));
    }

    @Override
    public void shutdown() {
        dispatcher.shutdown();
        maps.shutdown();
        streams.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        var neverStarted = dispatcher.shutdownNow();
        maps.shutdown();
        streams.shutdown();
        return neverStarted.stream().<Runnable>map(NeverStarted::new).toList();
    }

    @Override
    public boolean isShutdown() {
        return dispatcher.life().isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return dispatcher.life().isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return dispatcher.life().awaitTermination(timeout, unit);
    }

    @Override
    public CompletionStage<ShutdownAccount> shutdownAsync() {
        shutdown();
        return dispatcher.life().account(callbacks);
    }

    @Override
    public void close() {
        var _ = close(closeWithin);
    }

    @Override
    public ShutdownAccount close(Duration within) {
        var own = LocalAttempt.of(dispatcher);
        if (own != null) {
            throw new IllegalStateException(
                    "the queue '" + dispatcher.queueName() + "' cannot be closed by its own task " + own.taskId()
                            + ", which it would wait for; call shutdown() instead");
        }
        if (requireNonNull(within, "within").isNegative()) {
            throw new IllegalArgumentException("within must not be negative (zero kills at once), was " + within);
        }
        shutdown();
        var timer = killAfter(within);
        boolean interrupted = false;
        while (!dispatcher.life().isTerminated()) {
            try {
                var _ = awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
            } catch (InterruptedException _) {
                interrupted = true;
                var _ = shutdownNow();
            }
        }
        timer.cancel();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return dispatcher.life().account();
    }

    private Backend.Timer killAfter(Duration within) {
        if (within.isZero()) {
            var _ = shutdownNow();
        }
        boolean needless = within.isZero() || within.equals(Clocks.FOREVER) || isTerminated();
        return needless
                ? () -> {}
                : dispatcher.backend().schedule(SystemBackend.saturatedNanos(within), this::shutdownNow);
    }

    @Override
    public String toString() {
        return "queue '" + dispatcher.queueName() + "'";
    }
}
