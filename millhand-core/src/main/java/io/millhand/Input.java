package io.millhand;

import java.io.Serializable;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// The input of a running task: what a [Source] in the JVM of the queue has, read while the source makes it.
///
/// ```java
/// TaskHandle<Long> bytes = pool.consume(Source.of(lines), input ->
/// input.stream().mapToLong(String::length).sum());
/// ```
///
/// Read once, by one thread at a time. What the task reads is all that moves the source: no more than 1,024 items
/// or 1 MiB are ahead of it, but for one item, which may be of any size. In another JVM each item is as it was
/// when it was drawn.
///
/// Failure: what the source throws is thrown after exactly the items before it, as the cause of a
/// `CompletionException`; a task that lets it through fails with the cause. Where nobody wants the result of the
/// task any more it is a `CancellationException`. An interrupt of a reader that waits is kept, and thrown as a
/// `CompletionException`. After the end of the task, reading throws an `IllegalStateException`.
///
/// @param <T> the type of the items
public interface Input<T extends @Nullable Object> extends Iterable<T> {

    /// The iterator; the same one at each call.
    ///
    /// @return an iterator that blocks until its next item is there
    @Override
    Iterator<T> iterator();

    /// What is left as a sequential stream.
    ///
    /// @return a lazy stream
    default Stream<T> stream() {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator(), Spliterator.ORDERED), false);
    }

    /// A recipe that reads an input.
    ///
    /// @param <T> the type of the items
    /// @param <R> the type of the result
    @FunctionalInterface
    interface Call<T extends @Nullable Object, R extends @Nullable Object> extends Serializable {
        /// Runs in the worker.
        ///
        /// @param input valid until this returns
        /// @return the result
        /// @throws Exception why there is none
        R call(Input<T> input) throws Exception;
    }
}
