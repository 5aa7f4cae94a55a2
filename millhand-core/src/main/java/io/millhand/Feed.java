package io.millhand;

import java.time.Duration;

/// A bounded, hand-fed source with one or more producers; it ends when the last of them closes.
///
/// ```java
/// Feed<Page> feed = Feed.of(100);
/// var producer = feed.producer();
/// Thread.ofVirtual().start(() -> {
///     try (producer) {
///         for (Page page : crawl()) producer.put(page);
///     }
/// });
/// try (var results = pool.map(feed, Scorer::score)) { ... }
/// ```
///
/// Open every producer before the first one closes, and before the threads that use them start. While nobody has
/// opened
/// one, the feed waits. A producer that is never closed keeps it waiting, too: where one has failed, call [#fail].
///
/// When the results are closed, or end by a failure, producers that wait are woken and they and all later ones get
/// an
/// [IllegalStateException].
///
/// Threads: any. Nulls are refused.
///
/// @param <T> the type of the inputs
public sealed interface Feed<T> extends Source<T> permits FeedImpl {

    /// A feed without producers.
    ///
    /// @param capacity how many inputs may wait to be drawn, at least 1
    /// @param <T> the type of the inputs
    /// @return the feed
    static <T> Feed<T> of(int capacity) {
        return new FeedImpl<>(capacity);
    }

    /// Opens a producer.
    ///
    /// @return to be closed
    /// @throws IllegalStateException after the end
    Producer<T> producer();

    /// How many inputs wait to be drawn.
    ///
    /// @return zero to the capacity
    int count();

    /// Throws away what waits to be drawn.
    ///
    /// @return how many inputs that were
    int clear();

    /// Ends the feed with a failure, which surfaces after the inputs that were put before it. After the end, the
    /// first
    /// failure included, this does nothing.
    ///
    /// @param cause thrown to the reader as it is, or as the cause of a `CompletionException` where it is checked
    void fail(Throwable cause);

    /// One of those who feed. For any number of threads. Its methods throw an [IllegalStateException] after its
    /// close,
    /// after a failure of the feed, and when the feed is no longer read.
    ///
    /// @param <T> the type of the inputs
    sealed interface Producer<T> extends AutoCloseable permits FeedImpl.Opened {

        /// Adds an input; waits for room.
        ///
        /// @param input not null
        /// @throws InterruptedException while it waited; the input was not added
        void put(T input) throws InterruptedException;

        /// Adds an input if there is room now.
        ///
        /// @param input not null
        /// @return whether it was added
        boolean offer(T input);

        /// Adds an input; waits for room, but not longer than `limit`.
        ///
        /// @param input not null
        /// @param limit how long
        /// @return whether it was added
        /// @throws InterruptedException while it waited; the input was not added
        boolean offer(T input, Duration limit) throws InterruptedException;

        /// Says that nothing more comes from here; the last to do so ends the feed after what waits in it.
        /// Idempotent.
        @Override
        void close();
    }
}
