package io.millhand.process;

import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// Bytes in memory, up to a ceiling. Grows by pieces, so that large contents are not copied each time that they grow.
final class BoundedBytes extends OutputStream {

    private static final int FIRST = 1024;
    private static final int LARGEST = 1 << 20;

    private final long ceiling;
    private final List<byte[]> full = new ArrayList<>();
    private byte[] piece = new byte[FIRST];
    private int used;
    private long before;
    private boolean tooLarge;

    /// @param ceiling in bytes
    BoundedBytes(long ceiling) {
        this.ceiling = ceiling;
    }

    @Override
    public void write(int b) {
        ensureRoom(1);
        if (used == piece.length) {
            next(1);
        }
        piece[used++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        ensureRoom(length);
        int first = Math.min(length, piece.length - used);
        System.arraycopy(bytes, offset, piece, used, first);
        used += first;
        if (first < length) {
            next(length - first);
            System.arraycopy(bytes, offset + first, piece, 0, length - first);
            used = length - first;
        }
    }

    private void next(int least) {
        full.add(piece);
        before += used;
        piece = new byte[Math.max(least, Math.min(LARGEST, 2 * piece.length))];
        used = 0;
    }

    /// Unchecked, because user code that writes handles checked ones; and once too large, always too large.
    private void ensureRoom(int more) {
        if (tooLarge || size() + more > ceiling) {
            tooLarge = true;
            full.clear();
            throw new UncheckedIOException(new Codec.TooLargeException(ceiling));
        }
    }

    long size() {
        return before + used;
    }

    byte[] toByteArray() {
        ensureRoom(0);
        byte[] all = new byte[Math.toIntExact(size())];
        int at = 0;
        for (byte[] one : full) {
            System.arraycopy(one, 0, all, at, one.length);
            at += one.length;
        }
        System.arraycopy(piece, 0, all, at, used);
        return all;
    }
}
