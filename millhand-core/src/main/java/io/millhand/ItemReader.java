package io.millhand;

import static java.util.Objects.requireNonNull;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// Reads a publisher, a [Feed] or any other source with code that blocks, and without a queue.
///
/// ```java
/// try (var reader = ItemReader.of(publisher)) {
///     for (var item : reader) store(item);
/// }
/// ```
///
/// May be read once, in one of the three ways: [#iterator()], [#stream()], [#publisher()]; from one thread at a
/// time, while [#close()] may come from any. A publisher is subscribed to at once, is asked for a window of items
/// ahead and no more, and is cancelled by the close. Keep one that is not read to its end in a
/// try-with-resources statement: a publisher that is never cancelled may wait for ever.
///
/// Threads: whoever reads waits in its own thread, virtual or not, without a lock; the publisher's threads never
/// wait. Do not read in a thread that the publisher needs.
///
/// Failure: that of the source is thrown after the items before it, as it is where it is unchecked, else as the
/// cause of a `CompletionException`. An interrupt of a reader that waits is kept and thrown as a
/// `CompletionException`, and closes. A publisher that sends more than it was asked for, or null, is cancelled and
/// fails; what it sends after its end is dropped.
///
/// @param <T> the type of the items
public final class ItemReader<T extends @Nullable Object> implements Iterable<T>, AutoCloseable {

    private static final int ITEMS_AHEAD = 256;
    private static final int BUFFERS_AHEAD = 16;

    private final SourceSteps<T> steps;
    private final Iterator<T> iterator;
    private final Flow.Publisher<T> publisher;

    private ItemReader(SourceSteps<T> steps) {
        this.steps = steps;
        iterator = new StepIterator<>(steps, this, "items");
        publisher = new ResultsPublisher<>(steps, CallbackThreads.SHARED);
    }

    /// Reads a publisher, 256 items ahead.
    ///
    /// @param publisher also an [Items]
    /// @param <T> the type of the items
    /// @return to be closed
    public static <T> ItemReader<T> of(Flow.Publisher<? extends T> publisher) {
        return of(Source.of(requireNonNull(publisher, "publisher")), ITEMS_AHEAD);
    }

    /// Reads a source.
    ///
    /// @param source one that nobody reads
    /// @param window how many items a publisher is asked for ahead, and a blocking iterator read ahead; at least 1
    /// @param <T> the type of the items
    /// @return to be closed
    public static <T extends @Nullable Object> ItemReader<T> of(Source<? extends T> source, int window) {
        return new ItemReader<>(SourceSteps.open(source, window));
    }

    /// Reads the bytes of a publisher as a stream, 16 buffers ahead.
    ///
    /// @param publisher of the bytes
    /// @return to be closed, see [#inputStream(Source, int)]
    public static InputStream inputStream(Flow.Publisher<ByteBuffer> publisher) {
        return inputStream(Source.of(requireNonNull(publisher, "publisher")), BUFFERS_AHEAD);
    }

    /// Reads bytes as a stream. A read waits for the first byte and for no more; it answers -1 when the source has
    /// ended, and throws an `IOException` with the failure as its cause, again and again, where it has failed. To
    /// close, from any thread, cancels a publisher and has a reader that waits, and all later reads, throw an
    /// `IOException`. An interrupt of a reader that waits is kept and thrown as an `InterruptedIOException`; the
    /// stream stays open and no byte is lost. The positions of the buffers are not changed.
    ///
    /// @param source of the bytes; who gives a buffer changes its content no more
    /// @param window how many buffers, of whatever size, are asked for ahead; at least 1
    /// @return a stream for one reading thread at a time; others wait
    public static InputStream inputStream(Source<ByteBuffer> source, int window) {
        return new SourceInputStream(SourceSteps.open(source, window));
    }

    /// The iterator; the same one at each call.
    ///
    /// @return an iterator that blocks until its next item is there
    @Override
    public Iterator<T> iterator() {
        return iterator;
    }

    /// What is left as a sequential stream, which closes this when it is closed.
    ///
    /// @return a lazy stream
    public Stream<T> stream() {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator, Spliterator.ORDERED), false)
                .onClose(this::close);
    }

    /// What is left as a publisher for one subscriber, who gets no more than it asked for, on a thread of the
    /// library's. To cancel the subscription closes this. A null item is an error there.
    ///
    /// @return the publisher; a second subscriber gets an [IllegalStateException]
    public Flow.Publisher<T> publisher() {
        return publisher;
    }

    /// Reads no more: cancels a publisher, has the producers of a feed fail, closes what else can be closed.
    /// Idempotent, from any thread; a reader that waits is told of the end.
    @Override
    public void close() {
        steps.close();
    }
}
