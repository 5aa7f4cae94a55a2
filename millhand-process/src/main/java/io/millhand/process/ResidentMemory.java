package io.millhand.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a process occupies in memory, as the kernel tells it (Linux).
final class ResidentMemory {

    private ResidentMemory() {}

    /// The resident set in bytes, or 0 where it cannot be known.
    static long of(long pid) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | RuntimeException _) {
            return 0; // gone, or not on Linux
        }
    }
}
