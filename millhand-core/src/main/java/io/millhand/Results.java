package io.millhand;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// Results that are computed while they are read: lazily, with a bounded window of tasks under way.
///
/// Inputs are drawn from the source in the reader's thread, never more than the window ahead, so that a source
/// without
/// end is fine and memory is constant. What is there can be read while a [Feed], a publisher or a blocking source
/// has
/// nothing to give. May be read once, in one of the three ways, from one thread at a time.
///
/// Failure: an exception of the source surfaces at its position, after the results before it. A shutdown of the
/// queue
/// ends the results with a `RejectedExecutionException` after those of the tasks that it still ran. An interrupt of
/// the
/// reader is kept and thrown as a `CompletionException`. [#close()] cancels what is under way; it is also closed by
/// its
/// own end and by an exception that it throws. Results that are neither read to the end nor closed leave their
/// source open: the tasks under way run to their ends and no more are drawn; those of a `flatMap` are closed.
///
/// @param <T> the type of the elements
public sealed interface Results<T extends @Nullable Object> extends Iterable<T>, AutoCloseable
        permits WindowedResults, FlatResults {

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

    /// What is left as a publisher for one subscriber, which is told on the queue's callback executor and gets no
    /// more
    /// than it asked for. The tasks begin with the subscription, up to the window ahead of the demand. To cancel
    /// the
    /// subscription closes this. A null result is an error there.
    ///
    /// @return the publisher; a second subscriber gets an [IllegalStateException]
    Flow.Publisher<T> publisher();

    /// How many inputs were left out so far because their task did not succeed; see [ErrorPolicy#SKIP].
    ///
    /// @return zero or more; from any thread
    long skipped();

    /// Cancels what is under way by force (the streams of a `flatMap` as [Items#close()] does), draws no more
    /// inputs and closes the source: at once, or when the thread that is drawing it comes back from it.
    /// Idempotent, from any thread; a reader that waits is told of the end.
    @Override
    void close();
}
