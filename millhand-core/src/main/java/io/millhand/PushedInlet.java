package io.millhand;

import org.jspecify.annotations.Nullable;

/// Inputs that the reader itself brings along.
final class PushedInlet<T extends @Nullable Object> extends Inlet<T> {

    private final HandOver<T> pushed = new HandOver<>();

    void push(T input) {
        pushed.add(input);
    }

    void end() {
        pushed.end(null);
    }

    /// Whether all was drawn.
    boolean isEmpty() {
        return pushed.count() == 0;
    }

    @Override
    Status status(int room) throws Throwable {
        return pushed.status();
    }

    @Override
    T take() {
        return pushed.take();
    }

    @Override
    void close() {
        pushed.close();
    }
}
