package io.millhand;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The inside of a [Source]: it never makes the reader wait unless the user's iterator does.
///
/// @param <T> the type of the inputs
abstract non-sealed class Inlet<T extends @Nullable Object> implements Source<T> {

    enum Status {
        /// [#take] answers an input.
        READY,
        /// There is none now; the reader is woken when that changes.
        NOTHING,
        /// There is none any more.
        ENDED
    }

    private final AtomicBoolean claimed = new AtomicBoolean();

    /// Makes the caller its only reader.
    final void claim() {
        if (!claimed.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "a source can be read once, and this one already is; make one for each reading");
        }
    }

    /// Undoes [#claim], where nothing was read.
    final void release() {
        claimed.set(false);
    }

    /// Called once, before the first [#status].
    ///
    /// @param host where threads come from; null for a reader outside a queue
    /// @param wake tells the reader, from any thread, that [#status] may answer otherwise now; takes the reader's
    ///     lock
    void begin(@Nullable TaskQueueImpl host, Runnable wake) {}

    /// Whether there is an input. Reader only; not after it has answered ENDED or thrown.
    ///
    /// @param room how many inputs the reader can take before it gives one back, at least 1
    /// @throws Throwable what the source throws
    abstract Status status(int room) throws Throwable;

    /// The next input, after [#status] has answered READY. Reader only.
    abstract T take();

    /// Lets go of the source. Called once, while nobody is in [#status] or [#take].
    abstract void close() throws Exception;
}
