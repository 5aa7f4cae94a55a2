package io.millhand.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// How much heap each child gets when nobody says: its share of what the parent leaves.
///
/// `(memory of the container or machine - maximum heap of the parent - 64 MiB a child - 10 %) / children`
final class HeapSlice {

    private static final long MIB = 1 << 20;
    static final long LEAST_BYTES = 32 * MIB;
    private static final long BESIDES_HEAP_BYTES = 64 * MIB;

    /// Where the limit of a container stands: control groups of version 2, then of version 1.
    private static final Path[] LIMITS = {
        Path.of("/sys/fs/cgroup/memory.max"), Path.of("/sys/fs/cgroup/memory/memory.limit_in_bytes")
    };

    private HeapSlice() {}

    /// @param children how many share
    /// @throws IllegalArgumentException where a share would be too small, with the arithmetic
    static long of(int children) {
        return of(children, memoryBytes(), Runtime.getRuntime().maxMemory());
    }

    static long of(int children, long memoryBytes, long parentHeapBytes) {
        long tenth = memoryBytes / 10;
        long slice = (memoryBytes - parentHeapBytes - children * BESIDES_HEAP_BYTES - tenth) / children;
        if (slice < LEAST_BYTES) {
            throw new IllegalArgumentException("the heap of a child must be at least " + LEAST_BYTES / MIB
                    + " MiB, would be (" + memoryBytes / MIB + " MiB of memory - " + parentHeapBytes / MIB
                    + " MiB maximum heap of this JVM - " + children + " x " + BESIDES_HEAP_BYTES / MIB + " MiB - "
                    + tenth / MIB + " MiB reserve) / " + children + " = " + slice / MIB
                    + " MiB; use fewer workers, a smaller -Xmx for this JVM, or say heap(...)");
        }
        return slice / MIB * MIB;
    }

    private static long memoryBytes() {
        var limits = Stream.of(LIMITS).map(HeapSlice::numberIn).flatMapToLong(OptionalLong::stream);
        return Math.min(limits.min().orElse(Long.MAX_VALUE), machineBytes());
    }

    private static OptionalLong numberIn(Path file) {
        try {
            String text = Files.readString(file).strip();
            return text.chars().allMatch(Character::isDigit)
                    ? OptionalLong.of(Long.parseLong(text))
                    : OptionalLong.empty();
        } catch (IOException | NumberFormatException _) {
            return OptionalLong.empty(); // no such control group, or no limit in it
        }
    }

    private static long machineBytes() {
        try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith("MemTotal:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElseGet(HeapSlice::guessedBytes);
        } catch (IOException _) {
            return guessedBytes();
        }
    }

    /// The JVM's own default maximum heap is a quarter of the memory.
    private static long guessedBytes() {
        return 4 * Runtime.getRuntime().maxMemory();
    }
}
