package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.spi.Signal;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ItemsOutputTest {

    private static final int ROUNDS = 10;

    /// Has no time of its own: who is asked to look later is kept until then.
    private static final class Way implements ItemsOutput.Way {

        private final Queue<ItemsOutput> looks = new ArrayDeque<>();
        private int sent;

        @Override
        public void send(byte[] head, byte[] body) {
            sent++;
        }

        @Override
        public long ceiling() {
            return 1 << 20;
        }

        @Override
        public void holdsBack(ItemsOutput output) {
            looks.add(output);
        }

        @Override
        public void finished(ItemsOutput output, @Nullable Throwable failure) {}

        @Override
        public String what() {
            return "the test";
        }

        /// The moment has come to look, for one of those who asked for it.
        void look() {
            var output = looks.remove();
            if (output.flushStale()) {
                holdsBack(output);
            }
        }
    }

    private final Way way = new Way();
    private final ItemsOutput output = new ItemsOutput(way, Signal.ofMonitor());

    @Test
    void asksOnceForALookHoweverLongItGoesOn() throws InterruptedException {
        output.demand(1_000, 1 << 20);
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(output.emit(round)).isTrue();
            assertThat(way.looks).as("round %d", round).hasSize(1);
            way.look();
        }
        way.look();
        assertThat(way.looks).as("nothing was emitted").isEmpty();
        assertThat(way.sent).isPositive();
    }

    @Test
    void asksOnceForALookHoweverOftenItsCreditRanOut() throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            output.demand(round + 1, 1 << 20);
            assertThat(output.emit(round)).isTrue();
            output.wake();
        }
        assertThat(way.looks).hasSize(1);
        assertThat(way.sent).as("sent without a look").isEqualTo(ROUNDS);
    }

    @Test
    void asksAnewForALookWhenItGoesOnAfterAPause() throws InterruptedException {
        output.demand(1_000, 1 << 20);
        assertThat(output.emit(1)).isTrue();
        way.look();
        way.look();
        assertThat(way.looks).isEmpty();
        assertThat(output.emit(2)).isTrue();
        assertThat(way.looks).hasSize(1);
        int before = way.sent;
        way.look();
        assertThat(output.emit(3)).isTrue();
        way.look();
        assertThat(way.sent).as("nothing is held back").isGreaterThanOrEqualTo(before);
        assertThat(output.finish(null)).isEqualTo(3);
    }
}
