package io.millhand.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Encodes the items of one stream, several to a frame. One thread at a time.
///
/// ```
/// ITEMS
///   0         4
///   +---------+------------------------+-----
///   | count   | tag  | content         | ...      count times
///   | int     | byte |                 |
///   +---------+------------------------+-----
///   0 null, 1 true, 2 false       -
///   3 Integer, 4 Long, 5 Double   4, 8, 8 bytes
///   6 String of Latin letters     length (int), a byte each
///   7 String                      length (int), two bytes each
///   8 byte[]                      length (int), bytes
///   9 anything else               length (int), JDK serialization, see ItemObjects
/// ```
final class ItemsWriter {

    static final byte NULL = 0;
    static final byte TRUE = 1;
    static final byte FALSE = 2;
    static final byte INT = 3;
    static final byte LONG = 4;
    static final byte DOUBLE = 5;
    static final byte LATIN = 6;
    static final byte TEXT = 7;
    static final byte BYTES = 8;
    static final byte OBJECT = 9;

    /// Larger items go alone.
    private static final int SMALL_BYTES = 16 * 1024;

    private static final int FULL_BYTES = 32 * 1024;
    private static final int FULL_ITEMS = 256;

    private static final int TAG_AND_LENGTH = Byte.BYTES + Integer.BYTES;

    /// What an ITEMS frame says, or the whole of it in `body` alone.
    @SuppressWarnings("ArrayRecordComponent") // payloads are handed on, not copied, and never compared
    record Body(byte[] head, byte[] body) {}

    private final ByteBuffer batch = ByteBuffer.allocate(FULL_BYTES + TAG_AND_LENGTH + SMALL_BYTES);
    private final ItemObjects.Writer objects;
    private final long ceiling;
    private int count;
    private @Nullable Body large;

    /// @param ceiling how many bytes one item may have
    ItemsWriter(long ceiling) {
        this.ceiling = ceiling;
        objects = new ItemObjects.Writer(ceiling);
        batch.position(Integer.BYTES);
    }

    /// Encodes an item as it is at this moment. Runs user code.
    ///
    /// @return how many bytes it has
    long add(@Nullable Object item) throws IOException {
        int before = batch.position();
        switch (item) {
            case null -> batch.put(NULL);
            case Boolean truth -> batch.put(truth ? TRUE : FALSE);
            case Integer number -> batch.put(INT).putInt(number);
            case Long number -> batch.put(LONG).putLong(number);
            case Double number -> batch.put(DOUBLE).putDouble(number);
            case String text -> {
                return addText(text);
            }
            case byte[] bytes -> {
                return addBytes(BYTES, bytes, true);
            }
            default -> {
                return addBytes(OBJECT, objects.encode(item), false);
            }
        }
        count++;
        return batch.position() - (long) before;
    }

    private long addBytes(byte tag, byte[] bytes, boolean mayChange) throws IOException {
        if (bytes.length <= SMALL_BYTES) {
            batch.put(tag).putInt(bytes.length).put(bytes);
            count++;
        } else {
            ensureBelowCeiling(bytes.length);
            goAlone(tag, mayChange ? bytes.clone() : bytes);
        }
        return TAG_AND_LENGTH + (long) bytes.length;
    }

    private long addText(String text) throws IOException {
        boolean latin = isLatin(text);
        long size = latin ? text.length() : 2L * text.length();
        byte tag = latin ? LATIN : TEXT;
        if (size <= SMALL_BYTES) {
            batch.put(tag).putInt((int) size);
            write(text, latin, batch);
            count++;
        } else {
            ensureBelowCeiling(size);
            var bytes = ByteBuffer.allocate((int) size);
            write(text, latin, bytes);
            goAlone(tag, bytes.array());
        }
        return TAG_AND_LENGTH + size;
    }

    private static boolean isLatin(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xFF) {
                return false;
            }
        }
        return true;
    }

    /// Not UTF-8, which has no halves of surrogate pairs.
    private static void write(String text, boolean latin, ByteBuffer to) {
        for (int i = 0; i < text.length(); i++) {
            if (latin) {
                to.put((byte) text.charAt(i));
            } else {
                to.putChar(text.charAt(i));
            }
        }
    }

    private void ensureBelowCeiling(long size) throws IOException {
        if (size > ceiling - TAG_AND_LENGTH - Integer.BYTES) {
            throw new Codec.TooLargeException(ceiling);
        }
    }

    private void goAlone(byte tag, byte[] bytes) {
        var head = ByteBuffer.allocate(Integer.BYTES + TAG_AND_LENGTH)
                .putInt(1)
                .put(tag)
                .putInt(bytes.length);
        large = new Body(head.array(), bytes);
    }

    /// An item that was too large for the batch, and comes after it.
    @Nullable
    Body takeLarge() {
        var taken = large;
        large = null;
        return taken;
    }

    boolean isFull() {
        return count >= FULL_ITEMS || batch.position() >= FULL_BYTES;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /// The items that were added since the last time.
    byte[] takeBatch() {
        batch.putInt(0, count);
        byte[] body = Arrays.copyOf(batch.array(), batch.position());
        batch.position(Integer.BYTES);
        count = 0;
        return body;
    }
}
