package io.millhand.process;

import io.millhand.spi.Payload;
import java.util.List;

/// A task, encoded; or a value that tasks share.
///
/// @param call the bytes
/// @param loader of the user's code, where answers are decoded
/// @param limits of the answers
/// @param shared what must be in the child before
/// @param sites the code that must be there before
@SuppressWarnings("ArrayRecordComponent") // payloads are handed on, not copied, and never compared
record EncodedCall(
        byte[] call, ClassLoader loader, TransferLimits limits, List<SharedLoad> shared, List<LambdaSite> sites)
        implements Payload {

    @Override
    public long bytes() {
        return call.length;
    }

    /// The bytes for another JVM that was told of no code before.
    byte[] withSites() {
        return CompactWriter.withSites(call, sites);
    }

    /// The answer to this call.
    ///
    /// @param frame RETURNED or THREW
    EncodedAnswer answeredBy(Frame frame) {
        return new EncodedAnswer(frame.kind() == FrameKind.RETURNED, frame.body(), loader, limits);
    }
}
