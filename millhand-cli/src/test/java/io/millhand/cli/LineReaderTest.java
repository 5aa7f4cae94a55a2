package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    @Test
    void endsLinesAtLfAndCrlfAndKeepsEmptyOnes() {
        assertThat(lines("a\nb\r\n\n\r\nc")).containsExactly("a", "b", "", "", "c");
    }

    @Test
    void keepsACrThatEndsNoLine() {
        assertThat(lines("a\rb\nc\r")).containsExactly("a\rb", "c\r");
    }

    @Test
    void seesNoLineAfterTheLastLf() {
        assertThat(lines("a\n")).containsExactly("a");
        assertThat(lines("\n")).containsExactly("");
        assertThat(lines("")).isEmpty();
    }

    @Test
    void replacesWhatIsNotUtf8() {
        var bytes = new byte[] {'a', (byte) 0xff, 'b', '\n', (byte) 0xc3};
        assertThat(lines(new ByteArrayInputStream(bytes))).containsExactly("a\uFFFDb", "\uFFFD");
    }

    @Test
    void readsLinesLongerThanItsBuffer() {
        String line = "ä".repeat(200_000);
        assertThat(lines(line + "\r\n" + line)).containsExactly(line, line);
    }

    @Test
    void joinsWhatComesInPieces() {
        var trickle = new ByteArrayInputStream("ä\r\nb\n".getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, 1);
            }
        };
        assertThat(lines(trickle)).containsExactly("ä", "b");
    }

    @Test
    void readsNoFurtherThanItMust() {
        var stream = new ByteArrayInputStream("a\n".repeat(100_000).getBytes(StandardCharsets.UTF_8));
        var reader = new LineReader(stream);
        assertThat(reader.next()).isEqualTo("a");
        assertThat(stream.available()).isPositive();
    }

    @Test
    void tellsOfAStreamThatBreaks() {
        InputStream broken = InputStream.nullInputStream();
        try {
            broken.close(); // reading it fails from now on
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var reader = new LineReader(broken);
        assertThatThrownBy(reader::hasNext)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot read the next line");
    }

    private static List<String> lines(String text) {
        return lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> lines(InputStream stream) {
        var lines = new ArrayList<String>();
        new LineReader(stream).forEachRemaining(lines::add);
        return lines;
    }
}
