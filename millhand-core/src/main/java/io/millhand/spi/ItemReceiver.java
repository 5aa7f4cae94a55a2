package io.millhand.spi;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Who reads items, as whoever makes them sees it: the reader of a streamed result, or a task that reads its
/// input.
///
/// Called from any thread; never blocks, and runs no user code.
public interface ItemReceiver {

    /// The producer can be told of demand from now on. Called once.
    ///
    /// @param producer the way to it
    void begin(Producer producer);

    /// Items have come, in the order in which they were emitted. They must have been demanded before.
    ///
    /// @param batch one or more items
    void arrived(Batch batch);

    /// Nothing comes any more. Not called where the outcome of the task tells that.
    ///
    /// @param failure finds what ended the items before their end, and may run user code; null at their end
    void finished(@Nullable Supplier<Throwable> failure);

    /// Whoever emits items. Called from any thread; must not block.
    interface Producer {

        /// Allows items. Both numbers are sums since the beginning; a smaller one than before changes nothing.
        /// An item may be emitted while fewer items and fewer bytes than that were emitted, however large it is
        /// itself.
        ///
        /// @param items how many items may have been emitted
        /// @param bytes how many bytes they may have had
        void demand(long items, long bytes);

        /// Nobody reads any more.
        ///
        /// @param mayInterrupt whether to interrupt the thread that makes the items
        void close(boolean mayInterrupt);
    }

    /// Items that came together. Read once, by one thread at a time.
    interface Batch {

        /// How many items it had at the beginning.
        ///
        /// @return the number
        int items();

        /// What it weighs as a whole.
        ///
        /// @return in bytes, as demanded
        long bytes();

        /// Whether an item is left.
        ///
        /// @return true if there is one
        boolean hasNext();

        /// Takes the next item, and decodes it where it is encoded. Runs user code (`readObject`).
        ///
        /// @return the item
        /// @throws Throwable why it cannot be read; nothing is left then
        @Nullable
        Object next() throws Throwable;
    }
}
