package io.millhand.bench.peers;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// What the numbers were seen on.
final class Machine {

    private Machine() {}

    static String line() throws IOException {
        var system = ManagementFactory.getOperatingSystemMXBean();
        return String.format(
                Locale.ROOT,
                "%d cores, %.1f GiB memory, %s %s %s, %s %s, load %.1f at the end",
                system.getAvailableProcessors(),
                memoryGibibytes(),
                system.getName(),
                system.getVersion(),
                system.getArch(),
                System.getProperty("java.vm.name"),
                Runtime.version(),
                system.getSystemLoadAverage());
    }

    private static double memoryGibibytes() throws IOException {
        var info = Path.of("/proc/meminfo");
        if (!Files.exists(info)) {
            return Double.NaN;
        }
        return Files.readAllLines(info).stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / (1 << 20))
                .findFirst()
                .orElse(Double.NaN);
    }
}
