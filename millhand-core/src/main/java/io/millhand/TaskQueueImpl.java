package io.millhand;

import static java.util.Objects.requireNonNull;

import io.millhand.spi.Backend;
import io.millhand.spi.TaskContexts;
import io.millhand.spi.WorkerPool;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Gatherer;
import org.jspecify.annotations.Nullable;

/// The front of a queue: turns every way of submitting into a [Task] for the dispatcher.
final class TaskQueueImpl implements TaskQueue {

    private static final System.Logger LOG = System.getLogger("io.millhand");

    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final Dispatcher dispatcher;
    private final WorkerPool pool;
    private final EventHub events;
    private final Executor callbacks;
    private final BulkCalls bulk = new BulkCalls(this);
    private final MapCalls maps = new MapCalls(this);

    private TaskQueueImpl(Dispatcher dispatcher, WorkerPool pool, EventHub events, Executor callbacks) {
        this.dispatcher = dispatcher;
        this.pool = pool;
        this.events = events;
        this.callbacks = callbacks;
    }

    static TaskQueue open(Workers workers, QueueConfig config) {
        requireNonNull(workers, "workers");
        String name = config.name();
        var own = new SystemBackend(name);
        Backend backend = config.backend() != null ? config.backend() : own;
        var ownThreads = SystemBackend.callbacks(name);
        var callbacks =
                new CallbackExecutor(config.callbacks() != null ? config.callbacks() : ownThreads, name, backend);
        var events = new EventHub(callbacks);
        var dispatcher = new Dispatcher(config, backend, callbacks, ownThreads, events);
        var pool = workers.open(new PoolHost(dispatcher, name, workers.offers()));
        dispatcher.life().onClose(() -> {
            pool.close();
            own.close();
        });
        return new TaskQueueImpl(dispatcher, pool, events, callbacks);
    }

    @Override
    public <T extends @Nullable Object> TaskHandleImpl<T> submit(Task<T> task) {
        dispatcher.life().ensureRunning(requireNonNull(task, "task must not be null: give it something to call"));
        var payload = pool.carrier().map(carrier -> carrier.encode(task.call())).orElse(null);
        var handle = dispatcher.submit(task, payload, LocalAttempt.runsIn(dispatcher));
        pool.submitted(handle);
        return handle;
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
        handle.whenDone(() -> callbacks.execute(() -> logFailure(handle)));
    }

    private static void logFailure(TaskHandleImpl<?> handle) {
        var outcome = handle.outcome();
        switch (outcome) {
            case Outcome.Succeeded<?> _, Outcome.Cancelled<?> _ -> {}
            case Outcome.Failed<?> _, Outcome.TimedOut<?> _, Outcome.Crashed<?> _ ->
                LOG.log(
                        System.Logger.Level.WARNING,
                        () -> "executed task " + handle.id() + " ("
                                + handle.task().name() + ") did not succeed; attempts: " + handle.attempts(),
                        TaskHandleImpl.exceptionOf(outcome));
        }
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

    /// Four inputs a slot, so that no worker waits for the reader.
    int defaultWindow() {
        return pool.runsInCaller()
                ? 1
                : Math.clamp(4L * dispatcher.ask((_, slots) -> slots.total()), 1, Integer.MAX_VALUE);
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

    /// Refuses to draw more after the shutdown.
    void ensureOpenForInputs() {
        if (dispatcher.life().isShutdown()) {
            throw new RejectedExecutionException("no more inputs are drawn: the queue '" + name() + "' is shut down");
        }
    }

    /// Refuses a wait for a task that waits for the waiting one.
    void ensureMayWait() {
        if (LocalAttempt.runsIn(dispatcher)
                && !pool.runsInCaller()
                && dispatcher.ask((_, slots) -> slots.total()) == 1) {
            throw new IllegalStateException(
                    "task " + TaskContexts.current().taskId() + " waits for results of its own queue '" + name()
                            + "', whose only slot it holds: give the queue more slots, or map in another queue");
        }
    }

    @Override
    public void pause() {
        dispatcher.control(ready -> ready.pause(true));
    }

    @Override
    public void resume() {
        dispatcher.control(ready -> ready.pause(false));
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
        dispatcher.control(ready -> ready.limit(resource, limit, now));
    }

    @Override
    public void unlimit(String resource) {
        requireNonNull(resource, "resource");
        dispatcher.control(ready -> ready.unlimit(resource));
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
        return dispatcher.snapshot(pool.leftBehind());
    }

    @Override
    public Flow.Publisher<TaskEvent> events() {
        return events;
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
    }

    @Override
    public List<Runnable> shutdownNow() {
        var neverStarted = dispatcher.shutdownNow();
        maps.shutdown();
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
    public void close() {
        if (LocalAttempt.runsIn(dispatcher)) {
            throw new IllegalStateException(
                    "the queue '" + dispatcher.queueName() + "' cannot be closed by its own task "
                            + TaskContexts.current().taskId() + ", which it would wait for; call shutdown() instead");
        }
        TaskQueue.super.close();
    }

    @Override
    public String toString() {
        return "queue '" + dispatcher.queueName() + "'";
    }
}
