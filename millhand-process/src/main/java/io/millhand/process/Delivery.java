package io.millhand.process;

import io.millhand.spi.Backend;
import io.millhand.spi.BroadcastEnding;
import io.millhand.spi.EncodedBroadcast;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One broadcast on its way to one child.
final class Delivery {

    /// Unique in its pool, from 1, in the order of the broadcasts.
    final long number;

    final EncodedBroadcast broadcast;

    /// Completes once, by an answer, the death of the child, or the end of the queue.
    final CompletableFuture<BroadcastEnding> ending = new CompletableFuture<>();

    // The rest is guarded by the monitor of the child's Turns.

    long sentNanos;

    /// Its answer is here, and told when its output is.
    boolean answered;

    /// Its limit has run out: the child is about to be killed.
    boolean expired;

    /// Where it stood just before that.
    String stack = "";

    /// Ends it at its limit.
    Backend.@Nullable Timer limit;

    Delivery(long number, EncodedBroadcast broadcast) {
        this.number = number;
        this.broadcast = broadcast;
    }

    EncodedCall call() {
        return (EncodedCall) broadcast.payload();
    }

    /// What attempts have, as a broadcast has it in frames: its number, and 0.
    Frame frame(FrameKind kind) {
        return Frame.of(kind, number, 0);
    }

    boolean isMeantBy(Frame frame) {
        return frame.task() == number;
    }
}
