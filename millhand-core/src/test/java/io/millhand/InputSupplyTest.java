package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.spi.ItemReceiver;
import io.millhand.spi.ItemSequence;
import io.millhand.spi.ItemSink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class InputSupplyTest {

    /// A reader that reads its first item at once, and no more. Touched by the thread of the input only, until the
    /// end.
    private static final class Sink implements ItemSink, ItemReceiver.Producer {
        private final List<String> seen = new ArrayList<>();
        private final CountDownLatch finished = new CountDownLatch(1);
        private long emitted;
        private long read;

        @Override
        public boolean emit(@Nullable Object item) {
            seen.add(String.valueOf(item));
            emitted++;
            read = 1;
            return true;
        }

        @Override
        public long credit() {
            return ItemSequence.WINDOW_ITEMS + read - emitted;
        }

        @Override
        public void await(BooleanSupplier done) {
            assertThat(done.getAsBoolean()).as("there is credit").isTrue();
        }

        @Override
        public void wake() {}

        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public void onClose(Listener listener) {}

        @Override
        public long finish(@Nullable Throwable failure) {
            seen.add("end: " + failure);
            finished.countDown();
            return 0;
        }

        @Override
        public void demand(long items, long bytes) {}

        @Override
        public void close(boolean mayInterrupt) {}
    }

    @Test
    void givesASignOfLifeWheneverTheWaitOfTheTaskIsOver() throws InterruptedException {
        var sink = new Sink();
        try (var queue = (TaskQueueImpl) TaskQueue.on(ThreadWorkers.single())) {
            var inlet = (Inlet<Integer>) Source.of(List.of(1, 2, 3, 4));
            new InputSupply<>(queue, inlet).of(() -> sink.seen.add("alive")).begin(sink);
            assertThat(sink.finished.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(sink.seen).containsExactly("alive", "1", "alive", "2", "3", "4", "end: null");
    }
}
