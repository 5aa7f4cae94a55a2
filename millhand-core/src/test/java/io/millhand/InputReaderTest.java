package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millhand.spi.InputReader;
import io.millhand.spi.ItemReceiver;
import io.millhand.spi.Signal;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class InputReaderTest {

    private static final class Deaf implements ItemReceiver.Producer {
        @Override
        public void demand(long items, long bytes) {}

        @Override
        public void close(boolean mayInterrupt) {}
    }

    /// Items that came together; an exception among them is thrown in its place.
    private static final class Batch implements ItemReceiver.Batch {
        private final Queue<Object> left;
        private final int items;

        Batch(Object... items) {
            this.left = new ArrayDeque<>(Arrays.asList(items));
            this.items = items.length;
        }

        @Override
        public int items() {
            return items;
        }

        @Override
        public long bytes() {
            return items;
        }

        @Override
        public boolean hasNext() {
            return !left.isEmpty();
        }

        @Override
        public Object next() throws Throwable {
            var next = left.remove();
            if (next instanceof Throwable e) {
                throw e;
            }
            return next;
        }
    }

    private final InputReader<Object> reader = InputReader.of(Signal.ofMonitor(), () -> {});

    @Test
    void hasNothingAfterAnItemThatCannotBeRead() {
        var unreadable = new IllegalStateException("unreadable");
        reader.begin(new Deaf());
        reader.arrived(new Batch("one"));
        reader.arrived(new Batch(unreadable));
        reader.arrived(new Batch("three"));
        reader.finished(null);
        var items = reader.iterator();
        assertThat(items.next()).isEqualTo("one");
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(items::next)
                    .withCause(unreadable);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(items::hasNext)
                    .withCause(unreadable);
        }
    }

    @Test
    void doesNotEndWellAfterAnItemThatCannotBeRead() {
        var unreadable = new IllegalStateException("unreadable");
        reader.begin(new Deaf());
        reader.arrived(new Batch(unreadable));
        var items = reader.iterator();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(items::next)
                .withCause(unreadable);
        reader.finished(null); // the source has its end later
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(items::hasNext)
                .withCause(unreadable);
    }
}
