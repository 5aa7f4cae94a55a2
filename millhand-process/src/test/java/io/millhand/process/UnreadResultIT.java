package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.SerializableCallable;
import io.millhand.testkit.Guarantee;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a child does with a large array that it has returned and that its parent, a bare socket here, reads slowly.
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnreadResultIT {

    private static final int BYTES = 24 << 20;
    private static final byte RETURNED = 1;
    private static final byte CHANGED = 2;

    /// Of the child.
    private static final class Held {
        static final byte[] ARRAY = new byte[BYTES];

        /// The thread of the attempt that returns it.
        static final CompletableFuture<Thread> RETURNS = new CompletableFuture<>();
    }

    private record Return() implements SerializableCallable<byte[]> {
        @Override
        public byte[] call() {
            Arrays.fill(Held.ARRAY, RETURNED);
            Held.RETURNS.complete(Thread.currentThread());
            return Held.ARRAY;
        }
    }

    private record Change() implements SerializableCallable<String> {
        @Override
        public String call() {
            Arrays.fill(Held.ARRAY, CHANGED);
            return "changed";
        }
    }

    /// Comes before the array is returned, and changes it once it was.
    private record ChangeAfterwards() implements SerializableCallable<String> {
        @Override
        public String call() throws Exception {
            Held.RETURNS.get().join();
            return new Change().call();
        }
    }

    private Path folder;
    private Process child;
    private SocketChannel socket;
    private final List<Frame> received = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        var own = PrivateFolder.make();
        folder = own.path();
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                var _ = Journal.make(own.journal())) {
            server.bind(UnixDomainSocketAddress.of(own.socket()));
            child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            ChildMain.class.getName(),
                            "millhand:unread#1",
                            own.socket().toString())
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            child.getOutputStream().write(new byte[Frame.TOKEN_BYTES]);
            child.getOutputStream().close();
            socket = server.accept();
        }
        var preamble = ByteBuffer.allocate(Frame.PREAMBLE_BYTES);
        while (preamble.hasRemaining() && socket.read(preamble) >= 0) {
            // it comes in one piece, mostly
        }
    }

    @AfterEach
    void end() throws IOException, InterruptedException {
        child.destroyForcibly().waitFor(); // first: where it has not connected there is no socket
        socket.close();
        assertThat(folder).doesNotExist();
    }

    private static Frame welcome(int slots) {
        return new Frame(FrameKind.WELCOME, 0, 0, new Wire.Welcome(2L * BYTES, slots, false, false).encode());
    }

    private static Frame order(FrameKind kind, int task, SerializableCallable<?> call) throws IOException {
        var head = new Wire.AssignHead(0, "unread#1", "", Map.of(), ClassServer.OWN_CODE, Terms.NONE).encode();
        return new Frame(
                kind,
                task,
                0,
                head,
                Codec.encodeTask(call, BYTES, false, Codec.Witness.NONE).bytes());
    }

    /// In one piece, so that the child has them all when it begins.
    private void send(Frame... frames) throws IOException {
        var bytes = ByteBuffer.allocate(1 << 20);
        for (var frame : frames) {
            frame.writeTo(bytes);
        }
        bytes.flip();
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    /// Slowly: the child has time for whatever it does before all is read.
    private void readUntilAnswered(int task) throws IOException {
        var reader = new FrameReader(2L * BYTES, new FrameListener() {
            @Override
            public void received(Frame frame) {
                received.add(frame);
            }

            @Override
            public void ended(@Nullable IOException cause) {
                throw new IllegalStateException("never told by a reader", cause);
            }
        });
        var bytes = ByteBuffer.allocate(Frame.HEADER_BYTES + Frame.PART_BYTES);
        while (received.stream().noneMatch(frame -> frame.kind() == FrameKind.RETURNED && frame.task() == task)) {
            assertThat(received).noneMatch(frame -> frame.kind() == FrameKind.THREW);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            assertThat(socket.read(bytes)).as("the channel has not ended").isNotNegative();
            reader.read(bytes.flip());
            bytes.compact();
        }
    }

    private void assertReturnedAsItWas(int task) {
        var answer = received.stream()
                .filter(frame -> frame.kind() == FrameKind.RETURNED && frame.task() == task)
                .findFirst()
                .orElseThrow();
        byte[] expected = new byte[BYTES];
        Arrays.fill(expected, RETURNED);
        assertThat(Arrays.mismatch(answer.arrays().getFirst(), expected)).isNegative();
    }

    @Test
    @Guarantee("6.2.12")
    void beginsNothingElseBeforeItIsWritten() throws IOException {
        send(welcome(1), order(FrameKind.BROADCAST, 1, new Return()), order(FrameKind.BROADCAST, 2, new Change()));

        readUntilAnswered(2);

        assertReturnedAsItWas(1);
    }

    @Test
    @Guarantee("6.2.12")
    void copiesItWhereOthersRunBesideIt() throws IOException {
        send(welcome(2), order(FrameKind.ASSIGN, 1, new ChangeAfterwards()), order(FrameKind.ASSIGN, 2, new Return()));

        readUntilAnswered(1);

        assertReturnedAsItWas(2);
    }
}
