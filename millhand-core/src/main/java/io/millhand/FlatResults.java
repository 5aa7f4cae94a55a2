package io.millhand;

import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// What the reader of flattened streams holds. Their tasks hold what it stands for, so that this can be forgotten.
final class FlatResults<E extends @Nullable Object> implements Results<E> {

    private static final System.Logger LOG = System.getLogger("io.millhand");

    private final WindowedResults<?, E> results;
    private final Iterator<E> iterator;

    /// Shared with what looks on without holding this.
    private final AtomicBoolean subscribed = new AtomicBoolean();

    FlatResults(WindowedResults<?, E> results, Executor callbacks) {
        this.results = results;
        iterator = new StepIterator<>(results, this, "results");
        var isPushed = subscribed;
        var _ = CleanerThread.register(this, () -> collected(results, isPushed, callbacks));
    }

    /// On the cleaner's thread, which must not be held up.
    private static void collected(WindowedResults<?, ?> results, AtomicBoolean subscribed, Executor callbacks) {
        if (!subscribed.get() && results.hasUnderWay()) {
            callbacks.execute(() -> forgotten(results));
        }
    }

    private static void forgotten(WindowedResults<?, ?> results) {
        LOG.log(
                System.Logger.Level.WARNING,
                "the results of a flatMap were neither read to their end nor closed; their producers are ended");
        results.close();
    }

    @Override
    public Iterator<E> iterator() {
        return iterator;
    }

    @Override
    public Flow.Publisher<E> publisher() {
        var pushed = results.publisher();
        var isPushed = subscribed;
        return subscriber -> {
            isPushed.set(true);
            pushed.subscribe(subscriber);
        };
    }

    @Override
    public long skipped() {
        return results.skipped();
    }

    @Override
    public void close() {
        results.close();
    }
}
