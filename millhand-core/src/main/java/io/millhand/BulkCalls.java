package io.millhand;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// `invokeAll` and `invokeAny` as `ExecutorService` has them. A limit of `Long.MAX_VALUE` nanoseconds is none.
final class BulkCalls {

    private final TaskQueueImpl queue;

    BulkCalls(TaskQueueImpl queue) {
        this.queue = queue;
    }

    <T extends @Nullable Object> List<Future<T>> invokeAll(Collection<? extends Callable<T>> calls, long limitNanos)
            throws InterruptedException {
        long start = System.nanoTime();
        var handles = new ArrayList<TaskHandleImpl<T>>(calls.size());
        boolean finished = false;
        try {
            for (Callable<T> call : calls) {
                handles.add(queue.submit(call));
            }
            for (var handle : handles) {
                if (!handle.awaitEnd(limitNanos - (System.nanoTime() - start))) {
                    return List.copyOf(handles); // the rest is cancelled below, as the JDK has it
                }
            }
            finished = true;
            return List.copyOf(handles);
        } finally {
            if (!finished) {
                cancelAll(handles);
            }
        }
    }

    <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> calls, long limitNanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (calls.isEmpty()) {
            throw new IllegalArgumentException("calls must not be empty");
        }
        long start = System.nanoTime();
        var handles = new ArrayList<TaskHandleImpl<T>>(calls.size());
        BlockingQueue<TaskHandleImpl<T>> ended = new LinkedBlockingQueue<>();
        ExecutionException lastFailure = null;
        try {
            for (Callable<T> call : calls) {
                var handle = queue.submit(call);
                handles.add(handle);
                handle.whenDone(() -> ended.add(handle));
            }
            for (int left = handles.size(); left > 0; left--) {
                var handle = ended.poll(limitNanos - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
                if (handle == null) {
                    throw new TimeoutException(
                            "none of " + handles.size() + " calls succeeded within the time allowed");
                }
                try {
                    return handle.get();
                } catch (ExecutionException e) {
                    lastFailure = e;
                } catch (CancellationException e) {
                    lastFailure = new ExecutionException(e);
                }
            }
            throw lastFailure;
        } finally {
            cancelAll(handles);
        }
    }

    private static void cancelAll(List<? extends TaskHandleImpl<?>> handles) {
        handles.forEach(handle -> handle.cancel(true, CancelReason.FAIL_FAST));
    }
}
