package io.millhand.process;

import io.millhand.SerializableCallable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The entry point of a JVM that records what a child loads, for an [AotCache]: a child that is its own
/// parent, which gives it a few tasks of Millhand's own and then says stop. Started by [AotCache] only.
final class AotTraining implements FrameListener {

    private static final int MOST_BYTES = 64 * 1024;
    private static final String NAME = "training";

    private final Deque<byte[]> tasks = new ArrayDeque<>();
    private long lastTask;
    private @Nullable FrameChannel child;

    private AotTraining(List<SerializableCallable<?>> tasks) throws IOException {
        for (var task : tasks) {
            this.tasks.add(Codec.encode(task, MOST_BYTES));
        }
    }

    /// Is a child until it has run its tasks.
    ///
    /// @param args the name of the worker, and the path of the socket
    public static void main(String[] args) throws IOException {
        var path = Path.of(args[1]);
        var address = UnixDomainSocketAddress.of(path);
        Journal.make(new PrivateFolder(Objects.requireNonNull(path.getParent())).journal())
                .close();
        var training = new AotTraining(List.of(() -> 1, () -> "text", AotTraining::print, AotTraining::fail));
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
        Thread.ofPlatform().daemon().name("millhand-trainer").start(() -> training.serve(server));
        System.setIn(new ByteArrayInputStream(new byte[Frame.TOKEN_BYTES]));
        ChildMain.main(args);
    }

    private static String print() {
        System.out.println("trained");
        System.err.println("trained");
        return Thread.currentThread().getName();
    }

    private static String fail() {
        throw new IllegalStateException("a task that fails");
    }

    /// What a parent does, on a thread of its own.
    private void serve(ServerSocketChannel server) {
        try (server) {
            var socket = server.accept();
            var preamble = ByteBuffer.allocate(Frame.PREAMBLE_BYTES);
            while (preamble.hasRemaining() && socket.read(preamble) >= 0) {
                // the token is known
            }
            var loop = new ChannelLoop();
            var channel = new FrameChannel(socket, MOST_BYTES + Wire.Threw.MOST_TEXT_BYTES, this);
            child = channel;
            channel.send(new Frame(FrameKind.WELCOME, 0, 0, new Wire.Welcome(MOST_BYTES, 1, false, true).encode()));
            next(channel);
            loop.add(channel);
            loop.run();
        } catch (IOException e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private void next(FrameChannel channel) {
        byte[] task = tasks.poll();
        if (task == null) {
            channel.send(Frame.of(FrameKind.STOP));
        } else {
            byte[] head = new Wire.AssignHead(0, NAME, NAME, Map.of(), ClassServer.OWN_CODE, Terms.NONE).encode();
            channel.send(new Frame(FrameKind.ASSIGN, ++lastTask, 1, head, task));
        }
    }

    /// Trainer's thread.
    @Override
    public void received(Frame frame) {
        if (child != null && (frame.kind() == FrameKind.RETURNED || frame.kind() == FrameKind.THREW)) {
            next(child);
        }
    }

    /// The child exits, and this JVM with it.
    @Override
    public void ended(@Nullable IOException cause) {
        // nothing is left to do here
    }
}
