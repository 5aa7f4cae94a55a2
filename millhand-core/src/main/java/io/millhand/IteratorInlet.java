package io.millhand;

import java.util.Iterator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Draws from an iterator in the reader's thread.
final class IteratorInlet<T extends @Nullable Object> extends Inlet<T> {

    private final Supplier<? extends Iterator<? extends T>> open;
    private final Object closeable;

    /// Reader only.
    private @Nullable Iterator<? extends T> inputs;

    IteratorInlet(Supplier<? extends Iterator<? extends T>> open, Object closeable) {
        this.open = open;
        this.closeable = closeable;
    }

    @Override
    Status status(int room) {
        return iterator().hasNext() ? Status.READY : Status.ENDED;
    }

    @Override
    T take() {
        return iterator().next();
    }

    private Iterator<? extends T> iterator() {
        if (inputs == null) {
            inputs = open.get();
        }
        return inputs;
    }

    @Override
    void close() throws Exception {
        if (closeable instanceof AutoCloseable resource) {
            resource.close();
        }
    }
}
