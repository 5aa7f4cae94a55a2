package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FrameReaderTest {

    private static final int CEILING = 1_000_000;
    private static final byte STARTED = FrameKind.STARTED.code();
    private static final byte RETURNED = FrameKind.RETURNED.code();
    private static final byte RETURNED_PART = (byte) (RETURNED | Frame.PART_FLAG);

    private static final byte ARRAY = FrameKind.ARRAY.code();
    private static final byte ARRAY_PART = (byte) (ARRAY | Frame.PART_FLAG);

    private final List<Frame> received = new ArrayList<>();

    private final FrameReader reader = new FrameReader(CEILING, new FrameListener() {
        @Override
        public void received(Frame frame) {
            received.add(frame);
        }

        @Override
        public void ended(@Nullable IOException cause) {}
    });

    @Test
    void readsFramesThatArriveByteByByte() throws IOException {
        var bytes = ByteBuffer.allocate(200);
        put(bytes, STARTED, 1, 7, new byte[0]);
        put(bytes, RETURNED, 2, 8, new byte[] {1, 2, 3});
        bytes.flip();
        var arriving = ByteBuffer.allocate(200);

        while (bytes.hasRemaining()) {
            arriving.put(bytes.get()).flip();
            reader.read(arriving);
            arriving.compact();
        }

        assertThat(received).hasSize(2);
        assertThat(received.get(0).kind()).isEqualTo(FrameKind.STARTED);
        assertThat(received.get(0).task()).isEqualTo(7);
        assertThat(received.get(1).attempt()).isEqualTo(2);
        assertThat(received.get(1).body()).containsExactly(1, 2, 3);
    }

    @Test
    void putsPartsTogetherWithOtherFramesInBetween() throws IOException {
        read(RETURNED_PART, 1, 7, new byte[] {0, 0, 0, 5, 1, 2});
        read(STARTED, 1, 9, new byte[0]);
        read(RETURNED_PART, 1, 7, new byte[] {3});
        read(RETURNED, 1, 9, new byte[] {42});
        read(RETURNED, 1, 7, new byte[] {4, 5});

        assertThat(received).extracting(Frame::task).containsExactly(9L, 9L, 7L);
        assertThat(received.get(2).body()).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void refusesALengthThatNoFrameHas() {
        assertThatThrownBy(() -> reader.read(ByteBuffer.allocate(4).putInt(12).flip()))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("frame length must be 13 to 262140, was 12, in \"\\x00\\x00\\x00\\x0c\"");
        assertThatThrownBy(() -> reader.read(ByteBuffer.allocate(4).putInt(-1).flip()))
                .isInstanceOf(ProtocolException.class);
        assertThatThrownBy(
                        () -> reader.read(ByteBuffer.allocate(4).putInt(262_141).flip()))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesAKindThatDoesNotExist() {
        assertThatThrownBy(() -> read((byte) 99, 1, 1, new byte[0]))
                .isInstanceOf(ProtocolException.class)
                .hasMessageEndingWith(", was 99");
        assertThatThrownBy(() -> read((byte) 0, 1, 1, new byte[0])).isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesAWholeAboveTheCeilingBeforeItIsAllocated() {
        var announced = ByteBuffer.allocate(4).putInt(CEILING + 1).array();

        assertThatThrownBy(() -> read(RETURNED_PART, 1, 7, announced))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("body of RETURNED must have at most 1000000 bytes, had 1000001");
        assertThatThrownBy(() -> read(RETURNED_PART, 1, 7, new byte[] {-1, -1, -1, -1}))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesPartsThatDoNotAddUp() throws IOException {
        read(RETURNED_PART, 1, 7, new byte[] {0, 0, 0, 3, 1});

        assertThatThrownBy(() -> read(RETURNED, 1, 7, new byte[] {2}))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("must add up to 3 bytes, had 2");
        assertThatThrownBy(() -> read(RETURNED, 1, 7, new byte[] {2, 3, 4})).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> read(RETURNED_PART, 1, 8, new byte[] {0, 0})).isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesIncompleteBodiesThatAreTogetherAboveTheCeiling() throws IOException {
        var half = ByteBuffer.allocate(4).putInt(CEILING / 2).array();
        read(RETURNED_PART, 1, 7, half);
        read(RETURNED_PART, 1, 8, half);

        assertThatThrownBy(() -> read(RETURNED_PART, 1, 9, new byte[] {0, 0, 0, 1}))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("incomplete bodies and arrays must be at most 1024 and have at most 1000000 bytes together,"
                        + " were 3 with 1000001 bytes");
    }

    @Test
    void refusesMoreIncompleteBodiesThanAnybodySends() throws IOException {
        for (int task = 0; task < 1024; task++) {
            read(RETURNED_PART, 1, task, new byte[4]);
        }

        assertThatThrownBy(() -> read(RETURNED_PART, 1, 1024, new byte[4]))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("were 1025 with 0 bytes");
    }

    @Test
    void takesAsMuchAgainWhenABodyIsComplete() throws IOException {
        byte[] first = ByteBuffer.allocate(CEILING / 4 + 4).putInt(CEILING / 4).array();
        for (int task = 0; task < 10; task++) {
            read(RETURNED_PART, 1, task, first);
            read(RETURNED, 1, task, new byte[0]);
        }

        assertThat(received).hasSize(10);
    }

    @Test
    void showsWhatWasPrintedIntoTheChannel() {
        var bytes =
                StandardCharsets.UTF_8.encode("Exception in thread \\ \"main\" \n java.lang.Error: too long a story");

        assertThatThrownBy(() -> reader.read(bytes))
                .isInstanceOf(ProtocolException.class)
                .hasMessageEndingWith("was 1165517669, in \"Exception in thread \\x5c \"main\" \\x0a j...\"");
    }

    @Test
    void takesAnEmptyBodyAndWaitsForTheRestOfAFrame() throws IOException {
        read(STARTED, 1, 7, new byte[0]);
        var beginning = ByteBuffer.allocate(20).putInt(20).put(STARTED).flip();

        reader.read(beginning);

        assertThat(received).hasSize(1);
        assertThat(beginning.remaining()).isEqualTo(5);
    }

    private void read(byte code, int attempt, long task, byte[] body) throws IOException {
        var bytes = ByteBuffer.allocate(Frame.HEADER_BYTES + body.length);
        put(bytes, code, attempt, task, body);
        reader.read(bytes.flip());
    }

    private static void put(ByteBuffer to, byte code, int attempt, long task, byte[] body) {
        to.putInt(Frame.HEADER_BYTES - Frame.LENGTH_BYTES + body.length)
                .put(code)
                .putInt(attempt)
                .putLong(task)
                .put(body);
    }

    @Test
    void givesAFrameTheArraysThatCameBeforeIt() throws IOException {
        byte[] small = new byte[Parcel.LEAST_APART];
        byte[] large = new byte[Parcel.LEAST_APART + 1];
        read(ARRAY, 1, 7, small);
        read(ARRAY_PART, 1, 7, ByteBuffer.allocate(4).putInt(large.length).array());
        read(ARRAY, 1, 7, large);
        read(RETURNED, 1, 7, new byte[] {5});
        read(RETURNED, 1, 7, new byte[] {6});

        assertThat(received).hasSize(2);
        assertThat(received.getFirst().body()).containsExactly(5);
        assertThat(received.getFirst().arrays()).containsExactly(small, large);
        assertThat(received.getLast().arrays()).isEmpty();
    }

    @Test
    void refusesArraysWithoutTheirFrame() throws IOException {
        read(ARRAY, 1, 7, new byte[Parcel.LEAST_APART]);

        assertThatThrownBy(() -> read(RETURNED, 1, 8, new byte[0]))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("after an array must come the frame that it belongs to,"
                        + " came RETURNED of attempt 1 of task 8, 0 bytes"
                        + " after ARRAY of attempt 1 of task 7, 65536 bytes");
    }

    @Test
    void refusesSmallArraysAndMoreThanTheCeiling() throws IOException {
        assertThatThrownBy(() -> read(ARRAY, 1, 7, new byte[65_535]))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("an array of a frame must have at least 65536 bytes, had 65535");
        byte[] quarter = new byte[CEILING / 4];
        for (int i = 0; i < 4; i++) {
            read(ARRAY, 1, 7, quarter);
        }

        assertThatThrownBy(() -> read(ARRAY, 1, 7, quarter))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("must be at most 1024 and have at most 1000000 bytes together");
        read(RETURNED, 1, 7, new byte[0]);
        assertThat(received.getLast().arrays()).hasSize(4);
    }
}
