package io.millhand;

import static java.util.Objects.requireNonNull;

import java.util.Iterator;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where `map` and its like draw their inputs from. Read once, by one of them; drawn lazily, by one thread at a
/// time
/// and
/// never after its end, so that it need not be safe for threads and may be endless. What it throws surfaces at its
/// position. It is closed at its end, after a failure and with the results, if it can be closed.
///
/// An iterator, an iterable and a stream are drawn in the thread that reads the results, which has to wait while
/// they
/// make it wait. A [Feed], a publisher and a [#blocking] iterator do not: results that are there can be read
/// meanwhile.
///
/// @param <T> the type of the inputs
public sealed interface Source<T extends @Nullable Object> permits Feed, OrderedFeed, Inlet {

    /// Draws from an iterator.
    ///
    /// @param inputs closed if it is [AutoCloseable]
    /// @param <T> the type of the inputs
    /// @return the source
    static <T extends @Nullable Object> Source<T> of(Iterator<? extends T> inputs) {
        requireNonNull(inputs, "inputs");
        return new IteratorInlet<>(() -> inputs, inputs);
    }

    /// Draws from an iterable, whose iterator is asked for when the first result is read.
    ///
    /// @param inputs closed if it is [AutoCloseable], as a `DirectoryStream` is
    /// @param <T> the type of the inputs
    /// @return the source
    static <T extends @Nullable Object> Source<T> of(Iterable<? extends T> inputs) {
        requireNonNull(inputs, "inputs");
        return new IteratorInlet<>(inputs::iterator, inputs);
    }

    /// Draws from a stream. As with `Stream.iterator()`, a `flatMap` in it buffers each of its inner streams.
    ///
    /// @param inputs closed
    /// @param <T> the type of the inputs
    /// @return the source
    static <T extends @Nullable Object> Source<T> of(Stream<? extends T> inputs) {
        requireNonNull(inputs, "inputs");
        return new IteratorInlet<>(inputs::iterator, inputs);
    }

    /// Subscribes to a publisher when the first result is read, and asks for no more than has room in the window.
    ///
    /// @param inputs cancelled when the results are closed
    /// @param <T> the type of the inputs
    /// @return the source
    static <T> Source<T> of(Flow.Publisher<? extends T> inputs) {
        return new PublisherInlet<>(requireNonNull(inputs, "inputs"));
    }

    /// Draws from a streamed result, as from a publisher.
    ///
    /// @param inputs closed when the results are closed
    /// @param <T> the type of the inputs
    /// @return the source
    static <T> Source<T> of(Items<? extends T> inputs) {
        return of((Flow.Publisher<? extends T>) requireNonNull(inputs, "inputs"));
    }

    /// Draws from an iterator that may make one wait, such as the lines of a pipe, on a thread of its own. That
    /// thread
    /// is
    /// interrupted when the results are closed before the end, and closes the iterator.
    ///
    /// @param inputs closed if it is [AutoCloseable]
    /// @param <T> the type of the inputs
    /// @return the source
    static <T extends @Nullable Object> Source<T> blocking(Iterator<? extends T> inputs) {
        return new BlockingInlet<>(requireNonNull(inputs, "inputs"));
    }
}
