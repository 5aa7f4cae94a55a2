package io.millhand;

import io.millhand.spi.ItemSink;
import org.jspecify.annotations.Nullable;

/// The recipe of a streaming task as workers run it: its outcome is the number of items.
///
/// @param <T> the type of the items
final class ItemsCall<T extends @Nullable Object>
        implements SerializableCallable<Long>, InputSupply.Reading, Ear.Heard {

    private static final long serialVersionUID = 1;

    private final Producing<T> producing;

    /// Who reads; stays in the JVM of the queue.
    private final transient @Nullable ItemsInbox<T> inbox;

    /// Who has what it reads itself, if anything; stays there, too.
    private final transient @Nullable InputSupply<?> supply;

    ItemsCall(Producing<T> producing, ItemsInbox<T> inbox, @Nullable InputSupply<?> supply) {
        this.producing = producing;
        this.inbox = inbox;
        this.supply = supply;
    }

    @Override
    public @Nullable Ear ear() {
        return producing instanceof Ear.Heard heard ? heard.ear() : null;
    }

    @Override
    public @Nullable InputSupply<?> supply() {
        return supply;
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
            var _ = sink.finish(e); // the items before the failure
            throw e;
        }
        return sink.finish(null);
    }
}
