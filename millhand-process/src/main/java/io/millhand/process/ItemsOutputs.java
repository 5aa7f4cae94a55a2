package io.millhand.process;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// The streams that a child sends now.
final class ItemsOutputs {

    private final FrameChannel channel;
    private final ChannelLoop loop;
    private final LongSupplier ceiling;
    private final Set<ItemsOutput> open = ConcurrentHashMap.newKeySet();

    /// Set once, before the first stream.
    private Runnable onOpen = () -> {};

    /// @param ceiling how many bytes one item may have; asked when the parent has told
    ItemsOutputs(FrameChannel channel, ChannelLoop loop, LongSupplier ceiling) {
        this.channel = channel;
        this.loop = loop;
        this.ceiling = ceiling;
    }

    void onOpen(Runnable action) {
        onOpen = action;
    }

    void began(ItemsOutput output) {
        open.add(output);
        onOpen.run();
    }

    void ended(ItemsOutput output) {
        open.remove(output);
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /// Listener's thread: sends what waits.
    ///
    /// @return whether something was emitted since the last time
    boolean flushStale() {
        boolean active = false;
        for (var output : open) {
            active |= output.flushStale();
        }
        return active;
    }

    long ceiling() {
        return ceiling.getAsLong();
    }

    void send(Frame frame) {
        channel.send(frame);
    }

    boolean takeTurn(BooleanSupplier done) throws IOException {
        return loop.turnUnlessOther(done);
    }

    void wake() {
        loop.wake();
    }
}
