package io.millhand.process;

import io.millhand.NotTransferableException;
import io.millhand.spi.Carrier;
import io.millhand.spi.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;

/// Encodes tasks at submit. Equal ones encode alike, so that what one has encoded runs on the workers of the other.
///
/// @param ceiling of one task, in bytes
/// @param limits of the answers
record ProcessCarrier(long ceiling, TransferLimits limits) implements Carrier {

    @Override
    public Payload encode(Callable<?> call) {
        var choice = new LoaderChoice();
        try {
            byte[] bytes = Codec.encode(call, ceiling, choice::saw);
            return new EncodedCall(bytes, choice.loader(), limits);
        } catch (IOException | RuntimeException | Error e) {
            throw new NotTransferableException(Obstacle.of(call, Obstacle.task(call), e), causeOf(e));
        }
    }

    private static Throwable causeOf(Throwable e) {
        return e instanceof UncheckedIOException && e.getCause() instanceof Codec.TooLargeException tooLarge
                ? tooLarge
                : e;
    }

    /// Cheap: it is asked for each task.
    @Override
    public int hashCode() {
        return Long.hashCode(ceiling);
    }
}
