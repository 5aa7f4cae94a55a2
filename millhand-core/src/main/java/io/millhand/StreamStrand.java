package io.millhand;

import org.jspecify.annotations.Nullable;

/// A streaming task of `flatMap`, whose items are read while it makes them.
///
/// @param <E> the type of the items
final class StreamStrand<E extends @Nullable Object> extends Strand<E> {

    private final ItemsInbox<E> inbox;

    /// Takes failures; null where they are thrown.
    private final @Nullable Skips skips;

    /// By the reader's side.
    private volatile boolean closed;

    /// Reader only.
    private boolean spent;

    /// @param inbox of a task that was submitted
    StreamStrand(ItemsInbox<E> inbox, @Nullable Skips skips) {
        this.inbox = inbox;
        this.skips = skips;
        inbox.requested(Long.MAX_VALUE); // the window is what holds it back
    }

    @Override
    public Step<E> step() {
        try {
            return inbox.step();
        } catch (RuntimeException | Error e) {
            spent = true;
            if (closed) {
                return new Step.End<>(); // it may have failed by that
            }
            if (skips == null) {
                throw e;
            }
            return skips.skip(inbox.task(), inbox.asTold(e));
        }
    }

    @Override
    boolean isSpent() {
        return spent;
    }

    /// One that has no slot yet holds the others back. Else those behind it could fill their windows and hold all
    /// slots while the reader waits for this one, for ever.
    @Override
    boolean holdsBack() {
        return !inbox.hasBegun();
    }

    @Override
    public void onSignal(Runnable listener) {
        inbox.onSignal(listener);
        listener.run(); // something may have come before
    }

    @Override
    void abandon() {
        inbox.task().cancel(true, CancelReason.SHUTDOWN);
    }

    @Override
    public void close() {
        closed = true;
        inbox.close();
    }
}
