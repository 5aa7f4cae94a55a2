package io.millhand.spi;

import org.jspecify.annotations.Nullable;

/// The reader's side of a streamed result, as the worker sees it that runs the streaming task.
///
/// Called from any thread; never blocks, and runs no user code.
public interface ItemReceiver {

    /// The attempt runs, and can be told of demand from now on. Called once, by the one attempt that runs.
    ///
    /// @param producer the way to it
    void begin(Producer producer);

    /// Items have come, in the order in which they were emitted. They must have been demanded before.
    ///
    /// @param batch one or more items
    void arrived(Batch batch);

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
