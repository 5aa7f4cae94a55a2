package io.millhand.process;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// One message between parent and child.
///
/// ```
///   0         4      5           9             17
///   +---------+------+-----------+-------------+---------
///   | length  | kind | attempt   | task        | body ...
///   | int     | byte | int       | long        |
///   +---------+------+-----------+-------------+---------
///   length: of what follows it, 13 + the bytes of the body; big-endian, as all numbers
///   kind:   bit 7 set: a part; the body goes on in the next frame of this kind, task and attempt
/// ```
///
/// A body of more than [#PART_BYTES] goes in parts, each a frame of its own, so that frames of other attempts can pass
/// in between; the first part begins with the length of the whole body (int). Frames that belong to no attempt have
/// task 0 and attempt 0.
///
/// @param kind what it says
/// @param task the id of the task, or 0
/// @param attempt the number of the attempt, or 0
/// @param head goes before the body, so that a large body need not be copied to get one; empty on arrival
/// @param body owned by the frame
/// @param arrays that belong to the body; each travels before the frame in an ARRAY frame of its own, and need not be
///     copied into the body and out of it
@SuppressWarnings("ArrayRecordComponent") // payloads are handed on, not copied, and never compared
record Frame(FrameKind kind, long task, int attempt, byte[] head, byte[] body, List<byte[]> arrays) {

    static final int LENGTH_BYTES = Integer.BYTES;
    static final int HEADER_BYTES = LENGTH_BYTES + Byte.BYTES + Integer.BYTES + Long.BYTES;
    static final int PART_BYTES = 256 * 1024 - HEADER_BYTES;
    static final int PART_FLAG = 0x80;

    /// First on the connection, before frames: the magic number, the version of the protocol, the token.
    static final int MAGIC = 0x4D696C6C; // "Mill"

    static final short VERSION = 1;
    static final int TOKEN_BYTES = 16;
    static final int PREAMBLE_BYTES = Integer.BYTES + Short.BYTES + TOKEN_BYTES;

    private static final byte[] EMPTY = {};

    Frame(FrameKind kind, long task, int attempt, byte[] head, byte[] body) {
        this(kind, task, attempt, head, body, List.of());
    }

    Frame(FrameKind kind, long task, int attempt, byte[] body) {
        this(kind, task, attempt, EMPTY, body);
    }

    Frame(FrameKind kind, long task, int attempt, byte[] head, Parcel parcel) {
        this(kind, task, attempt, head, parcel.bytes(), parcel.arrays());
    }

    static Frame of(FrameKind kind, long task, int attempt, Parcel parcel) {
        return new Frame(kind, task, attempt, EMPTY, parcel);
    }

    static Frame of(FrameKind kind) {
        return new Frame(kind, 0, 0, EMPTY);
    }

    static Frame of(FrameKind kind, long task, int attempt) {
        return new Frame(kind, task, attempt, EMPTY);
    }

    /// The same frame with head and body in one.
    Frame joined() {
        byte[] joined = Arrays.copyOf(head, Math.addExact(head.length, body.length));
        System.arraycopy(body, 0, joined, head.length, body.length);
        return new Frame(kind, task, attempt, joined);
    }

    /// What it carries, but for the head.
    Parcel parcel() {
        return new Parcel(body, arrays);
    }

    /// Puts a frame that is no part, which is small.
    void writeTo(ByteBuffer to) {
        putHeader(to, kind.code(), (int) size());
        to.put(head).put(body);
    }

    /// @param code of the kind, and whether it is a part
    void putHeader(ByteBuffer to, byte code, int bodyBytes) {
        to.putInt(HEADER_BYTES - LENGTH_BYTES + bodyBytes);
        to.put(code);
        to.putInt(attempt);
        to.putLong(task);
    }

    /// In bytes, without the header and without arrays.
    long size() {
        return (long) head.length + body.length;
    }

    @Override
    public String toString() {
        return kind + " of attempt " + attempt + " of task " + task + ", " + size() + " bytes";
    }
}
