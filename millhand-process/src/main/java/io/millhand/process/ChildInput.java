package io.millhand.process;

import io.millhand.spi.InputReader;
import io.millhand.spi.ItemReceiver;
import io.millhand.spi.Signal;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The input of an attempt in a child: demand goes to the parent, items come.
final class ChildInput implements ItemReceiver.Producer {

    /// Of items, which the parent has sent within its own ceiling.
    private static final TransferLimits LIMITS = TransferLimits.defaults().bytes(1 << 30);

    private final FrameChannel channel;
    private final RunningAttempt attempt;
    private final InputReader<@Nullable Object> reader;
    private final EncodedItems.Stream stream;

    /// @param loader of the user's code
    ChildInput(FrameChannel channel, RunningAttempt attempt, Signal signal, ClassLoader loader) {
        this.channel = channel;
        this.attempt = attempt;
        reader = InputReader.of(signal, attempt::alive);
        stream = new EncodedItems.Stream(loader, LIMITS, new ItemObjects.Descriptions());
        reader.begin(this);
    }

    InputReader<@Nullable Object> reader() {
        return reader;
    }

    /// ITEMS or INPUT_ENDED.
    void received(Frame frame) throws ProtocolException {
        if (frame.kind() == FrameKind.ITEMS) {
            reader.arrived(new EncodedItems(frame.body(), stream));
        } else {
            reader.finished(failureIn(frame.body()));
        }
    }

    /// Decoding it is for the task's own thread.
    private @Nullable Supplier<Throwable> failureIn(byte[] body) {
        return body.length == 0
                ? null
                : () -> new EncodedAnswer(false, body, stream.loader(), stream.limits()).decodeFailure();
    }

    @Override
    public void demand(long items, long bytes) {
        var body = ByteBuffer.allocate(2 * Long.BYTES).putLong(items).putLong(bytes);
        channel.send(new Frame(FrameKind.DEMAND, attempt.taskId(), attempt.attempt(), body.array()));
    }

    /// The parent learns it of the end of the attempt.
    @Override
    public void close(boolean mayInterrupt) {}
}
