package io.millhand;

import static java.util.Objects.requireNonNull;

import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What the reader of a streamed result holds. Everything else holds the inbox, so that this can be forgotten.
final class ItemsImpl<T extends @Nullable Object> implements Items<T> {

    private static final System.Logger LOG = System.getLogger("io.millhand");

    /// UNREAD -> ITERATED or SUBSCRIBED
    enum Use {
        UNREAD,
        ITERATED,
        SUBSCRIBED
    }

    private final ItemsInbox<T> inbox;
    private final TaskHandleImpl<Long> handle;
    private final Iterator<T> iterator;
    private final ResultsPublisher<T> publisher;

    /// Shared with what looks on without holding this.
    private final AtomicReference<Use> use;

    ItemsImpl(TaskQueueImpl queue, ItemsInbox<T> inbox, TaskHandleImpl<Long> handle, AtomicReference<Use> use) {
        this.inbox = inbox;
        this.handle = handle;
        this.use = use;
        iterator = new StepIterator<>(inbox, this, "items");
        publisher = new ResultsPublisher<>(inbox, queue.callbacks());
        var callbacks = queue.callbacks();
        var _ = CleanerThread.register(this, () -> collected(inbox, handle, use, callbacks));
    }

    /// On the cleaner's thread, which must not be held up.
    private static void collected(
            ItemsInbox<?> inbox, TaskHandleImpl<Long> handle, AtomicReference<Use> use, Executor callbacks) {
        if (use.get() != Use.SUBSCRIBED && inbox.isOpen()) {
            callbacks.execute(() -> forgotten(inbox, handle));
        }
    }

    private static void forgotten(ItemsInbox<?> inbox, TaskHandleImpl<Long> handle) {
        inbox.close();
        LOG.log(
                System.Logger.Level.WARNING,
                "the items of task {0} ({1}) were neither read to their end nor closed; their producer is ended",
                String.valueOf(handle.id()),
                handle.task().name());
    }

    @Override
    public Iterator<T> iterator() {
        if (use.compareAndSet(Use.UNREAD, Use.ITERATED)) {
            inbox.requested(Long.MAX_VALUE);
        } else if (use.get() == Use.SUBSCRIBED) {
            throw new IllegalStateException("items can be read once, and a subscriber reads these");
        }
        return iterator;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        requireNonNull(subscriber, "subscriber");
        if (use.compareAndSet(Use.UNREAD, Use.SUBSCRIBED)) {
            publisher.subscribe(subscriber);
        } else {
            ResultsPublisher.refuse(subscriber, "items can be read once, and somebody reads these");
        }
    }

    @Override
    public TaskHandle<Long> handle() {
        return handle;
    }

    @Override
    public void close() {
        inbox.close();
    }

    @Override
    public String toString() {
        return "items of " + handle;
    }
}
