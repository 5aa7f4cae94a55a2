package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.NotTransferableException;
import io.millhand.SerializableCallable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BoundedBytesTest {

    @Test
    void keepsWhatItIsGivenInPiecesOfAllSizes() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var expected = new ByteArrayOutputStream();
        var bytes = new BoundedBytes(100_000_000);
        for (int i = 0; i < 300; i++) {
            var piece = new byte[random.nextInt(i % 10 == 0 ? 300_000 : 300)];
            random.nextBytes(piece);
            expected.write(piece, 0, piece.length);
            bytes.write(piece, 0, piece.length);
            expected.write(i);
            bytes.write(i);
        }

        assertThat(bytes.size()).as("seed %d", seed).isEqualTo(expected.size());
        assertThat(bytes.toByteArray()).as("seed %d", seed).isEqualTo(expected.toByteArray());
    }

    @Test
    void takesExactlyItsCeiling() {
        var bytes = new BoundedBytes(3);
        bytes.write(new byte[3], 0, 3);

        assertThat(bytes.toByteArray()).hasSize(3);
        assertThatThrownBy(() -> bytes.write(1))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(Codec.TooLargeException.class);
    }

    /// Writes more than two gigabytes, a piece at a time, and counts how much it got rid of.
    private static final class Endless implements Serializable {
        private static final long serialVersionUID = 1;
        private static final AtomicLong WRITTEN = new AtomicLong();

        private void writeObject(ObjectOutputStream out) throws IOException {
            var piece = new byte[1 << 16];
            for (long i = 0; i < 2_200_000_000L; i += piece.length) {
                out.write(piece);
                WRITTEN.addAndGet(piece.length);
            }
        }
    }

    @Test
    void refusesTwoGigabytesAsSoonAsTheCeilingIsReached() {
        var endless = new Endless();
        SerializableCallable<Integer> call = () -> endless.hashCode();

        assertThatThrownBy(() -> new ProcessCarrier(5_000_000, TransferLimits.defaults()).encode(call))
                .isInstanceOf(NotTransferableException.class)
                .hasMessage("a task of io.millhand.process.BoundedBytesTest cannot travel: encoded, it has more than"
                        + " the 5000000 bytes that the receiver takes");
        assertThat(Endless.WRITTEN.get()).isLessThan(6_000_000);
    }

    private static final class Swallowing implements Serializable {
        private static final long serialVersionUID = 1;

        private void writeObject(ObjectOutputStream out) {
            try {
                out.write(new byte[10_000]);
            } catch (IOException | RuntimeException _) {
                // as if nothing had been
            }
        }
    }

    @Test
    void staysTooLargeWhereUserCodeSwallowsThat() {
        var swallowing = new Swallowing();
        SerializableCallable<Integer> call = () -> swallowing.hashCode();

        assertThatThrownBy(() -> new ProcessCarrier(5_000, TransferLimits.defaults()).encode(call))
                .isInstanceOf(NotTransferableException.class)
                .hasMessageContaining("more than the 5000 bytes");
    }
}
