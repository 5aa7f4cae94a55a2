package io.millhand.process;

import io.millhand.RemoteTaskException;
import io.millhand.spi.AttemptEnding.Answer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What a child answered: the body of a RETURNED or a THREW frame.
///
/// @param returned which of them
/// @param body the bytes
/// @param loader of the user's code
@SuppressWarnings("ArrayRecordComponent") // payloads are handed on, not copied, and never compared
record EncodedAnswer(boolean returned, byte[] body, ClassLoader loader) implements Answer {

    @Override
    public @Nullable Object decode() throws Throwable {
        if (returned) {
            return decodeValue();
        }
        throw decodeFailure();
    }

    private @Nullable Object decodeValue() {
        try {
            return Codec.decodeAnswer(body, loader);
        } catch (Throwable e) {
            throw new RemoteTaskException(
                    "unknown",
                    "the task returned, but its result cannot be read in this JVM: " + Codec.describe(e),
                    "",
                    e);
        }
    }

    private Throwable decodeFailure() throws IOException {
        var threw = Wire.Threw.decode(body);
        Throwable unreadable = null;
        if (threw.encoded().length > 0) {
            try {
                if (Codec.decodeAnswer(threw.encoded(), loader) instanceof Throwable cause) {
                    return cause;
                }
            } catch (Throwable e) {
                unreadable = e; // its class is not here, or not the same
            }
        }
        var failure = new RemoteTaskException(
                threw.className(), threw.className() + ": " + threw.message(), threw.stack(), unreadable);
        failure.setStackTrace(threw.frames());
        return failure;
    }
}
