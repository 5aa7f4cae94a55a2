package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The streamed results of a queue.
final class ItemsCalls {

    private final TaskQueueImpl queue;

    /// To be told of the shutdown; those whose task has not ended.
    @GuardedBy("open")
    private final Map<ItemsInbox<?>, AtomicReference<ItemsImpl.Use>> open = new HashMap<>();

    ItemsCalls(TaskQueueImpl queue) {
        this.queue = queue;
    }

    <T extends @Nullable Object> Items<T> open(ItemsTask<T> task, @Nullable InputSupply<?> supply) {
        var use = new AtomicReference<>(ItemsImpl.Use.UNREAD);
        var inbox = submit(queue, task, supply, Intake.Submitter.ANYBODY);
        var handle = inbox.task();
        var items = new ItemsImpl<>(queue, inbox, handle, use);
        synchronized (open) {
            open.put(inbox, use);
        }
        handle.whenDone(() -> forget(inbox));
        if (supply != null) {
            handle.whenDone(supply::taskEnded);
        }
        if (queue.isShutdown()) {
            shutdown(); // it may have looked before
        }
        return items;
    }

    /// Submits a streaming task.
    static <T extends @Nullable Object> ItemsInbox<T> submit(
            TaskQueueImpl queue, ItemsTask<T> task, @Nullable InputSupply<?> supply, Intake.Submitter submitter) {
        var inbox = new ItemsInbox<T>(queue);
        inbox.submitted(queue.submitStreaming(task.to(inbox, supply), submitter));
        return inbox;
    }

    private void forget(ItemsInbox<?> inbox) {
        synchronized (open) {
            open.remove(inbox);
        }
    }

    void shutdown() {
        Map<ItemsInbox<?>, AtomicReference<ItemsImpl.Use>> told;
        synchronized (open) {
            told = new HashMap<>(open);
        }
        told.forEach((inbox, use) -> inbox.shutDown(use.get() != ItemsImpl.Use.UNREAD));
    }
}
