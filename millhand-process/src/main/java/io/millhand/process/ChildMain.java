package io.millhand.process;

import io.millhand.SerializableCallable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/// The entry point of a child JVM. Started by [ChildLauncher] only.
final class ChildMain {

    private static final int PRELOAD_BYTES = 64 * 1024;

    private static final Duration GUARD_LIMIT = Duration.ofSeconds(5);

    private ChildMain() {}

    /// Connects, then runs what it is given until the parent says stop.
    ///
    /// @param args the name of the worker as lists of processes show it (`millhand:scores#1`), and the path of the
    ///     socket
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("this is the inside of Millhand's child JVMs and not meant to be called");
            System.exit(2);
        }
        byte[] token = System.in.readNBytes(Frame.TOKEN_BYTES);
        System.setIn(InputStream.nullInputStream());
        var path = Path.of(args[1]);
        SocketChannel channel;
        SocketChannel lifeline;
        try {
            channel = connect(UnixDomainSocketAddress.of(path), Frame.ROLE_CHANNEL, token);
            lifeline = connect(UnixDomainSocketAddress.of(path), Frame.ROLE_LIFELINE, token);
        } finally {
            new PrivateFolder(Objects.requireNonNull(path.getParent()))
                    .delete(); // the parent does it, too, if it lives
        }

        var runner = new ChildRunner(channel);
        var guard = Lifeline.guard(lifeline, runner::guarded);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("millhand-exit").unstarted(runner::announceExit));
        // No task before the kernel guards this child: one that eats all processor time or memory would keep the guard
        // from being set up, and what it starts might not die with the parent. Meanwhile the classes are loaded that
        // every task needs.
        preload();
        await(guard, GUARD_LIMIT);
        try {
            runner.run();
        } catch (Throwable e) {
            // Without this thread the JVM would live on for whatever thread a task has left, and answer nobody.
            e.printStackTrace();
            Lifeline.leave();
        }
        System.exit(0);
    }

    /// An interrupt means nothing here, and must not end the wait.
    static void await(Thread guard, Duration limit) {
        long start = System.nanoTime();
        for (long left = limit.toNanos(); left > 0; left = limit.toNanos() - (System.nanoTime() - start)) {
            try {
                guard.join(Duration.ofNanos(left));
                return;
            } catch (InterruptedException _) {
                // by an agent of the user's, say; the flag is clear now
            }
        }
    }

    private static void preload() throws IOException {
        SerializableCallable<Integer> task = () -> 1;
        try {
            byte[] encoded = Codec.encode(task, PRELOAD_BYTES);
            Codec.decodeTask(new ByteArrayInputStream(encoded), ClassLoader.getSystemClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IOException("Millhand's own task cannot be decoded in this child", e);
        }
    }

    private static SocketChannel connect(UnixDomainSocketAddress address, byte role, byte[] token) throws IOException {
        var socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        socket.connect(address);
        var preamble = ByteBuffer.allocate(Frame.PREAMBLE_BYTES)
                .putInt(Frame.MAGIC)
                .putShort(Frame.VERSION)
                .put(role)
                .put(token)
                .flip();
        while (preamble.hasRemaining()) {
            socket.write(preamble);
        }
        return socket;
    }
}
