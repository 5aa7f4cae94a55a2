package io.millhand.process;

import io.millhand.spi.Payload;
import java.util.List;

/// A task, encoded; or a value that tasks share.
///
/// @param call the task itself
/// @param loader of the user's code, where answers are decoded
/// @param limits of the answers
/// @param shared what must be in the child before
/// @param sites the code that must be there before
record EncodedCall(
        Parcel call, ClassLoader loader, TransferLimits limits, List<SharedLoad> shared, List<LambdaSite> sites)
        implements Payload {

    @Override
    public long bytes() {
        return call.size();
    }

    /// The bytes for another JVM that was told of no code before.
    byte[] whole() {
        return CompactWriter.whole(call, sites);
    }

    /// The answer to this call.
    ///
    /// @param frame RETURNED or THREW
    EncodedAnswer answeredBy(Frame frame) {
        return new EncodedAnswer(frame.kind() == FrameKind.RETURNED, frame.parcel(), loader, limits);
    }
}
