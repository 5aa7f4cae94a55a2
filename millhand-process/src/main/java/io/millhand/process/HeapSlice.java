package io.millhand.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// How much heap each child gets when nobody says: its share of what the parent leaves.
///
/// `(memory of the container or machine - maximum heap of the parent - 64 MiB a child - 10 %) / children`
final class HeapSlice {

    private static final long MIB = 1 << 20;
    static final long LEAST_BYTES = 32 * MIB;
    private static final long BESIDES_HEAP_BYTES = 64 * MIB;

    private HeapSlice() {}

    /// @param children how many share
    /// @throws IllegalArgumentException where a share would be too small, with the arithmetic
    static long of(int children) {
        return of(children, memoryBytes(Path.of("/")), Runtime.getRuntime().maxMemory());
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

    /// The memory of the machine, or what the control groups around this process leave of it.
    ///
    /// @param root of the file system
    static long memoryBytes(Path root) {
        var groups = root.resolve("sys/fs/cgroup");
        long least = machineBytes(root.resolve("proc/meminfo"));
        for (String line : linesOf(root.resolve("proc/self/cgroup"))) {
            // 0::/path in version 2, 4:memory:/path in version 1
            var fields = line.split(":", 3);
            if (fields.length < 3) {
                continue;
            }
            if (fields[1].isEmpty()) {
                least = Math.min(least, leastLimit(groups, fields[2], "memory.max"));
            } else if (List.of(fields[1].split(",")).contains("memory")) {
                least = Math.min(least, leastLimit(groups.resolve("memory"), fields[2], "memory.limit_in_bytes"));
            }
        }
        return least;
    }

    /// Each group is limited by those around it, too. Of a group inside a container the path may be told from outside:
    /// what does not exist here is passed over, and the container's own limit stands at the top.
    private static long leastLimit(Path top, String group, String file) {
        var innermost = top.resolve(group.replaceFirst("^/+", "")).normalize();
        long least = numberIn(top.resolve(file)).orElse(Long.MAX_VALUE);
        for (@Nullable Path each = innermost; each != null && each.startsWith(top); each = each.getParent()) {
            least = Math.min(least, numberIn(each.resolve(file)).orElse(Long.MAX_VALUE));
        }
        return least;
    }

    private static OptionalLong numberIn(Path file) {
        try {
            return OptionalLong.of(Long.parseLong(Files.readString(file).strip()));
        } catch (IOException | NumberFormatException _) {
            return OptionalLong.empty(); // no such control group, or "max"
        }
    }

    private static List<String> linesOf(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException _) {
            return List.of(); // not on Linux
        }
    }

    private static long machineBytes(Path meminfo) {
        return linesOf(meminfo).stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseGet(HeapSlice::guessedBytes);
    }

    /// The JVM's own default maximum heap is a quarter of the memory.
    private static long guessedBytes() {
        return 4 * Runtime.getRuntime().maxMemory();
    }
}
