package io.millhand.process;

import io.millhand.spi.Assignment;
import io.millhand.spi.Signal;
import io.millhand.spi.WorkerHost;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What an attempt in a child streams, and what it reads, as the parent sees it. Channels' thread only.
///
/// @param child where it runs
/// @param items null where it streams nothing
/// @param input null where it reads nothing
record AttemptStreams(
        Child child, @Nullable RemoteItems items, @Nullable ItemsOutput input) {

    /// The attempt was taken: frames that name it find it in the child from now on.
    ///
    /// @param ceiling how many bytes one item of its input may have
    static AttemptStreams begin(Child child, Assignment assignment, WorkerHost host, long ceiling) {
        var items = RemoteItems.begin(child, assignment, host);
        var supply = assignment.inputs();
        if (supply.isEmpty()) {
            return new AttemptStreams(child, items, null);
        }
        var input = new ItemsOutput(new ToChild(child, assignment, host, ceiling), Signal.ofMonitor());
        supply.get().begin(input);
        return new AttemptStreams(child, items, input);
    }

    /// ITEMS or DEMAND.
    void received(Frame frame) {
        try {
            if (frame.kind() == FrameKind.ITEMS && items != null) {
                items.arrived(frame);
            } else if (frame.kind() == FrameKind.DEMAND && input != null) {
                input.received(frame);
            }
        } catch (ProtocolException e) {
            child.kill("killed since it broke the protocol: " + e.getMessage());
        }
    }

    /// The way of the input of an attempt.
    private record ToChild(Child child, Assignment assignment, WorkerHost host, long ceiling)
            implements ItemsOutput.Way {

        private static final long STALE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

        @Override
        public void send(byte[] head, byte[] body) {
            child.send(new Frame(FrameKind.ITEMS, assignment.taskId(), assignment.attempt(), head, body));
        }

        @Override
        public void holdsBack(ItemsOutput output) {
            var _ = host.backend().schedule(STALE_NANOS, () -> {
                if (output.flushStale()) {
                    holdsBack(output);
                }
            });
        }

        @Override
        public void finished(ItemsOutput output, @Nullable Throwable failure) {
            byte[] body = failure == null ? new byte[0] : EncodedFailure.of(failure, ceiling);
            child.send(new Frame(FrameKind.INPUT_ENDED, assignment.taskId(), assignment.attempt(), body));
        }

        @Override
        public String what() {
            return "the input";
        }
    }
}
