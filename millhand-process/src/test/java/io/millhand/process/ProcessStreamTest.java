package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProcessStreamTest {

    @Test
    void keepsTheLastLinesWhateverTheySay() {
        assertThat(pump("a\n#\n\nb\u0000c\nno end").tail()).isEqualTo("a\n#\n\nb\u0000c\nno end");
        assertThat(pump("#").tail()).isEqualTo("#");
        assertThat(pump("").tail()).isEmpty();
    }

    @Test
    void forgetsTheOldestLines() {
        var tail = pump("x".repeat(999).concat("\n").repeat(100) + "last\n").tail();

        assertThat(tail).hasSizeLessThanOrEqualTo(64 * 1024).endsWith("\nlast");
    }

    @Test
    void cutsALineThatDoesNotEnd() {
        assertThat(pump("y".repeat(20_000)).tail().lines()).hasSize(2);
    }

    @Test
    void setsTheReportOfAFatalErrorApart() {
        var pump = pump("before\n#\n# A fatal error has been detected by X:\n#\n#  SIGSEGV (0xb)\n\nSTACK\n# more\n");

        assertThat(pump.tail()).isEqualTo("before");
        assertThat(pump.fatalError()).isEqualTo("# A fatal error has been detected by X:\n#\n#  SIGSEGV (0xb)\n");
    }

    private static ProcessStream pump(String output) {
        var stream = new ProcessStream(new ByteArrayInputStream(output.getBytes(StandardCharsets.UTF_8)), _ -> {});
        stream.drain();
        stream.flush();
        assertThat(stream.isEmpty()).isTrue();
        return stream;
    }
}
