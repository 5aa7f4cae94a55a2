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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
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
        dispatcher.life().ensureRunning(requireNonNull(task, "task"));
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
            Iterator<? extends T> inputs, SerializableFunction<? super T, ? extends R> function) {
        requireNonNull(function, "function");
        requireNonNull(inputs, "inputs");
        String name = Task.defaultName(function);
        var tasks = new Iterator<Task<R>>() {
            @Override
            public boolean hasNext() {
                return inputs.hasNext();
            }

            @Override
            public Task<R> next() {
                return Task.<R>of(new FunctionCall<T, R>(function, inputs.next()))
                        .named(name);
            }
        };
        return results(tasks, ResultOrder.INPUT, TaskHandle::join);
    }

    @Override
    public <T extends @Nullable Object> Results<TaskHandle<T>> submitAll(
            Iterator<? extends Task<T>> tasks, ResultOrder order) {
        return results(requireNonNull(tasks, "tasks"), requireNonNull(order, "order"), handle -> handle);
    }

    private <X extends @Nullable Object, E extends @Nullable Object> Results<E> results(
            Iterator<? extends Task<X>> tasks, ResultOrder order, Function<TaskHandle<X>, E> read) {
        int window = pool.runsInCaller() ? 1 : (int) Math.min(Integer.MAX_VALUE, 4L * dispatcher.slots());
        return new WindowedResults<X, E>(tasks, this::submit, window, order, read);
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
    }

    @Override
    public List<Runnable> shutdownNow() {
        return dispatcher.shutdownNow().stream()
                .<Runnable>map(NeverStarted::new)
                .toList();
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
