package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.MemoryCause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryCausesTest {

    @ParameterizedTest
    @CsvSource({
        "Java heap space, HEAP",
        "GC overhead limit exceeded, HEAP",
        "Requested array size exceeds VM limit, HEAP",
        "Metaspace, METASPACE",
        "Compressed class space, METASPACE"
    })
    void readsWhatTheJvmSaysBeforeItExits(String message, MemoryCause cause) {
        String stderr = "a line\nTerminating due to java.lang.OutOfMemoryError: " + message + "\nanother line";

        assertThat(MemoryCauses.of(3, stderr, "")).isEqualTo(cause);
        assertThat(MemoryCauses.of(4, stderr, "")).isEqualTo(MemoryCause.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "Cannot reserve 8192 bytes of direct buffer memory (allocated: 1 limit: 2), DIRECT",
        "unable to create native thread: possibly out of memory or process/resource limits reached, NATIVE",
        "Unable to allocate 1099511627776 bytes, NATIVE",
        "Java heap space, HEAP"
    })
    void readsTheErrorThatEndedTheChildsOwnCode(String message, MemoryCause cause) {
        String stderr = "java.lang.OutOfMemoryError: " + message + "\n\tat java.base/java.nio.Bits.reserveMemory";

        assertThat(MemoryCauses.of(1, stderr, "")).isEqualTo(cause);
        assertThat(MemoryCauses.of(0, stderr, "")).isEqualTo(MemoryCause.NONE);
    }

    @Test
    void believesAnExitWithTheCodeOfAnExhaustedHeapThatSaysNothing() {
        assertThat(MemoryCauses.of(3, "a line", "")).isEqualTo(MemoryCause.NONE);
    }

    @Test
    void readsTheReportOfAJvmThatGotNoMemoryFromTheSystem() {
        assertThat(MemoryCauses.of(
                        1, "", "#\n# There is insufficient memory for the Java Runtime Environment to continue.\n"))
                .isEqualTo(MemoryCause.NATIVE);
    }
}
