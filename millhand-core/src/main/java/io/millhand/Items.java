package io.millhand;

import java.io.Serializable;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// A result that is itself a stream: the items of a running task, read while it makes them.
///
/// ```java
/// try (Items<Record> records = pool.items(() -> LogReader.records(path))) {
///     records.forEach(this::store);
/// }
/// ```
///
/// May be read once, in one of the three ways: [#iterator()], [#stream()], or as a publisher. What the reader
/// wants is all that moves items: a subscriber gets as many as it requests, an iterator and a stream want a
/// window ahead. No more than 1,024 items or 1 MiB are under way, but for one item, which may be of any size.
/// The producer waits while nothing is wanted, at most one item ahead.
///
/// Failure: what ends the task otherwise than in success is thrown after exactly the items before it, by an
/// iterator as [TaskHandle#join()] throws it, while a subscriber gets what a stage would see. An interrupt of a
/// reader that waits is kept and thrown as a `CompletionException`, and closes.
///
/// A streaming task is a task: it holds its slot until the last item is taken over, and its clocks run, but
/// that for no progress while it waits for demand. It is tried once. A shutdown of the queue cancels it where
/// nobody reads it, or where its subscriber wants nothing more. Items that are forgotten without being closed
/// are closed once the garbage collector has found them, with a line in the log.
///
/// @param <T> the type of the items
public sealed interface Items<T extends @Nullable Object> extends Iterable<T>, Flow.Publisher<T>, AutoCloseable
        permits ItemsImpl {

    /// The iterator; the same one at each call. From one thread at a time.
    ///
    /// @return an iterator that blocks until its next item is there
    /// @throws IllegalStateException where a subscriber reads
    @Override
    Iterator<T> iterator();

    /// What is left as a sequential stream, which closes this when it is closed.
    ///
    /// @return a lazy stream
    /// @throws IllegalStateException where a subscriber reads
    default Stream<T> stream() {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator(), Spliterator.ORDERED), false)
                .onClose(this::close);
    }

    /// Gives the items to one subscriber, on the queue's callback executor. To cancel the subscription closes
    /// this. A null item is an error there.
    ///
    /// @param subscriber one that comes second, or after an iterator, gets an [IllegalStateException]
    @Override
    void subscribe(Flow.Subscriber<? super T> subscriber);

    /// The grip on the task that makes the items: its outcome, which tells how many it has emitted, its cancel,
    /// its attempt. `cancel(true)` kills in a child JVM, [#close()] lets the producer end first.
    ///
    /// @return the handle
    TaskHandle<Long> handle();

    /// Ends the producer: it is interrupted where it is, its close handlers run (`Stream.close`, an iterator's
    /// or iterable's `close`, `Subscription.cancel`), and the task succeeds with the number of items so far.
    /// One that has not ended after a second is cancelled by force. Drops what was not read. Idempotent, from
    /// any thread; returns at once; a reader that waits is told of the end.
    @Override
    void close();

    /// A recipe that answers a stream, which is run in the worker and closed there.
    ///
    /// @param <T> the type of the items
    @FunctionalInterface
    interface StreamCall<T extends @Nullable Object> extends Serializable {
        /// Opens it.
        ///
        /// @return the items; it is made sequential
        /// @throws Exception why there are none
        Stream<? extends T> call() throws Exception;
    }

    /// A recipe that answers an iterable, closed in the worker if it is [AutoCloseable].
    ///
    /// @param <T> the type of the items
    @FunctionalInterface
    interface IterableCall<T extends @Nullable Object> extends Serializable {
        /// Opens it.
        ///
        /// @return the items
        /// @throws Exception why there are none
        Iterable<? extends T> call() throws Exception;
    }

    /// A recipe that answers an iterator, closed in the worker if it is [AutoCloseable].
    ///
    /// @param <T> the type of the items
    @FunctionalInterface
    interface IteratorCall<T extends @Nullable Object> extends Serializable {
        /// Opens it.
        ///
        /// @return the items
        /// @throws Exception why there are none
        Iterator<? extends T> call() throws Exception;
    }

    /// A recipe that answers a publisher, which is asked in the worker for as many items as are demanded.
    ///
    /// @param <T> the type of the items
    @FunctionalInterface
    interface PublisherCall<T> extends Serializable {
        /// Opens it.
        ///
        /// @return the items
        /// @throws Exception why there are none
        Flow.Publisher<? extends T> call() throws Exception;
    }

    /// A recipe that emits items until it returns.
    ///
    /// @param <T> the type of the items
    @FunctionalInterface
    interface EmitterCall<T extends @Nullable Object> extends Serializable {
        /// Emits.
        ///
        /// @param emitter takes the items
        /// @throws Exception why there are no more
        void call(Emitter<T> emitter) throws Exception;
    }
}
