package io.millhand.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// The lines of a stream, read lazily.
///
/// A line ends with LF or CRLF, the last one also with the end of the stream; a CR elsewhere belongs to the line. An
/// empty line is a line. Bytes that are not UTF-8 become U+FFFD. The stream is closed at its end.
final class LineReader implements Iterator<String> {

    private final InputStream stream;
    private final byte[] buffer = new byte[64 * 1024];
    private int position;
    private int limit;
    private @Nullable String next;
    private boolean ended;

    LineReader(InputStream stream) {
        this.stream = stream;
    }

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            try {
                next = read();
                if (next == null) {
                    ended = true;
                    stream.close();
                }
            } catch (IOException e) {
                ended = true;
                throw new UncheckedIOException("cannot read the next line: " + e.getMessage(), e);
            }
        }
        return next != null;
    }

    @Override
    public String next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException("all lines were read");
        }
        String line = next;
        next = null;
        return line;
    }

    private @Nullable String read() throws IOException {
        @Nullable ByteArrayOutputStream started = null; // the part of a line that came with earlier buffers
        while (true) {
            if (position == limit && !fill()) {
                return started == null ? null : started.toString(StandardCharsets.UTF_8);
            }
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            if (end < limit) {
                String line = ended(started, end);
                position = end + 1;
                return line;
            }
            started = started == null ? new ByteArrayOutputStream() : started;
            started.write(buffer, position, limit - position);
            position = limit;
        }
    }

    /// The line up to the LF at `end`, without its CR.
    private String ended(@Nullable ByteArrayOutputStream started, int end) {
        if (started == null) {
            int length = end - position;
            boolean cr = length > 0 && buffer[end - 1] == '\r';
            return new String(buffer, position, cr ? length - 1 : length, StandardCharsets.UTF_8);
        }
        started.write(buffer, position, end - position);
        String line = started.toString(StandardCharsets.UTF_8);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, stream.read(buffer));
        return limit > 0;
    }
}
