package io.millhand.process;

import io.millhand.spi.Signal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The streams that a child sends now.
final class ItemsOutputs {

    private final FrameChannel channel;
    private final Signal signal;
    private final LongSupplier ceiling;
    private final Set<ItemsOutput> open = ConcurrentHashMap.newKeySet();

    /// Set once, before the first stream.
    private Runnable onOpen = () -> {};

    /// @param signal how a task waits for its reader
    /// @param ceiling how many bytes one item may have; asked when the parent has told
    ItemsOutputs(FrameChannel channel, Signal signal, LongSupplier ceiling) {
        this.channel = channel;
        this.signal = signal;
        this.ceiling = ceiling;
    }

    void onOpen(Runnable action) {
        onOpen = action;
    }

    /// That of an attempt, should it stream.
    ///
    /// @param order the frame with which the attempt came
    ItemsOutput of(Frame order) {
        return new ItemsOutput(new ToParent(order.task(), order.attempt()), signal);
    }

    /// What is held back, the listener sends.
    private final class ToParent implements ItemsOutput.Way {
        private final long task;
        private final int attempt;

        ToParent(long task, int attempt) {
            this.task = task;
            this.attempt = attempt;
        }

        @Override
        public void began(ItemsOutput output) {
            open.add(output);
            onOpen.run();
        }

        @Override
        public void send(byte[] head, byte[] body) {
            channel.send(new Frame(FrameKind.ITEMS, task, attempt, head, body));
        }

        @Override
        public long ceiling() {
            return ceiling.getAsLong();
        }

        /// The answer tells the failure.
        @Override
        public void finished(ItemsOutput output, @Nullable Throwable failure) {
            open.remove(output);
        }

        @Override
        public String what() {
            return "the task";
        }
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
}
