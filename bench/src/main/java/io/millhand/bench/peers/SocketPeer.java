package io.millhand.bench.peers;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;

/// A bare child JVM and the connection to it.
record SocketPeer(Process process, SocketChannel socket) implements AutoCloseable {

    static SocketPeer start(SocketChild.Role role) throws IOException {
        return start(role, "");
    }

    /// @param argument what the role needs besides
    static SocketPeer start(SocketChild.Role role, String argument) throws IOException {
        var folder = Files.createTempDirectory("floor");
        var path = folder.resolve("s");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            var process = new ProcessBuilder(JavaCommand.of(
                            "-XX:+UseSerialGC",
                            "--enable-native-access=ALL-UNNAMED",
                            SocketChild.class.getName(),
                            path.toString(),
                            role.name(),
                            argument))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return new SocketPeer(process, server.accept());
        } finally {
            Files.deleteIfExists(path);
            Files.delete(folder);
        }
    }

    void pingPong(ByteBuffer bytes) throws IOException {
        SocketChild.writeAll(socket, bytes.clear());
        if (!SocketChild.readAll(socket, bytes.clear())) {
            throw new IOException("the far side is gone");
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        process.destroyForcibly();
    }
}
