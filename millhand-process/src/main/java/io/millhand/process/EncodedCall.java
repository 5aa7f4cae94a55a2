package io.millhand.process;

import io.millhand.spi.Payload;

/// A task, encoded.
///
/// @param call the bytes
/// @param loader of the user's code, where answers are decoded
/// @param limits of the answers
@SuppressWarnings("ArrayRecordComponent") // payloads are handed on, not copied, and never compared
record EncodedCall(byte[] call, ClassLoader loader, TransferLimits limits) implements Payload {

    @Override
    public long bytes() {
        return call.length;
    }

    /// The answer to this call.
    ///
    /// @param frame RETURNED or THREW
    EncodedAnswer answeredBy(Frame frame) {
        return new EncodedAnswer(frame.kind() == FrameKind.RETURNED, frame.body(), loader, limits);
    }
}
