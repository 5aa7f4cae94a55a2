package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millhand.ItemReader;
import io.millhand.MapOptions;
import io.millhand.PublishedOutputStream;
import io.millhand.Source;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PublishedOutputStreamTest {

    private final PublishedOutputStream out = PublishedOutputStream.of(4, 2);
    private final Collector<ByteBuffer> collector = new Collector<>();

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private String received() {
        var text = new StringBuilder();
        collector
                .values()
                .forEach(buffer -> text.append(UTF_8.decode(buffer.duplicate())).append('|'));
        return text.toString();
    }

    private void awaitReceived(String text) {
        Await.until("received " + text, () -> received().equals(text));
    }

    private void subscribe(long demand) {
        out.subscribe(collector);
        if (demand > 0) {
            collector.subscription().request(demand);
        }
    }

    @Test
    @Guarantee("5.20.6")
    void handsOnFullChunksAndWhatIsFlushed() throws IOException {
        subscribe(Long.MAX_VALUE);
        out.write(bytes("abcdef"));
        awaitReceived("abcd|");
        out.flush();
        out.flush();
        awaitReceived("abcd|ef|");
        out.write('g');
        out.close();
        awaitReceived("abcd|ef|g|");
        Await.until("the end", collector::isOver);
        assertThat(collector.failure()).isNull();
    }

    @Test
    @Guarantee("5.20.6")
    void aWriteWaitsWhileTheBufferIsFullAndNobodyHasSubscribed() throws Exception {
        var writing = Aside.waiting(() -> {
            out.write(bytes("aaaabbbbccccddddeeee"));
            out.close();
            return "written";
        });
        subscribe(Long.MAX_VALUE);
        assertThat(writing.result()).isEqualTo("written");
        awaitReceived("aaaa|bbbb|cccc|dddd|eeee|");
    }

    @Test
    @Guarantee("5.20.6")
    void sendsNoMoreThanItsSubscriberAskedFor() throws Exception {
        subscribe(1);
        var writing = Aside.waiting(() -> {
            out.write(bytes("aaaabbbbccccddddeeeeffff"));
            return "written";
        });
        assertThat(received()).isEqualTo("aaaa|");
        collector.subscription().request(1);
        awaitReceived("aaaa|bbbb|");
        assertThat(writing.isDone()).isFalse();
        collector.subscription().request(2);
        assertThat(writing.result()).isEqualTo("written");
        assertThat(collector.isOver()).isFalse();
        collector.subscription().cancel();
    }

    @Test
    @Guarantee("5.20.6")
    void aTaskThatWritesToASlowSubscriberIsHeldBack() throws Exception {
        int chunk = 1024;
        int capacity = 4;
        int total = 4 * 1024 * 1024;
        var big = PublishedOutputStream.of(chunk, capacity);
        var written = new AtomicLong();
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            var task = queue.submit(() -> {
                big.run(stream -> {
                    var block = new byte[256];
                    for (int at = 0; at < total; at += block.length) {
                        stream.write(block);
                        written.addAndGet(block.length);
                    }
                });
                return written.get();
            });
            long received = 0;
            long mostAhead = 0;
            try (var input = ItemReader.inputStream(Source.of(big), 1)) {
                var into = new byte[100];
                for (int read = input.read(into); read >= 0; read = input.read(into)) {
                    mostAhead = Math.max(mostAhead, written.get() - received);
                    received += read;
                }
            }
            assertThat(task.get()).isEqualTo(total);
            assertThat(received).isEqualTo(total);
            // Those that wait; one being filled, one about to be published, one asked for, one being read.
            assertThat(mostAhead).isLessThanOrEqualTo((capacity + 4L) * chunk);
        }
    }

    @Test
    @Guarantee("5.20.6")
    void isASourceOfMap() throws Exception {
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            var numbers = PublishedOutputStream.of(1, 4);
            var writing = Aside.run(() -> {
                numbers.run(stream -> {
                    for (int i = 0; i < 100; i++) {
                        stream.write(i);
                    }
                });
                return true;
            });
            try (var squares = queue.map(
                    Source.of(numbers),
                    buffer -> buffer.get(0) * buffer.get(0),
                    MapOptions.defaults().window(3))) {
                int i = 0;
                for (int square : squares) {
                    assertThat(square).isEqualTo(i * i);
                    i++;
                }
                assertThat(i).isEqualTo(100);
            }
            assertThat(writing.result()).isTrue();
        }
    }

    @Test
    @Guarantee("5.20.7")
    void isClosedOnceAndTakesNothingAfterwards() throws IOException {
        subscribe(Long.MAX_VALUE);
        out.close();
        out.close();
        Await.until("the end", collector::isOver);
        assertThatIOException().isThrownBy(() -> out.write(1)).withMessage("the stream is closed");
        assertThatIOException().isThrownBy(out::flush).withMessage("the stream is closed");
        out.fail(new TimeoutException("too late"));
        assertThat(collector.failure()).isNull();
        assertThat(collector.values()).isEmpty();
    }

    @Test
    @Guarantee("5.20.7")
    void aCancelWakesTheWriterAndHasLaterWritesFail() throws Exception {
        subscribe(0);
        var writing = Aside.waiting(() -> {
            out.write(new byte[100]);
            return "written";
        });
        collector.subscription().cancel();
        assertThat(writing.failure())
                .isInstanceOf(IOException.class)
                .hasMessage("nobody reads any more: the subscriber has cancelled");
        assertThatIOException().isThrownBy(() -> out.write(1));
        assertThatIOException().isThrownBy(out::flush);
        out.close(); // it was told before
    }

    @Test
    @Guarantee("5.20.7")
    void aCloseTellsThatTheRestWasNotWanted() throws IOException {
        subscribe(0);
        out.write(1);
        collector.subscription().cancel();
        assertThatIOException().isThrownBy(out::close);
        out.close();
    }

    @Test
    @Guarantee("5.20.7")
    void aFailureComesAfterTheChunksThatWereHandedOn() throws IOException {
        var cause = new TimeoutException("no more");
        out.write(bytes("aaaabb"));
        out.fail(cause);
        subscribe(Long.MAX_VALUE);
        Await.until("the end", collector::isOver);
        assertThat(received()).isEqualTo("aaaa|");
        assertThat(collector.failure()).isSameAs(cause);
        assertThatIOException().isThrownBy(() -> out.write(1)).withCause(cause);
        out.close();
    }

    @Test
    @Guarantee("5.20.7")
    void aFailureWakesTheWriter() throws Exception {
        var writing = Aside.waiting(() -> {
            out.write(new byte[100]);
            return "written";
        });
        var cause = new TimeoutException("no more");
        out.fail(cause);
        assertThat(writing.failure()).isInstanceOf(IOException.class).hasCause(cause);
    }

    @Test
    @Guarantee("5.20.7")
    void whatABodyThrowsIsToldTheSubscriberInsteadOfTheEnd() throws Exception {
        subscribe(Long.MAX_VALUE);
        var cause = new TimeoutException("in the middle");
        var thrown = Aside.run(() -> {
                    out.run(stream -> {
                        stream.write(bytes("half"));
                        throw cause;
                    });
                    return true;
                })
                .failure();
        assertThat(thrown).isSameAs(cause);
        Await.until("the end", collector::isOver);
        assertThat(collector.failure()).isSameAs(cause);
        assertThat(received()).isEqualTo("half|");
    }

    @Test
    @Guarantee("5.20.7")
    void anInterruptTellsHowMuchOfTheWriteWasTaken() throws Exception {
        var taken = new AtomicLong();
        var all = bytes("aaaabbbbccccddddeeee");
        var writing = Aside.waiting(() -> {
            int at = 0;
            try {
                out.write(all);
            } catch (InterruptedIOException e) {
                assertThat(Thread.interrupted()).as("interrupt is kept").isTrue();
                at = e.bytesTransferred;
                taken.set(at);
            }
            out.write(all, at, all.length - at);
            out.close();
            return "written";
        });
        writing.interrupt();
        Await.until("taken", () -> taken.get() > 0);
        subscribe(Long.MAX_VALUE);
        assertThat(writing.result()).isEqualTo("written");
        awaitReceived("aaaa|bbbb|cccc|dddd|eeee|");
    }

    @Test
    @Guarantee("5.20.7")
    void anInterruptedCloseFails() throws Exception {
        out.write(new byte[9]); // two chunks that wait, and a byte
        var closing = Aside.waiting(() -> {
            out.close();
            return "closed";
        });
        closing.interrupt();
        assertThat(closing.failure()).isInstanceOf(InterruptedIOException.class);
        subscribe(Long.MAX_VALUE);
        Await.until("the end", collector::isOver);
        assertThat(collector.failure()).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    @Guarantee("5.20.7")
    void twoSubscribersAreOneTooMany() {
        subscribe(0);
        var second = new Collector<ByteBuffer>();
        out.subscribe(second);
        Await.until("a refusal", second::isOver);
        assertThat(second.failure()).isInstanceOf(IllegalStateException.class);
        collector.subscription().cancel();
    }

    @Test
    @Guarantee("5.20.6")
    void writesOfManyThreadsAreNotTornApart() throws Exception {
        var shared = PublishedOutputStream.of(64, 2);
        var writers = new ArrayList<Aside<Boolean>>();
        for (int i = 0; i < 4; i++) {
            byte mark = (byte) ('a' + i);
            writers.add(Aside.run(() -> {
                var line = new byte[10];
                Arrays.fill(line, mark);
                for (int k = 0; k < 1_000; k++) {
                    shared.write(line);
                }
                return true;
            }));
        }
        var closing = Aside.run(() -> {
            for (var writer : writers) {
                var _ = writer.result();
            }
            shared.close();
            return true;
        });
        try (var input = ItemReader.inputStream(shared)) {
            for (int k = 0; k < 4_000; k++) {
                var line = input.readNBytes(10);
                assertThat(line).hasSize(10).containsOnly(line[0]);
            }
            assertThat(input.read()).isEqualTo(-1);
        }
        assertThat(closing.result()).isTrue();
    }

    @Test
    @Guarantee("5.20.6")
    void bytesOfAnySizesArriveAsTheyWereWritten() throws Exception {
        for (long seed = 0; seed < 30; seed++) {
            var random = new Random(seed);
            var all = new byte[random.nextInt(20_000)];
            random.nextBytes(all);
            var pipe = PublishedOutputStream.of(1 + random.nextInt(100), 1 + random.nextInt(4));
            var writing = Aside.run(() -> {
                pipe.run(stream -> {
                    for (int at = 0; at < all.length; ) {
                        int part = Math.min(all.length - at, random.nextInt(300));
                        stream.write(all, at, part);
                        at += part;
                        if (random.nextInt(5) == 0) {
                            stream.flush();
                        }
                    }
                });
                return true;
            });
            var read = new ByteArrayOutputStream();
            try (var input = ItemReader.inputStream(Source.of(pipe), 1 + (int) (seed % 3))) {
                input.transferTo(read);
            }
            assertThat(read.toByteArray()).as("seed %s", seed).isEqualTo(all);
            assertThat(writing.result()).isTrue();
        }
    }

    @Test
    @Guarantee("5.20.6")
    void refusesSizesThatHoldNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PublishedOutputStream.of(0, 1))
                .withMessage("chunkBytes must be at least 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PublishedOutputStream.of(1, 0))
                .withMessage("capacity must be at least 1, was 0");
    }
}
