package io.millhand.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Objects;

/// The entry point of a child JVM. Started by [ChildLauncher] only.
final class ChildMain {

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
        var preload = new Preload();
        byte[] token = System.in.readNBytes(Frame.TOKEN_BYTES);
        System.setIn(InputStream.nullInputStream());
        var path = Path.of(args[1]);
        var folder = new PrivateFolder(Objects.requireNonNull(path.getParent()));
        ChildRunner runner;
        try {
            var journal = Journal.open(folder.journal()); // first: once this has connected, it may be gone
            runner = new ChildRunner(connect(UnixDomainSocketAddress.of(path), token), journal);
        } finally {
            folder.delete(); // the parent does it, too, if it lives
        }

        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("millhand-exit").unstarted(runner::announceExit));
        preload.await();
        try {
            runner.run();
        } catch (Throwable e) {
            // Without this thread the JVM would live on for whatever thread a task has left, and answer nobody.
            e.printStackTrace();
            OwnGroup.leave();
        }
        System.exit(0);
    }

    private static SocketChannel connect(UnixDomainSocketAddress address, byte[] token) throws IOException {
        var socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        socket.connect(address);
        var preamble = ByteBuffer.allocate(Frame.PREAMBLE_BYTES)
                .putInt(Frame.MAGIC)
                .putShort(Frame.VERSION)
                .put(token)
                .flip();
        while (preamble.hasRemaining()) {
            socket.write(preamble);
        }
        return socket;
    }
}
