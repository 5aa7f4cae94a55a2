package io.millhand.process;

import io.millhand.NotTransferableException;
import io.millhand.spi.Carrier;
import io.millhand.spi.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;

/// Encodes tasks at submit.
final class ProcessCarrier implements Carrier {

    private final long ceiling;
    private final TransferLimits limits;

    /// @param ceiling of one task, in bytes
    /// @param limits of the answers
    ProcessCarrier(long ceiling, TransferLimits limits) {
        this.ceiling = ceiling;
        this.limits = limits;
    }

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
}
