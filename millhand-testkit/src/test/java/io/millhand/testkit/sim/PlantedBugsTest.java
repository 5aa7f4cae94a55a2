package io.millhand.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The simulation must find what it is there to find.
final class PlantedBugsTest {

    /// Of this thread's processor time, so that a busy machine makes no difference.
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void findsEveryPlantedBug(@TempDir Path folder) throws Exception {
        var notFound = new ArrayList<PlantedBug>();
        var bugs = PlantedBug.all();
        System.out.println("| planted bug | found after histories | ms |");
        for (int i = 0; i < bugs.size(); i++) {
            var bug = bugs.get(i);
            try (var mutant = new Mutant(bug, folder.resolve("bug" + i))) {
                if (!isFound(bug, mutant)) {
                    notFound.add(bug);
                }
            }
        }
        assertThat(notFound).as("not found within " + LIMIT).isEmpty();
    }

    /// One history at a time, always from the same seed.
    private static boolean isFound(PlantedBug bug, Mutant mutant) throws ReflectiveOperationException {
        var threads = ManagementFactory.getThreadMXBean();
        long begin = threads.getCurrentThreadCpuTime();
        for (long seed = 1; threads.getCurrentThreadCpuTime() - begin < LIMIT.toNanos(); seed++) {
            var find = mutant.hunt(seed, 1);
            if (find.isPresent()) {
                long millis = (threads.getCurrentThreadCpuTime() - begin) / 1_000_000;
                System.out.println("| " + bug + " | " + seed + " | " + millis + " |");
                return true;
            }
        }
        System.out.println("| " + bug + " | - | - |");
        return false;
    }
}
