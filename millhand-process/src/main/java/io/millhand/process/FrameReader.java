package io.millhand.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/// Turns bytes into frames. One thread at a time.
final class FrameReader {

    /// Identifies a body that arrives in parts.
    private record PartKey(FrameKind kind, long task, int attempt) {}

    private final long ceiling;
    private final FrameListener listener;
    private final Map<PartKey, ByteBuffer> incomplete = new HashMap<>();

    /// @param ceiling how many bytes a body may have; checked before anything is allocated for it
    FrameReader(long ceiling, FrameListener listener) {
        this.ceiling = ceiling;
        this.listener = listener;
    }

    /// Takes all whole frames out of the buffer and leaves the rest.
    ///
    /// @param bytes ready to be read from
    void read(ByteBuffer bytes) throws IOException {
        while (bytes.remaining() >= Frame.LENGTH_BYTES) {
            int length = bytes.getInt(bytes.position());
            int least = Frame.HEADER_BYTES - Frame.LENGTH_BYTES;
            if (length < least || length > least + Frame.PART_BYTES) {
                throw new ProtocolException(
                        "frame length must be " + least + " to " + (least + Frame.PART_BYTES) + ", was " + length);
            }
            if (bytes.remaining() < Frame.LENGTH_BYTES + length) {
                return;
            }
            bytes.getInt();
            int code = bytes.get() & 0xFF;
            int attempt = bytes.getInt();
            long task = bytes.getLong();
            accept(code, task, attempt, bytes, length - least);
        }
    }

    private void accept(int code, long task, int attempt, ByteBuffer bytes, int size) throws IOException {
        var kind = FrameKind.of(code & ~Frame.PART_FLAG);
        boolean more = (code & Frame.PART_FLAG) != 0;
        if (!more && incomplete.isEmpty()) {
            ensureBelowCeiling(kind, size);
            var body = new byte[size];
            bytes.get(body);
            listener.received(new Frame(kind, task, attempt, body));
            return;
        }
        acceptPart(new PartKey(kind, task, attempt), more, bytes, size);
    }

    private void acceptPart(PartKey key, boolean more, ByteBuffer bytes, int size) throws IOException {
        var whole = incomplete.get(key);
        int left = size;
        if (whole == null) {
            if (!more) {
                var body = new byte[size];
                bytes.get(body);
                listener.received(new Frame(key.kind(), key.task(), key.attempt(), body));
                return;
            }
            if (size < Integer.BYTES) {
                throw new ProtocolException(
                        "first part of " + key + " must hold the length of the body, had " + size + " bytes");
            }
            int total = bytes.getInt();
            left -= Integer.BYTES;
            ensureBelowCeiling(key.kind(), total);
            whole = ByteBuffer.allocate(total);
            incomplete.put(key, whole);
        }
        if (left > whole.remaining() || (!more && left < whole.remaining())) {
            throw new ProtocolException("parts of " + key + " must add up to " + whole.capacity() + " bytes, had "
                    + (whole.position() + left));
        }
        whole.put(bytes.slice(bytes.position(), left));
        bytes.position(bytes.position() + left);
        if (!more) {
            incomplete.remove(key);
            listener.received(new Frame(key.kind(), key.task(), key.attempt(), whole.array()));
        }
    }

    private void ensureBelowCeiling(FrameKind kind, int size) throws ProtocolException {
        if (size < 0 || size > ceiling) {
            throw new ProtocolException("body of " + kind + " must have at most " + ceiling + " bytes, had " + size);
        }
    }
}
