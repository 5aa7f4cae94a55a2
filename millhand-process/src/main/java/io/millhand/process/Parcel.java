package io.millhand.process;

import java.util.List;

/// What was encoded.
///
/// @param bytes all of it but the large arrays
/// @param arrays those, in the order in which the bytes tell of them; those of a task belong to the
///     parcel, those of a result to whoever has returned them
@SuppressWarnings("ArrayRecordComponent") // payloads are handed on, not copied, and never compared
record Parcel(byte[] bytes, List<byte[]> arrays) {

    /// What is smaller goes with the rest, in bytes.
    static final int LEAST_APART = 64 * 1024;

    /// Without large arrays.
    static Parcel of(byte[] bytes) {
        return new Parcel(bytes, List.of());
    }

    /// The same with arrays of its own.
    Parcel copied() {
        return new Parcel(bytes, arrays.stream().map(byte[]::clone).toList());
    }

    /// How many bytes it has together.
    long size() {
        long size = bytes.length;
        for (byte[] array : arrays) {
            size += array.length;
        }
        return size;
    }
}
