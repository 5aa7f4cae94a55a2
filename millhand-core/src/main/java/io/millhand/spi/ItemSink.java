package io.millhand.spi;

import io.millhand.TaskContext;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Where items are put: by a streaming task, in the JVM in which it runs, or for a task that reads them. Made by
/// workers.
public interface ItemSink {

    /// The context of an attempt that can stream.
    interface Context extends TaskContext {

        /// Opens the stream of this attempt. Called once.
        ///
        /// @return where its items go
        ItemSink items();
    }

    /// Is told that nobody reads any more.
    interface Listener {

        /// Called once, by any thread, without locks.
        ///
        /// @param mayInterrupt whether to interrupt the thread that makes the items
        void closed(boolean mayInterrupt);
    }

    /// Hands an item on as it is at this moment, and waits first where none is demanded. Any thread.
    ///
    /// @param item may be null
    /// @return false where nobody reads any more
    /// @throws InterruptedException while it waited
    boolean emit(@Nullable Object item) throws InterruptedException;

    /// How many items can be emitted without a wait, as far as their number goes.
    ///
    /// @return zero or more
    long credit();

    /// Hands on what is held back, and waits until the condition holds or nobody reads any more.
    ///
    /// @param done asked when more is demanded and after each [#wake]
    /// @throws InterruptedException while it waited
    void await(BooleanSupplier done) throws InterruptedException;

    /// Has those ask again that wait. Any thread.
    void wake();

    /// Whether nobody reads any more.
    ///
    /// @return true once it is so
    boolean isClosed();

    /// Asks to be told when nobody reads any more; at once where that is so.
    ///
    /// @param listener the one to tell
    void onClose(Listener listener);

    /// Hands on what is held back. Nothing is emitted afterwards.
    ///
    /// @param failure why there are no more items, null at their end. Who reads the items of a task learns that
    ///     of its outcome; a task learns of its input here
    /// @return how many items were emitted
    long finish(@Nullable Throwable failure);
}
