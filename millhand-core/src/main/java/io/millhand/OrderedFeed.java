package io.millhand;

import java.time.Duration;

/// A bounded, hand-fed source whose producers say at which position an input belongs: they put in any order, from any
/// threads, and the inputs are read in the order of their positions 0, 1, 2 and so on.
///
/// ```java
/// OrderedFeed<Row> rows = OrderedFeed.of(64);
/// rows.endAfter(height);
/// for (int y = 0; y < height; y++) {
///     int position = y;
///     renderers.execute(() -> rows.put(position, render(position)));   // done in any order
/// }
/// try (var reader = ItemReader.of(rows, 1)) {
///     for (Row row : reader) image.append(row);
/// }
/// ```
///
/// It is read as any source: by an [ItemReader] as an iterator, a stream or a publisher, or by `map`. No more than
/// its capacity of positions, from the one that is read next, has room. Who is too far ahead waits in `put` until the
/// reader has come closer, or is refused by `offer`. The input that is read next always has room: so those who wait
/// wait for the producer of that input, or for the reader, and a producer of several positions must put them in
/// ascending order, or offer.
///
/// It ends when all positions of [#endAfter] were read, or with [#end()]. A position that is missing then surfaces
/// as an [IllegalStateException] after the inputs before it: no input goes missing unseen. When the reader closes, or
/// after a failure, producers that wait are woken, and they and all later ones get an [IllegalStateException].
///
/// Threads: any. Nulls are refused.
///
/// @param <T> the type of the inputs
public sealed interface OrderedFeed<T> extends Source<T> permits OrderedFeedImpl {

    /// A feed that begins with position 0.
    ///
    /// @param capacity how many positions have room, from the one that is read next; at least 1
    /// @param <T> the type of the inputs
    /// @return the feed
    static <T> OrderedFeed<T> of(int capacity) {
        return new OrderedFeedImpl<>(capacity);
    }

    /// Adds an input; waits while it is too far ahead.
    ///
    /// @param position 0 or more, once
    /// @param input not null
    /// @throws InterruptedException while it waited; the input was not added
    /// @throws IllegalArgumentException where the position was put before, or is beyond the end
    void put(long position, T input) throws InterruptedException;

    /// Adds an input unless it is too far ahead now.
    ///
    /// @param position 0 or more, once
    /// @param input not null
    /// @return whether it was added
    /// @throws IllegalArgumentException where the position was put before, or is beyond the end
    boolean offer(long position, T input);

    /// Adds an input; waits while it is too far ahead, but not longer than `limit`.
    ///
    /// @param position 0 or more, once
    /// @param input not null
    /// @param limit how long
    /// @return whether it was added
    /// @throws InterruptedException while it waited; the input was not added
    /// @throws IllegalArgumentException where the position was put before, or is beyond the end
    boolean offer(long position, T input, Duration limit) throws InterruptedException;

    /// Tells how many positions there are, at any time before the end; the feed ends when they were read. To tell
    /// another number is an error.
    ///
    /// @param count 0 or more, and beyond all that was put or waits
    void endAfter(long count);

    /// Ends the feed with a failure, which surfaces after the inputs before the first position that is missing.
    /// After the end this does nothing.
    ///
    /// @param cause thrown to the reader as it is, or as the cause of a `CompletionException` where it is checked
    void fail(Throwable cause);

    /// Says that nothing more is put. Where a position is missing - up to the last one that was put or waits, or up
    /// to the end that was told - the reader is told so. Idempotent.
    void end();
}
