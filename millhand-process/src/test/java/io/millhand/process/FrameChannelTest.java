package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameChannelTest {

    private static final long CEILING = 64 << 20;

    private final ChannelLoop loop = new ChannelLoop();
    private final Received atLeft = new Received();
    private final Received atRight = new Received();
    private FrameChannel left;
    private FrameChannel right;

    @TempDir
    private Path folder;

    @BeforeEach
    void connect() throws IOException {
        var address = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address)) {
            left = new FrameChannel(SocketChannel.open(address), CEILING, atLeft);
            right = new FrameChannel(server.accept(), CEILING, atRight);
        }
        Thread.ofPlatform().daemon().name("millhand-test-loop").start(loop);
        loop.add(left);
        loop.add(right);
    }

    @AfterEach
    void disconnect() {
        left.close();
        right.close();
        loop.close();
    }

    @Test
    void carriesBodiesOfEverySizeInOrder() throws InterruptedException {
        int[] sizes = {0, 1, 16 * 1024, Frame.PART_BYTES, Frame.PART_BYTES + 1, 3 * Frame.PART_BYTES, 20_000_000, 5};
        for (int i = 0; i < sizes.length; i++) {
            left.send(new Frame(FrameKind.RETURNED, i, 1, bytes(sizes[i], i)));
        }

        for (int i = 0; i < sizes.length; i++) {
            var frame = atRight.next();
            assertThat(frame.task()).isEqualTo(i);
            assertThat(frame.body()).isEqualTo(bytes(sizes[i], i));
        }
    }

    @Test
    void carriesArraysWithTheirFrame() throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            var arrays = List.of(bytes(Parcel.LEAST_APART, i), bytes(3_000_000, i));
            var parcel = new Parcel(bytes(10 * i, i), arrays);
            left.send(new Frame(FrameKind.ASSIGN, i, 1, bytes(5, i), parcel));
            left.send(Frame.of(FrameKind.CANCEL, i, 1));
        }

        for (int i = 0; i < 20; i++) {
            var frame = atRight.next();
            assertThat(frame.body()).hasSize(5 + 10 * i);
            assertThat(frame.arrays()).containsExactly(bytes(Parcel.LEAST_APART, i), bytes(3_000_000, i));
            assertThat(atRight.next().kind()).isEqualTo(FrameKind.CANCEL);
        }
    }

    @Test
    void putsTheHeadBeforeTheBody() throws InterruptedException {
        for (int head : new int[] {0, 3, 15_000, 20_000, 300_000}) {
            for (int body : new int[] {0, 4, 16_000, Frame.PART_BYTES, 600_000}) {
                left.send(new Frame(FrameKind.ASSIGN, head, body, bytes(head, 1), bytes(body, 2)));

                var frame = atRight.next();
                assertThat(Arrays.copyOf(frame.body(), head)).isEqualTo(bytes(head, 1));
                assertThat(Arrays.copyOfRange(frame.body(), head, frame.body().length))
                        .isEqualTo(bytes(body, 2));
            }
        }
    }

    @Test
    void sendsFromManyThreadsWithoutMixingFrames() throws InterruptedException {
        int senders = 4;
        int each = 500;
        for (int sender = 0; sender < senders; sender++) {
            int number = sender;
            Thread.ofVirtual().start(() -> {
                for (int i = 0; i < each; i++) {
                    left.send(new Frame(FrameKind.RETURNED, number, i, bytes(i * 40, number)));
                }
            });
        }

        int[] seen = new int[senders];
        for (int i = 0; i < senders * each; i++) {
            var frame = atRight.next();
            int sender = (int) frame.task();
            assertThat(frame.attempt()).as("order of sender %s", sender).isEqualTo(seen[sender]++);
            assertThat(frame.body()).isEqualTo(bytes(frame.attempt() * 40, sender));
        }
    }

    @Test
    void survivesASenderThatIsInterrupted() throws InterruptedException {
        Thread.currentThread().interrupt();
        left.send(new Frame(FrameKind.RETURNED, 1, 1, bytes(1_000_000, 1)));
        assertThat(Thread.interrupted()).isTrue();

        assertThat(atRight.next().body()).hasSize(1_000_000);
        right.send(Frame.of(FrameKind.STARTED, 1, 1));
        assertThat(atLeft.next().kind()).isEqualTo(FrameKind.STARTED);
    }

    @Test
    void tellsOfTheEndOnceAndDropsWhatIsSentAfterwards() throws InterruptedException {
        left.close();

        assertThat(atRight.ended.await(30, TimeUnit.SECONDS)).isTrue();
        right.send(Frame.of(FrameKind.STARTED, 1, 1));
        assertThat(atRight.frames).isEmpty();
    }

    @Test
    void writesWhatIsUnsentAtTheEndAlthoughNobodyReadsHere() throws Exception {
        var address = UnixDomainSocketAddress.of(folder.resolve("t"));
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address)) {
            var leaving = new FrameChannel(SocketChannel.open(address), CEILING, new Received());
            var slow = new Received();
            var reader = new FrameChannel(server.accept(), CEILING, slow);
            leaving.send(new Frame(FrameKind.RETURNED, 1, 1, bytes(20_000_000, 1)));
            leaving.send(Frame.of(FrameKind.EXITING));

            leaving.finish(Duration.ZERO);
            loop.add(reader);
            leaving.finish(Duration.ofSeconds(30));
            leaving.close();

            assertThat(slow.next().body()).hasSize(20_000_000);
            assertThat(slow.next().kind()).isEqualTo(FrameKind.EXITING);
            reader.close();
        }
    }

    @Test
    void tellsThatAFrameCannotBeWrittenAnyMore() throws Exception {
        assertThat(right.sendNow(Frame.of(FrameKind.STARTED, 1, 1))).isTrue();
        assertThat(atLeft.next().kind()).isEqualTo(FrameKind.STARTED);
        left.close();
        assertThat(atRight.ended.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(right.sendNow(Frame.of(FrameKind.STARTED, 2, 1))).isFalse();
    }

    @Test
    void writesAFrameBeforeItGoesOnThoughTheOtherSideReadsLate() throws Exception {
        var address = UnixDomainSocketAddress.of(folder.resolve("late"));
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address)) {
            var sender = new FrameChannel(SocketChannel.open(address), CEILING, new Received());
            var late = new Received();
            var reader = new FrameChannel(server.accept(), CEILING, late);
            loop.add(sender);
            sender.send(new Frame(FrameKind.RETURNED, 1, 1, bytes(20_000_000, 1)));
            var sent = CompletableFuture.supplyAsync(() -> sender.sendNow(Frame.of(FrameKind.STARTED, 2, 1)));
            assertThat(sent).isNotDone();
            loop.add(reader);
            assertThat(sent.get(30, TimeUnit.SECONDS)).isTrue();
            assertThat(late.next().body()).hasSize(20_000_000);
            assertThat(late.next().kind()).isEqualTo(FrameKind.STARTED);
            sender.close();
            reader.close();
        }
    }

    private static byte[] bytes(int size, long seed) {
        var bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static final class Received implements FrameListener {
        private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void received(Frame frame) {
            frames.add(frame);
        }

        @Override
        public void ended(@Nullable IOException cause) {
            ended.countDown();
        }

        Frame next() throws InterruptedException {
            var frame = frames.poll(30, TimeUnit.SECONDS);
            assertThat(frame).as("a frame within 30 s").isNotNull();
            return frame;
        }
    }
}
