package io.millhand;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// Results that are computed while they are read: lazily, with a bounded window of tasks under way.
///
/// Inputs are drawn from the source in the reader's thread, never more than the window ahead, so that a source without
/// end is fine and memory is constant. May be read once, from one thread at a time.
///
/// Failure: an exception of the source surfaces at its position, after the results before it. [#close()] cancels what
/// is under way; it is also closed by its own end and by an exception that it throws.
///
/// @param <T> the type of the elements
public sealed interface Results<T extends @Nullable Object> extends Iterable<T>, AutoCloseable permits WindowedResults {

    /// The iterator; the same one at each call.
    ///
    /// @return a lazy iterator that blocks until its next element is there
    @Override
    Iterator<T> iterator();

    /// What is left as a sequential stream, which closes this when it is closed.
    ///
    /// @return a lazy stream
    default Stream<T> stream() {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator(), Spliterator.ORDERED), false)
                .onClose(this::close);
    }

    /// Cancels what is under way and draws no more inputs. Idempotent.
    @Override
    void close();
}
