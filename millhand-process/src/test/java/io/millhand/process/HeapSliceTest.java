package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.testkit.Guarantee;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @Test
    @Guarantee("6.11.5")
    void refusesAContainerOf64MebibytesWithTheArithmetic() {
        assertThatThrownBy(() -> HeapSlice.of(1, 64 * MIB, 16 * MIB))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the heap of a child must be at least 32 MiB, would be (64 MiB of memory - 16"
                        + " MiB maximum heap of this JVM - 1 x 64 MiB - 6 MiB reserve) / 1 = -22 MiB");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    # what,                            /proc/self/cgroup,                   limits,                    MiB
                    a machine without groups,          -,                                   -,                         8192
                    a container of version 2,          0::/,                                memory.max=512,            512
                    a container without a limit,       0::/,                                memory.max=max,            8192
                    a nested group of version 2,       0::/app/web,                         app/web/memory.max=256,    256
                    a group in a limited group,        0::/app/web,                         app/memory.max=300,        300
                    a group that is seen from outside, 0::/docker/1234,                     memory.max=400,            400
                    a group above the namespace,       0::/../..,                           memory.max=400,            400
                    a container of version 1,          4:memory:/docker/1,                  memory/memory.limit_in_bytes=256, 256
                    a nested group of version 1, 4:memory:/a/b,                       memory/a/b/memory.limit_in_bytes=128, 128
                    version 1 without a limit,         4:memory:/a,                         memory/a/memory.limit_in_bytes=8796093022207, 8192
                    more than the machine has,         0::/,                                memory.max=9000,           8192
                    """)
    @Guarantee("6.11.5")
    void takesTheLeastLimitOfAllGroupsAround(
            String what, @Nullable String group, @Nullable String limit, long mebibytes, @TempDir Path root)
            throws IOException {
        write(root.resolve("proc/meminfo"), "MemTotal:        " + 8192 * 1024 + " kB\nMemFree: 1 kB\n");
        if (group != null) {
            write(root.resolve("proc/self/cgroup"), "1:name=systemd:/x\n" + group + "\n");
        }
        if (limit != null) {
            var parts = limit.split("=", 2);
            String value = parts[1].equals("max") ? "max" : Long.toString(Long.parseLong(parts[1]) * MIB);
            write(root.resolve("sys/fs/cgroup").resolve(parts[0]), value + "\n");
        }

        assertThat(HeapSlice.memoryBytes(root)).as(what).isEqualTo(mebibytes * MIB);
    }

    @Test
    @Guarantee("6.11.5")
    void takesTheLimitOfBothVersionsOfGroupsWhereBothAreThere(@TempDir Path root) throws IOException {
        write(root.resolve("proc/meminfo"), "MemTotal: 8388608 kB\n");
        write(root.resolve("proc/self/cgroup"), "7:cpuacct,memory:/a\n0::/a\n");
        write(root.resolve("sys/fs/cgroup/memory/a/memory.limit_in_bytes"), Long.toString(100 * MIB));

        assertThat(HeapSlice.memoryBytes(root)).isEqualTo(100 * MIB);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
