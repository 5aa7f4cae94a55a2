package io.millhand.process;

import java.io.ByteArrayInputStream;

/// A stream of bytes in memory that also gives them as they are: what is large need not be there twice.
final class HeldBytes extends ByteArrayInputStream {

    HeldBytes(byte[] bytes, int begin) {
        super(bytes, begin, bytes.length - begin);
    }

    /// All of them, those before the beginning included.
    byte[] array() {
        return buf;
    }

    /// Where the next one is.
    int position() {
        return pos;
    }
}
