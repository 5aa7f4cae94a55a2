package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millhand.ItemReader;
import io.millhand.OrderedOutput;
import io.millhand.PublishedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class OrderedOutputTest {

    private final ByteArrayOutputStream target = new ByteArrayOutputStream();
    private final OrderedOutput output = OrderedOutput.to(target, 4);

    private static void write(OutputStream segment, String text) throws IOException {
        segment.write(text.getBytes(UTF_8));
    }

    private Aside<String> writing(OutputStream segment, String text) {
        return Aside.waiting(() -> {
            write(segment, text);
            return "written";
        });
    }

    private String written() {
        return target.toString(UTF_8);
    }

    @Test
    @Guarantee("5.20.10")
    void theSegmentThatIsNextGoesRightThroughAndTheOthersAreKept() throws IOException {
        var second = output.segment(1);
        var first = output.segment(0);
        write(second, "bb");
        assertThat(written()).isEmpty();
        write(first, "aaaaaaaa");
        assertThat(written()).isEqualTo("aaaaaaaa");
        first.write('.');
        first.close();
        assertThat(written()).isEqualTo("aaaaaaaa.bb");
        write(second, "b");
        assertThat(written()).isEqualTo("aaaaaaaa.bbb");
        second.close();
        output.close();
    }

    @Test
    @Guarantee("5.20.10")
    void segmentsThatWereClosedEarlierFollow() throws IOException {
        for (int i = 3; i > 0; i--) {
            try (var segment = output.segment(i)) {
                write(segment, String.valueOf(i));
            }
        }
        output.segment(4).close();
        assertThat(written()).isEmpty();
        try (var segment = output.segment(0)) {
            write(segment, "0");
        }
        assertThat(written()).isEqualTo("0123");
        output.close();
    }

    @Test
    @Guarantee("5.20.10")
    void whoFindsNoRoomWaitsUntilTheSegmentIsNext() throws Exception {
        var first = output.segment(0);
        var second = output.segment(1);
        var writing = writing(second, "bbbbbbbbbb");
        assertThat(written()).isEmpty();
        write(first, "aaaaaaaaaa");
        assertThat(writing.isDone()).isFalse();
        first.close();
        assertThat(writing.result()).isEqualTo("written");
        second.close();
        output.close();
        assertThat(written()).isEqualTo("aaaaaaaaaabbbbbbbbbb");
    }

    @Test
    @Guarantee("5.20.10")
    void whoFindsNoRoomWaitsUntilThereIsSome() throws Exception {
        var first = output.segment(0);
        var second = output.segment(1);
        var third = output.segment(2);
        write(second, "bbbb");
        var writing = writing(third, "cccc");
        first.close(); // the second is written, and makes room
        assertThat(writing.result()).isEqualTo("written");
        assertThat(written()).isEqualTo("bbbb");
        third.close();
        second.close();
        output.close();
        assertThat(written()).isEqualTo("bbbbcccc");
    }

    @Test
    @Guarantee("5.20.10")
    void aFlushReachesTheTargetFromTheSegmentThatIsNext() throws IOException {
        var flushes = new AtomicInteger();
        var flushed = OrderedOutput.to(
                new OutputStream() {
                    @Override
                    public void write(int written) {}

                    @Override
                    public void flush() {
                        flushes.incrementAndGet();
                    }
                },
                4);
        var first = flushed.segment(0);
        var second = flushed.segment(1);
        second.flush();
        assertThat(flushes).hasValue(0);
        first.flush();
        assertThat(flushes).hasValue(1);
        first.close();
        second.close();
        flushed.close();
        assertThat(flushes).hasValue(2);
    }

    @Test
    @Guarantee("5.20.10")
    void aTargetThatMakesOneWaitHoldsUpNoneButWhoWritesThere() throws Exception {
        var entered = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        var slow = OrderedOutput.to(
                new OutputStream() {
                    @Override
                    public void write(int written) {
                        entered.countDown();
                        Contract.await(released);
                        target.write(written);
                    }
                },
                4);
        var first = slow.segment(0);
        var writing = Aside.run(() -> {
            first.write('a');
            first.close();
            return "written";
        });
        Contract.await(entered);
        try (var second = slow.segment(1)) {
            second.write('b'); // kept
        }
        assertThat(writing.isDone()).isFalse();
        released.countDown();
        assertThat(writing.result()).isEqualTo("written");
        slow.close();
        assertThat(written()).isEqualTo("ab");
    }

    @Test
    @Guarantee("5.20.10")
    void whoFindsNoRoomGoesOnWhenWhatWasKeptIsWritten() throws Exception {
        var entered = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        var slow = OrderedOutput.to(
                new OutputStream() {
                    @Override
                    public void write(int written) {
                        entered.countDown();
                        Contract.await(released);
                        target.write(written);
                    }
                },
                1);
        var first = slow.segment(0);
        var second = slow.segment(1);
        var third = slow.segment(2);
        second.write('b');
        var closing = Aside.run(() -> {
            first.close(); // writes what was kept of the second, which stays open
            return "closed";
        });
        Contract.await(entered);
        var writing = writing(third, "c");
        released.countDown();
        assertThat(writing.result()).isEqualTo("written");
        assertThat(closing.result()).isEqualTo("closed");
        second.close();
        third.close();
        slow.close();
        assertThat(written()).isEqualTo("bc");
    }

    @Test
    @Guarantee("5.20.11")
    void refusesAPositionThatWasOpenedBefore() throws IOException {
        output.segment(0).close();
        var _ = output.segment(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> output.segment(0))
                .withMessage("position 0 was opened before; each can be opened once");
        assertThatIllegalArgumentException().isThrownBy(() -> output.segment(2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> output.segment(-1))
                .withMessage("position must be at least 0, was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OrderedOutput.to(target, 0))
                .withMessage("capacity must be at least 1, was 0");
    }

    @Test
    @Guarantee("5.20.11")
    void aCloseTellsOfASegmentThatIsMissing() throws IOException {
        output.segment(0).close();
        try (var third = output.segment(2)) {
            write(third, "c");
        }
        assertThatIOException()
                .isThrownBy(output::close)
                .withMessageContaining("closed while segment 1 was never opened; it is missing, and 1 after it");
        assertThat(written()).isEmpty();
        output.close();
        assertThatIllegalStateException().isThrownBy(() -> output.segment(1));
    }

    @Test
    @Guarantee("5.20.11")
    void aCloseTellsOfASegmentThatIsOpenAndWakesWhoWaits() throws Exception {
        var first = output.segment(0);
        var writing = writing(output.segment(1), "bbbbbbbbbb");
        assertThatIOException().isThrownBy(output::close).withMessageContaining("segment 0 was open");
        assertThat(writing.failure()).isInstanceOf(IOException.class);
        assertThatIOException().isThrownBy(() -> write(first, "a"));
        first.close();
    }

    @Test
    @Guarantee("5.20.11")
    void aFailureWakesWhoWaits() throws Exception {
        var first = output.segment(0);
        var writing = writing(output.segment(1), "bbbbbbbbbb");
        var cause = new TimeoutException("the first one will not come");
        output.fail(cause);
        output.fail(new TimeoutException("another"));
        assertThat(writing.failure()).isInstanceOf(IOException.class).hasCause(cause);
        assertThatIOException().isThrownBy(() -> write(first, "a")).withCause(cause);
        assertThatIllegalStateException().isThrownBy(() -> output.segment(2)).withCause(cause);
        assertThatIOException().isThrownBy(output::close).withCause(cause);
    }

    @Test
    @Guarantee("5.20.11")
    void whatTheTargetThrowsFailsAll() throws Exception {
        var broken = OrderedOutput.to(
                new OutputStream() {
                    @Override
                    public void write(int written) throws IOException {
                        throw new IOException("disk full");
                    }
                },
                4);
        var first = broken.segment(0);
        var second = broken.segment(1);
        var writing = writing(second, "bbbbbbbbbb");
        assertThatIOException().isThrownBy(() -> write(first, "a")).withMessage("disk full");
        assertThat(writing.failure()).isInstanceOf(IOException.class).hasMessageContaining("disk full");
        first.close();
        second.close();
        assertThatIOException().isThrownBy(broken::close).withMessageContaining("disk full");
    }

    @Test
    @Guarantee("5.20.11")
    void takesNothingAfterTheEndOfASegment() throws IOException {
        var first = output.segment(0);
        first.close();
        first.close();
        assertThatIOException().isThrownBy(() -> write(first, "a")).withMessage("segment 0 is closed");
        output.close();
    }

    @Test
    @Guarantee("5.20.11")
    void anInterruptTellsHowMuchOfTheWriteWasTaken() throws Exception {
        var first = output.segment(0);
        var second = output.segment(1);
        var writing = writing(second, "bbbbbbbbbb");
        writing.interrupt();
        assertThat(writing.failure())
                .isInstanceOfSatisfying(
                        InterruptedIOException.class,
                        e -> assertThat(e.bytesTransferred).isEqualTo(4));
        first.close();
        write(second, "!");
        second.close();
        output.close();
        assertThat(written()).isEqualTo("bbbb!");
    }

    @Test
    @Guarantee("5.20.10")
    void manyThreadsPutTogetherWhatASubscriberReads() throws Exception {
        for (long seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            int segments = 60;
            var parts = new ArrayList<byte[]>();
            var whole = new ByteArrayOutputStream();
            for (int i = 0; i < segments; i++) {
                var part = new byte[random.nextInt(2_000)];
                random.nextBytes(part);
                parts.add(part);
                whole.write(part);
            }
            var published = PublishedOutputStream.of(100, 2);
            int threads = 1 + random.nextInt(6);
            long capacity = 1L + random.nextInt(3_000);
            var writing = Aside.run(() -> {
                published.run(stream -> {
                    try (var ordered = OrderedOutput.to(stream, capacity)) {
                        var next = new AtomicInteger();
                        var producers = new ArrayList<Aside<Boolean>>();
                        for (int t = 0; t < threads; t++) {
                            producers.add(Aside.run(() -> produce(ordered, next, parts)));
                        }
                        for (var producer : producers) {
                            var _ = producer.result();
                        }
                    }
                });
                return true;
            });
            try (var input = ItemReader.inputStream(published)) {
                assertThat(input.readAllBytes()).as("seed %s", seed).isEqualTo(whole.toByteArray());
            }
            assertThat(writing.result()).isTrue();
        }
    }

    private static boolean produce(OrderedOutput ordered, AtomicInteger next, List<byte[]> parts) throws IOException {
        for (int i = next.getAndIncrement(); i < parts.size(); i = next.getAndIncrement()) {
            try (var segment = ordered.segment(i)) {
                var part = parts.get(i);
                for (int at = 0; at < part.length; at += 77) {
                    segment.write(part, at, Math.min(77, part.length - at));
                }
            }
        }
        return true;
    }
}
