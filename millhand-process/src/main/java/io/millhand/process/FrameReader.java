package io.millhand.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Turns bytes into frames. One thread at a time.
final class FrameReader {

    /// Identifies a body that arrives in parts.
    private record PartKey(FrameKind kind, long task, int attempt) {}

    /// A sender finishes one body before it begins the next one; this is far beyond what any version did.
    private static final int MOST_INCOMPLETE = 1024;

    private static final int EXCERPT_BYTES = 32;

    private final long ceiling;
    private final FrameListener listener;
    private final Map<PartKey, ByteBuffer> incomplete = new HashMap<>();

    /// What the incomplete bodies will have together, without arrays that wait for their frame.
    private long incompleteBytes;

    /// The arrays of the next frame, as they came.
    private final List<Frame> arrays = new ArrayList<>();

    private long arraysBytes;

    /// @param ceiling how many bytes a body may have, and all incomplete ones together; checked before anything is
    ///     allocated for them
    FrameReader(long ceiling, FrameListener listener) {
        this.ceiling = ceiling;
        this.listener = listener;
    }

    /// One that has read nothing.
    FrameReader another() {
        return new FrameReader(ceiling, listener);
    }

    /// Takes all whole frames out of the buffer and leaves the rest.
    ///
    /// @param bytes ready to be read from
    void read(ByteBuffer bytes) throws IOException {
        while (bytes.remaining() >= Frame.LENGTH_BYTES) {
            int length = bytes.getInt(bytes.position());
            int least = Frame.HEADER_BYTES - Frame.LENGTH_BYTES;
            if (length < least || length > least + Frame.PART_BYTES) {
                throw new ProtocolException("frame length must be " + least + " to " + (least + Frame.PART_BYTES)
                        + ", was " + length + ", in " + excerpt(bytes));
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
            whole(new Frame(kind, task, attempt, body));
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
                whole(new Frame(key.kind(), key.task(), key.attempt(), body));
                return;
            }
            if (size < Integer.BYTES) {
                throw new ProtocolException(
                        "first part of " + key + " must hold the length of the body, had " + size + " bytes");
            }
            int total = bytes.getInt();
            left -= Integer.BYTES;
            ensureBelowCeiling(key.kind(), total);
            ensureRoom(total);
            whole = ByteBuffer.allocate(total);
            incomplete.put(key, whole);
            incompleteBytes += total;
        }
        if (left > whole.remaining() || (!more && left < whole.remaining())) {
            throw new ProtocolException("parts of " + key + " must add up to " + whole.capacity() + " bytes, had "
                    + (whole.position() + left));
        }
        whole.put(bytes.slice(bytes.position(), left));
        bytes.position(bytes.position() + left);
        if (!more) {
            incomplete.remove(key);
            incompleteBytes -= whole.capacity();
            whole(new Frame(key.kind(), key.task(), key.attempt(), whole.array()));
        }
    }

    private void whole(Frame frame) throws IOException {
        if (!arrays.isEmpty()) {
            ensureSameAttempt(arrays.getFirst(), frame);
        }
        if (frame.kind() == FrameKind.ARRAY) {
            int length = frame.body().length;
            if (length < Parcel.LEAST_APART) {
                throw new ProtocolException(
                        "an array of a frame must have at least " + Parcel.LEAST_APART + " bytes, had " + length);
            }
            ensureRoom(length);
            arraysBytes += length;
            arrays.add(frame);
        } else if (arrays.isEmpty()) {
            listener.received(frame);
        } else {
            var parcel =
                    new Parcel(frame.body(), arrays.stream().map(Frame::body).toList());
            arrays.clear();
            arraysBytes = 0;
            listener.received(Frame.of(frame.kind(), frame.task(), frame.attempt(), parcel));
        }
    }

    private static void ensureSameAttempt(Frame array, Frame next) throws ProtocolException {
        if (array.task() != next.task() || array.attempt() != next.attempt()) {
            throw new ProtocolException(
                    "after an array must come the frame that it belongs to, came " + next + " after " + array);
        }
    }

    /// Whether there is room for one more.
    private void ensureRoom(int total) throws ProtocolException {
        long bytes = incompleteBytes + arraysBytes + total;
        if (bytes > ceiling || incomplete.size() == MOST_INCOMPLETE) {
            throw new ProtocolException(
                    "incomplete bodies and arrays must be at most " + MOST_INCOMPLETE + " and have at most " + ceiling
                            + " bytes together, were " + (incomplete.size() + 1) + " with " + bytes + " bytes");
        }
    }

    /// What comes next, for human eyes: somebody may have printed into the channel.
    private static String excerpt(ByteBuffer bytes) {
        var text = new StringBuilder("\"");
        int end = Math.min(bytes.limit(), bytes.position() + EXCERPT_BYTES);
        for (int i = bytes.position(); i < end; i++) {
            int value = bytes.get(i) & 0xFF;
            boolean readable = value >= ' ' && value <= '~' && value != '\\';
            text.append(readable ? Character.toString(value) : "\\x%02x".formatted(value));
        }
        return text.append(end < bytes.limit() ? "...\"" : "\"").toString();
    }

    private void ensureBelowCeiling(FrameKind kind, int size) throws ProtocolException {
        if (size < 0 || size > ceiling) {
            throw new ProtocolException("body of " + kind + " must have at most " + ceiling + " bytes, had " + size);
        }
    }
}
