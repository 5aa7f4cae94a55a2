package io.millhand.process;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Encodes and decodes heads of attempts, and remembers the last one: most tasks look like the one before. Any thread.
final class AssignHeads {

    /// @param head what the bytes say
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Known(Wire.AssignHead head, byte[] bytes) {

        /// Heads are self-delimiting: what begins with the same bytes is the same head.
        private boolean isAtStartOf(byte[] body) {
            return body.length >= bytes.length && Arrays.equals(body, 0, bytes.length, bytes, 0, bytes.length);
        }
    }

    private volatile @Nullable Known last;

    byte[] encode(Wire.AssignHead head) {
        var known = last;
        if (known == null || !known.head.equals(head)) {
            known = new Known(head, head.encode());
            last = known;
        }
        return known.bytes;
    }

    /// The head with which a body begins; the encoded call follows it.
    Known decode(byte[] body) throws IOException {
        var known = last;
        if (known == null || !known.isAtStartOf(body)) {
            var in = new ByteArrayInputStream(body);
            var head = Wire.AssignHead.decode(in);
            known = new Known(head, Arrays.copyOf(body, body.length - in.available()));
            last = known;
        }
        return known;
    }
}
