package io.millhand;

import io.millhand.spi.ItemSink;
import org.jspecify.annotations.Nullable;

/// The recipe of a streaming task as workers run it: its outcome is the number of items.
///
/// @param <T> the type of the items
final class ItemsCall<T extends @Nullable Object> implements SerializableCallable<Long> {

    private static final long serialVersionUID = 1;

    private final Producing<T> producing;

    /// Who reads; stays in the JVM of the queue.
    private final transient @Nullable ItemsInbox<T> inbox;

    ItemsCall(Producing<T> producing, ItemsInbox<T> inbox) {
        this.producing = producing;
        this.inbox = inbox;
    }

    @Nullable
    ItemsInbox<T> inbox() {
        return inbox;
    }

    /// In the JVM of the queue.
    boolean waitsForDemand() {
        return inbox != null && inbox.waitsForDemand();
    }

    @Override
    public Long call() throws Exception {
        if (!(TaskContext.current() instanceof ItemSink.Context context)) {
            throw new IllegalStateException("workers of this kind cannot stream: " + TaskContext.current());
        }
        var sink = context.items();
        try {
            producing.produce(new ItemsPump<>(sink));
        } catch (Throwable e) {
            var _ = sink.finish(); // the items before the failure
            throw e;
        }
        return sink.finish();
    }
}
