package io.millhand.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/// Small frames over a socket: a length, a kind, a body. One thread reads, one at a time writes.
final class FrameSocket implements AutoCloseable {

    private static final int HEADER_BYTES = Integer.BYTES + Byte.BYTES;

    private final SocketChannel socket;
    private final Selector selector = Selector.open();
    private final boolean selecting;
    private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024).limit(0);
    private final ByteBuffer out = ByteBuffer.allocateDirect(64 * 1024);

    /// @param selecting whether to wait in a selector for what can be read
    FrameSocket(SocketChannel socket, boolean selecting) throws IOException {
        this.socket = socket;
        this.selecting = selecting;
        if (selecting) {
            socket.configureBlocking(false);
            socket.register(selector, SelectionKey.OP_READ);
        }
    }

    void write(byte kind, byte[] body) throws IOException {
        out.clear().putInt(body.length).put(kind).put(body).flip();
        while (out.hasRemaining()) {
            socket.write(out);
        }
    }

    /// The body of the next frame of this kind; others are skipped.
    byte[] read(byte kind) throws IOException {
        while (true) {
            while (in.remaining() < HEADER_BYTES || in.remaining() < HEADER_BYTES + in.getInt(in.position())) {
                fill();
            }
            var body = new byte[in.getInt()];
            byte found = in.get();
            in.get(body);
            if (found == kind) {
                return body;
            }
        }
    }

    private void fill() throws IOException {
        if (selecting) {
            selector.select(_ -> {});
        }
        in.compact();
        int count = socket.read(in);
        in.flip();
        if (count < 0) {
            throw new EOFException("the other side is gone");
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        selector.close();
    }
}
