package io.millhand.process;

import io.millhand.RemoteTaskException;
import io.millhand.spi.ItemReceiver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What an ITEMS frame says, decoded item by item where it is read; drawn in [ItemsWriter].
final class EncodedItems implements ItemReceiver.Batch {

    /// Who decodes a stream.
    ///
    /// @param loader of the user's code
    /// @param limits of each item
    /// @param descriptions reader only
    record Stream(ClassLoader loader, TransferLimits limits, ItemObjects.Descriptions descriptions) {}

    private final Stream stream;
    private final ByteBuffer body;
    private final int items;
    private final int bytes;
    private int left;

    /// @throws ProtocolException for no honest number of items
    EncodedItems(byte[] body, Stream stream) throws ProtocolException {
        this.stream = stream;
        this.body = ByteBuffer.wrap(body);
        bytes = body.length - Integer.BYTES;
        items = bytes < 0 ? 0 : this.body.getInt();
        if (items < 1 || items > bytes) {
            throw new ProtocolException(
                    "a frame of items must have 1 item to one a byte, had " + items + " in " + body.length + " bytes");
        }
        left = items;
    }

    @Override
    public int items() {
        return items;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public boolean hasNext() {
        return left > 0;
    }

    /// Whatever reading throws becomes the failure of the stream, as with an answer.
    @Override
    public @Nullable Object next() throws RemoteTaskException {
        left--;
        try {
            return read();
        } catch (IOException e) {
            throw unreadable(String.valueOf(e.getMessage()), e);
        } catch (Throwable e) {
            throw unreadable(Codec.describe(e), e);
        }
    }

    private RemoteTaskException unreadable(String reason, Throwable cause) {
        left = 0;
        return new RemoteTaskException(
                "unknown", "an item cannot be read in this JVM: " + reason, "", EncodedAnswer.harmless(cause));
    }

    private @Nullable Object read() throws IOException {
        byte tag = body.get();
        return switch (tag) {
            case ItemsWriter.NULL -> null;
            case ItemsWriter.TRUE -> true;
            case ItemsWriter.FALSE -> false;
            case ItemsWriter.INT -> body.getInt();
            case ItemsWriter.LONG -> body.getLong();
            case ItemsWriter.DOUBLE -> body.getDouble();
            case ItemsWriter.LATIN -> latin();
            case ItemsWriter.TEXT -> text();
            case ItemsWriter.BYTES -> bytesOf(part());
            case ItemsWriter.OBJECT -> Codec.decodeItem(bytesOf(part()), stream);
            default -> throw new IOException("the tag of an item must be 0 to 9, was " + tag);
        };
    }

    private ByteBuffer part() throws IOException {
        int length = body.getInt();
        if (length < 0 || length > body.remaining()) {
            throw new IOException("an item must have 0 to " + body.remaining() + " bytes, had " + length);
        }
        var part = body.slice(body.position(), length);
        body.position(body.position() + length);
        return part;
    }

    private static byte[] bytesOf(ByteBuffer part) {
        var bytes = new byte[part.remaining()];
        part.get(bytes);
        return bytes;
    }

    private String latin() throws IOException {
        var part = part();
        return new String(part.array(), part.arrayOffset(), part.remaining(), StandardCharsets.ISO_8859_1);
    }

    private String text() throws IOException {
        return part().asCharBuffer().toString();
    }
}
