package io.millhand.process;

import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Small frames of a child that are not written to its channel yet, where its parent finds them should the child die: a
/// file in memory of both, which has no name any more once the child has opened it.
///
/// ```
///   0         8
///   +---------+--------+-----
///   | length  | frames | ...      length: of the frames, long; it is written last, so that no frame is half there
///   +---------+--------+-----
/// ```
final class Journal implements Closeable {

    /*
     * The child maps the file and writes to it; a store costs nanoseconds where a write to the channel costs a call to the
     * system, and what is stored outlives the process as what is written does. The parent reads the file when the child
     * is dead and its channel is read to the end. It may find frames there that came through the channel, too: between
     * their writing and the clearing the child may die.
     */

    static final int BYTES = 32 * 1024;
    private static final int BEGIN = Long.BYTES;

    private final FileChannel file;

    /// In the child.
    private final @Nullable MappedByteBuffer mapped;

    private Journal(FileChannel file, @Nullable MappedByteBuffer mapped) {
        this.file = file;
        this.mapped = mapped;
    }

    /// The parent's side. All of it is written once, so that no later store finds the disk full.
    static Journal make(Path path) throws IOException {
        var file = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            var empty = ByteBuffer.allocate(BYTES);
            while (empty.hasRemaining()) {
                file.write(empty);
            }
        } catch (IOException e) {
            file.close();
            throw e;
        }
        return new Journal(file, null);
    }

    /// The child's side.
    static Journal open(Path path) throws IOException {
        var file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        var mapped = file.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
        return new Journal(file, mapped.position(BEGIN));
    }

    /// Child: keeps a frame; answers false where there is no room for it.
    boolean add(Frame frame) {
        var bytes = mapped;
        if (bytes == null || bytes.remaining() < Frame.HEADER_BYTES + frame.size()) {
            return false;
        }
        frame.writeTo(bytes);
        VarHandle.releaseFence();
        bytes.putLong(0, bytes.position() - BEGIN);
        return true;
    }

    /// Child: all that was kept is written to the channel.
    void clear() {
        var bytes = mapped;
        if (bytes != null && bytes.position() > BEGIN) {
            bytes.putLong(0, 0);
            VarHandle.releaseFence();
            bytes.position(BEGIN);
        }
    }

    /// Parent, once the child is dead: reads the frames that it kept last, and closes.
    void readTo(FrameReader reader) throws IOException {
        try (file) {
            reader.read(rest());
        }
    }

    private ByteBuffer rest() throws IOException {
        var all = ByteBuffer.allocate(BYTES);
        while (all.hasRemaining() && file.read(all, all.position()) > 0) {
            // a file may be read in pieces
        }
        all.flip();
        long length = all.remaining() < BEGIN ? -1 : all.getLong();
        if (length < 0 || length > all.remaining()) {
            throw new ProtocolException("a journal must hold 0 to " + (BYTES - BEGIN) + " bytes of frames, held "
                    + length + " in a file of " + all.limit());
        }
        return all.limit(BEGIN + (int) length);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
