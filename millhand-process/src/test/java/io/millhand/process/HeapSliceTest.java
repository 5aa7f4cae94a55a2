package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HeapSliceTest {

    private static final long MIB = 1 << 20;

    @Test
    void sharesWhatTheParentLeaves() {
        // (4096 - 1024 - 2 * 64 - 409) / 2
        assertThat(HeapSlice.of(2, 4096 * MIB, 1024 * MIB)).isEqualTo(1267 * MIB);
    }

    @Test
    void refusesASliceThatIsTooSmallWithTheArithmetic() {
        assertThatThrownBy(() -> HeapSlice.of(4, 512 * MIB, 128 * MIB))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the heap of a child must be at least 32 MiB, would be (512 MiB of memory - 128 MiB maximum"
                        + " heap of this JVM - 4 x 64 MiB - 51 MiB reserve) / 4 = 19 MiB; use fewer workers, a smaller"
                        + " -Xmx for this JVM, or say heap(...)");
    }

    @Test
    void findsAMemorySizeOnThisMachine() {
        assertThat(HeapSlice.of(1)).isGreaterThanOrEqualTo(HeapSlice.LEAST_BYTES);
    }
}
