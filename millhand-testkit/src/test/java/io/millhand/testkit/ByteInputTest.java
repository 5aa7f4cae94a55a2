package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.millhand.ItemReader;
import io.millhand.Source;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Bytes of a publisher, read as a stream.
@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ByteInputTest {

    private final HandPublisher<ByteBuffer> publisher = new HandPublisher<>();
    private final InputStream input = ItemReader.inputStream(Source.of(publisher), 4);

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    @Test
    @Guarantee("5.20.4")
    void readsAllBytesToTheEndAndAnswersTheEndAgainAndAgain() throws IOException {
        publisher.send(bytes("one"), bytes(""), bytes("two"));
        publisher.complete();
        assertThat(input.readAllBytes()).asString(UTF_8).isEqualTo("onetwo");
        assertThat(input.read()).isEqualTo(-1);
        assertThat(input.read(new byte[3])).isEqualTo(-1);
        assertThat(input.available()).isZero();
    }

    @Test
    @Guarantee("5.20.4")
    void aBulkReadTakesWhatIsThereAndWaitsForNoMore() throws IOException {
        publisher.send(bytes("ab"), bytes("cd"), bytes("efg"));
        var into = new byte[9];
        assertThat(input.read(into, 1, 6)).isEqualTo(6);
        assertThat(into).asString(UTF_8).isEqualTo("\0abcdef\0\0");
        assertThat(input.available()).isEqualTo(1);
        assertThat(input.read(into, 0, 9)).isEqualTo(1);
        assertThat(into[0]).isEqualTo((byte) 'g');
        assertThat(input.available()).isZero();
        assertThat(input.read(into, 0, 0)).isZero();
    }

    @Test
    @Guarantee("5.20.4")
    void aByteIsReadUnsigned() throws IOException {
        publisher.send(ByteBuffer.wrap(new byte[] {-1, 127}));
        assertThat(input.read()).isEqualTo(255);
        assertThat(input.read()).isEqualTo(127);
    }

    @Test
    @Guarantee("5.20.4")
    void leavesThePositionsOfTheBuffersAlone() throws IOException {
        var shared = bytes("shared").position(2).limit(5);
        publisher.send(shared, shared.asReadOnlyBuffer());
        assertThat(input.readNBytes(6)).asString(UTF_8).isEqualTo("areare");
        assertThat(shared.position()).isEqualTo(2);
    }

    @Test
    @Guarantee("5.20.4")
    void asksForNoMoreBuffersThanTheWindow() throws IOException {
        assertThat(publisher.requested()).isEqualTo(4);
        publisher.send(bytes("a"), bytes("b"), bytes("c"), bytes("d"));
        assertThat(input.readNBytes(3)).hasSize(3);
        assertThat(publisher.requested()).isBetween(5L, 8L);
    }

    @Test
    @Guarantee("5.20.4")
    void aFailureIsThrownAfterTheBytesBeforeItAgainAndAgain() throws IOException {
        var cause = new IOException("connection reset");
        publisher.send(bytes("ab"));
        publisher.fail(cause);
        assertThat(input.read(new byte[9])).isEqualTo(2);
        for (int i = 0; i < 3; i++) {
            assertThatIOException().isThrownBy(input::read).withCause(cause);
        }
        assertThat(input.available()).isZero();
    }

    @Test
    @Guarantee("5.20.3")
    void aPublisherThatSendsTooManyBuffersFailsAfterThoseItWasAskedFor() throws IOException {
        for (int i = 0; i < 6; i++) {
            publisher.send(bytes("x"));
        }
        assertThat(input.readNBytes(4)).hasSize(4);
        assertThatIOException().isThrownBy(input::read).withCauseInstanceOf(IllegalStateException.class);
        assertThat(publisher.isCancelled()).isTrue();
    }

    @Test
    @Guarantee("5.20.5")
    void aCloseWakesAReaderThatWaitsAndCancels() throws Exception {
        var waiting = Aside.waiting(input::read);
        input.close();
        assertThat(waiting.failure()).isInstanceOf(IOException.class).hasMessage("the stream is closed");
        assertThat(publisher.isCancelled()).isTrue();
        publisher.send(bytes("late"));
        assertThatIOException().isThrownBy(input::read).withMessage("the stream is closed");
        assertThatIOException().isThrownBy(input::available).withMessage("the stream is closed");
        input.close();
    }

    @Test
    @Guarantee("5.20.5")
    void anInterruptLosesNoByte() throws Exception {
        var waiting = Aside.waiting(() -> {
            try {
                return input.read();
            } catch (InterruptedIOException e) {
                assertThat(Thread.interrupted()).as("interrupt is kept").isTrue();
                return input.read();
            }
        });
        waiting.interrupt();
        waiting.awaitWait();
        assertThat(publisher.isCancelled()).isFalse();
        publisher.send(bytes("z"));
        assertThat(waiting.result()).isEqualTo('z');
    }

    @Test
    @Guarantee("5.20.5")
    void anInterruptedReaderIsToldSo() throws Exception {
        var waiting = Aside.waiting(input::read);
        waiting.interrupt();
        assertThat(waiting.failure()).isInstanceOf(InterruptedIOException.class);
    }
}
