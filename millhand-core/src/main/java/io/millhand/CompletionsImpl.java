package io.millhand;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Handles that wait to be taken. A task under way holds this, and not the other way round.
final class CompletionsImpl<T extends @Nullable Object> implements Completions<T> {

    private final TaskQueueImpl queue;
    private final BlockingQueue<TaskHandleImpl<T>> ended = new LinkedBlockingQueue<>();

    CompletionsImpl(TaskQueueImpl queue) {
        this.queue = queue;
    }

    private TaskHandle<T> watch(TaskHandleImpl<T> handle) {
        handle.whenDone(() -> ended.add(handle));
        return handle;
    }

    @Override
    public TaskHandle<T> submit(Task<T> task) {
        return watch(queue.submit(task));
    }

    @Override
    public TaskHandle<T> submit(SerializableCallable<T> call) {
        return watch(queue.submit(call));
    }

    @Override
    public TaskHandle<T> submit(Callable<T> call) {
        return watch(queue.submit(call));
    }

    @Override
    public TaskHandle<T> submit(Runnable action, T result) {
        return watch(queue.submit(action, result));
    }

    @Override
    public TaskHandle<T> take() throws InterruptedException {
        return ended.take();
    }

    @Override
    public @Nullable TaskHandle<T> poll() {
        return ended.poll();
    }

    @Override
    public @Nullable TaskHandle<T> poll(Duration limit) throws InterruptedException {
        return poll(SystemBackend.saturatedNanos(requireNonNull(limit, "limit")), TimeUnit.NANOSECONDS);
    }

    @Override
    public @Nullable TaskHandle<T> poll(long timeout, TimeUnit unit) throws InterruptedException {
        return ended.poll(timeout, requireNonNull(unit, "unit"));
    }
}
