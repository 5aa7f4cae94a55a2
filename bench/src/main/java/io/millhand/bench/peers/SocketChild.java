package io.millhand.bench.peers;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// The far side of [BareSockets]: says back what it hears, or takes or gives payloads.
public final class SocketChild {

    enum Role {
        ECHO,
        /// Answers each payload with one byte.
        SINK,
        /// Answers each byte with a payload.
        SOURCE,
        /// Answers each byte with the time, `System.nanoTime()`.
        CLOCK,
        /// Ends at the first byte by a SIGKILL of its own, and leaves a [Mark].
        DIE_OF_SIGNAL,
        /// Ends at the first byte by itself, and leaves a [Mark].
        DIE_OF_EXIT
    }

    private SocketChild() {}

    /// Serves until the connection ends.
    ///
    /// @param args the path of the socket, the role, and the file of the [Mark] for roles that leave one
    public static void main(String[] args) throws Throwable {
        try (var socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.connect(UnixDomainSocketAddress.of(args[0]));
            switch (Role.valueOf(args[1])) {
                case ECHO -> echo(socket);
                case SINK -> sink(socket);
                case SOURCE -> source(socket);
                case CLOCK -> clock(socket);
                case DIE_OF_SIGNAL -> {
                    readAll(socket, ByteBuffer.allocate(1));
                    Doom.dieOfSignal(new Mark(args[2]));
                }
                case DIE_OF_EXIT -> {
                    readAll(socket, ByteBuffer.allocate(1));
                    Doom.dieOfExit(new Mark(args[2]));
                }
            }
        }
    }

    private static void echo(SocketChannel socket) throws IOException {
        var buffer = ByteBuffer.allocateDirect(64 * 1024);
        while (socket.read(buffer.clear()) >= 0) {
            writeAll(socket, buffer.flip());
        }
    }

    private static void sink(SocketChannel socket) throws IOException {
        var payload = ByteBuffer.allocateDirect(Program.PAYLOAD_BYTES);
        while (readAll(socket, payload.clear())) {
            writeAll(socket, payload.clear().limit(1));
        }
    }

    private static void source(SocketChannel socket) throws IOException {
        var payload = ByteBuffer.allocateDirect(Program.PAYLOAD_BYTES).put(Program.payload());
        var request = ByteBuffer.allocateDirect(1);
        while (readAll(socket, request.clear())) {
            writeAll(socket, payload.clear());
        }
    }

    private static void clock(SocketChannel socket) throws IOException {
        var time = ByteBuffer.allocateDirect(Long.BYTES);
        var request = ByteBuffer.allocateDirect(1);
        while (readAll(socket, request.clear())) {
            writeAll(socket, time.clear().putLong(System.nanoTime()).flip());
        }
    }

    static void writeAll(SocketChannel socket, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    /// Fills the buffer, or answers false at the end.
    static boolean readAll(SocketChannel socket, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (socket.read(bytes) < 0) {
                return false;
            }
        }
        return true;
    }
}
