package io.millhand.process;

import io.millhand.spi.Payload;

/// A task, encoded.
///
/// @param call the bytes
/// @param loader of the user's code, where answers are decoded
@SuppressWarnings("ArrayRecordComponent") // payloads are handed on, not copied, and never compared
record EncodedCall(byte[] call, ClassLoader loader) implements Payload {

    @Override
    public long bytes() {
        return call.length;
    }
}
