package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.MemoryCause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// How often the kernel has killed for want of memory: in the control group of a process, and on the whole machine.
/// Reads
/// a few small files under `/proc` and `/sys`.
final class OomKills {

    /*
     * A counter that has grown during the life of a process that a SIGKILL ended says that the kernel killed something,
     * not that it was this process. So each kill explains one death only, the first that asks. Asked by the loops'
     * threads; the monitor guards what is explained.
     */

    private static final long UNKNOWN = -1;

    private final Path root;

    /// Up to where each counter is explained, by its file.
    @GuardedBy("this")
    private final Map<Path, Long> explained = new HashMap<>();

    /// @param root `/`, or where a test has put such files
    OomKills(Path root) {
        this.root = root;
    }

    /// The counters at one moment; -1 where there is none.
    ///
    /// @param group the file that has the counter of the control group; it stays when the process is gone
    /// @param inGroup of that group and those below it
    /// @param onMachine of all groups and of none
    record Count(Path group, long inGroup, long onMachine) {}

    /// Counts for a process that is alive.
    Count countFor(long pid) {
        var group = fileOf(pid);
        return new Count(group, read(group), read(vmstat()));
    }

    /// Which memory a process ran out of that a SIGKILL ended, not from here.
    ///
    /// @param before counted while it lived
    synchronized MemoryCause causeOf(Count before) {
        // The counter of the machine counts the kills in groups, too.
        boolean onMachine = explains(vmstat(), before.onMachine);
        if (explains(before.group, before.inGroup)) {
            return MemoryCause.CONTAINER;
        }
        return onMachine ? MemoryCause.MACHINE : MemoryCause.NONE;
    }

    @GuardedBy("this")
    private boolean explains(Path counter, long before) {
        long from = Math.max(before, explained.getOrDefault(counter, 0L));
        boolean grown = before != UNKNOWN && read(counter) > from;
        if (grown) {
            explained.put(counter, from + 1);
        }
        return grown;
    }

    private Path vmstat() {
        return root.resolve("proc/vmstat");
    }

    private Path fileOf(long pid) {
        var nowhere = root.resolve("nonexistent");
        try {
            var lines = Files.readAllLines(
                    root.resolve("proc").resolve(Long.toString(pid)).resolve("cgroup"));
            // 4:memory:/a/b is version 1, 0::/a/b version 2; where both are, the one that counts memory is the former.
            var v1 = path(
                    lines, controllers -> List.of(controllers.split(",", -1)).contains("memory"));
            return v1.isEmpty()
                    ? within(root.resolve("sys/fs/cgroup"), path(lines, String::isEmpty), "memory.events")
                    : within(root.resolve("sys/fs/cgroup/memory"), v1, "memory.oom_control");
        } catch (IOException _) {
            return nowhere; // another system than Linux, or the process is gone
        }
    }

    private static String path(List<String> lines, Predicate<String> controllers) {
        return lines.stream()
                .map(line -> line.split(":", 3))
                .filter(parts -> parts.length == 3 && controllers.test(parts[1]))
                .map(parts -> parts[2])
                .findFirst()
                .orElse("");
    }

    /// A container that does not see the whole tree sees its own group in the place of the root.
    private static Path within(Path mount, String path, String file) {
        var exact = mount.resolve(path.substring(Math.min(1, path.length()))).resolve(file);
        return Files.isReadable(exact) ? exact : mount.resolve(file);
    }

    private static long read(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith("oom_kill "))
                    .mapToLong(line ->
                            Long.parseLong(line.substring("oom_kill ".length()).strip()))
                    .findFirst()
                    .orElse(UNKNOWN);
        } catch (IOException | RuntimeException _) {
            return UNKNOWN; // no such counter here, or one that is written otherwise: nothing is known then
        }
    }
}
