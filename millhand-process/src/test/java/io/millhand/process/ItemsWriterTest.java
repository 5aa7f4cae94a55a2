package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millhand.RemoteTaskException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ItemsWriterTest {

    private static final long CEILING = 1 << 20;

    record Point(int x, int y) implements Serializable {}

    record Holder(@Nullable Object held) implements Serializable {}

    private static EncodedItems.Stream stream(TransferLimits limits) {
        return new EncodedItems.Stream(ItemsWriterTest.class.getClassLoader(), limits, new ItemObjects.Descriptions());
    }

    private static List<@Nullable Object> readAll(byte[] body, EncodedItems.Stream stream) throws Exception {
        var items = new EncodedItems(body, stream);
        var all = new ArrayList<@Nullable Object>();
        while (items.hasNext()) {
            all.add(items.next());
        }
        return all;
    }

    @Test
    void countsTheBytesThatTheReaderCounts() throws Exception {
        var writer = new ItemsWriter(CEILING);
        long bytes = 0;
        for (Object item : Arrays.asList(null, true, 1, 2L, 3.0, "latin", "\u20ac", new byte[7], new Point(1, 2))) {
            bytes += writer.add(item);
        }
        var batch = new EncodedItems(writer.takeBatch(), stream(TransferLimits.defaults()));
        assertThat(batch.items()).isEqualTo(9);
        assertThat(batch.bytes()).isEqualTo(bytes);

        bytes = writer.add("x".repeat(100_000));
        var large = writer.takeLarge();
        assertThat(large).isNotNull();
        assertThat(bytes).isEqualTo(large.head().length + large.body().length - Integer.BYTES);
        assertThat(writer.isEmpty()).isTrue();
    }

    @Test
    void tellsAClassOnceInAStream() throws Exception {
        var writer = new ItemsWriter(CEILING);
        long first = writer.add(new Point(1, 2));
        long second = writer.add(new Point(3, 4));
        assertThat(second).isLessThan(first / 2);
        var stream = stream(TransferLimits.defaults());
        byte[] batch = writer.takeBatch();
        long third = writer.add(new Holder(new Point(5, 6)));
        assertThat(third).isPositive();
        assertThat(readAll(batch, stream)).isEqualTo(List.of(new Point(1, 2), new Point(3, 4)));
        assertThat(readAll(writer.takeBatch(), stream)).isEqualTo(List.of(new Holder(new Point(5, 6))));
    }

    @Test
    void forgetsTheClassesOfWhatCouldNotBeWritten() throws Exception {
        var writer = new ItemsWriter(CEILING);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> writer.add(new Holder(new Object())));
        var _ = writer.add(new Holder(new Point(1, 2)));
        assertThat(readAll(writer.takeBatch(), stream(TransferLimits.defaults())))
                .isEqualTo(List.of(new Holder(new Point(1, 2))));
    }

    @Test
    void refusesWhatTheReaderDoesNotTake() {
        var writer = new ItemsWriter(CEILING);
        assertThatExceptionOfType(Codec.TooLargeException.class).isThrownBy(() -> writer.add(new byte[1 << 21]));
        assertThatExceptionOfType(Codec.TooLargeException.class).isThrownBy(() -> writer.add("x".repeat(1 << 21)));
    }

    @Test
    void holdsEachItemToTheLimitsOfResults() throws Exception {
        var writer = new ItemsWriter(CEILING);
        var _ = writer.add("fine");
        var _ = writer.add(new Holder(new Point(1, 2)));
        var limits = TransferLimits.defaults().allowed(List.of(Holder.class.getName()));
        var items = new EncodedItems(writer.takeBatch(), stream(limits));
        assertThat(items.next()).isEqualTo("fine");
        assertThatExceptionOfType(RemoteTaskException.class)
                .isThrownBy(items::next)
                .withMessageContaining("ItemsWriterTest$Point is not among those that are allowed");
        assertThat(items.hasNext()).isFalse();
    }

    @Test
    void refusesDamagedFrames() {
        var stream = stream(TransferLimits.defaults());
        for (int count : List.of(0, -1, 3, Integer.MAX_VALUE)) {
            byte[] body = ByteBuffer.allocate(6).putInt(count).array();
            assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> new EncodedItems(body, stream));
        }
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> new EncodedItems(new byte[3], stream));
        for (byte[] item : List.of(
                new byte[] {42}, new byte[] {3, 0}, new byte[] {8, 0, 0, 0, 9}, new byte[] {6, -1, -1, -1, -1})) {
            byte[] body =
                    ByteBuffer.allocate(4 + item.length).putInt(1).put(item).array();
            assertThatExceptionOfType(RemoteTaskException.class)
                    .isThrownBy(() -> readAll(body, stream))
                    .withMessageStartingWith("an item cannot be read in this JVM: ");
        }
    }
}
