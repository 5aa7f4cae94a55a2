package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.CrashReport;
import io.millhand.MemoryCause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutopsyTest {

    private static final int SIGKILLED = 137;

    @TempDir
    Path root;

    @Test
    void asksTheKernelsCountersOnlyForAKillFromOutside() throws IOException {
        assertThat(afterAnOomKill(SIGKILLED, false, false, "")).isEqualTo(MemoryCause.MACHINE);
        assertThat(afterAnOomKill(SIGKILLED, false, true, "")).isEqualTo(MemoryCause.NONE);
        assertThat(afterAnOomKill(SIGKILLED, true, false, "")).isEqualTo(MemoryCause.NONE);
        assertThat(afterAnOomKill(143, false, false, "")).isEqualTo(MemoryCause.NONE);
    }

    @Test
    void tellsAKillForTheBudget() throws IOException {
        assertThat(afterAnOomKill(SIGKILLED, false, true, ProcessPool.OVER_BUDGET))
                .isEqualTo(MemoryCause.BUDGET);
    }

    @Test
    void knowsNothingOfTheKernelsKillsBeforeTheChildHasConnected() {
        assertThat(report(new Autopsy(new OomKills(root), List.of()), SIGKILLED, false, false, "")
                        .memory())
                .isEqualTo(MemoryCause.NONE);
    }

    @Test
    void findsTheSameForAllAttemptsOfAChild() throws IOException {
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(root.resolve("proc/vmstat"), "oom_kill 0\n");
        var autopsy = new Autopsy(new OomKills(root), List.of());
        autopsy.connected(7);
        Files.writeString(root.resolve("proc/vmstat"), "oom_kill 1\n");

        assertThat(report(autopsy, SIGKILLED, false, false, "").memory()).isEqualTo(MemoryCause.MACHINE);
        assertThat(report(autopsy, SIGKILLED, false, false, "").memory()).isEqualTo(MemoryCause.MACHINE);
    }

    private MemoryCause afterAnOomKill(int exitCode, boolean announced, boolean killed, String reason)
            throws IOException {
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(root.resolve("proc/vmstat"), "oom_kill 0\n");
        var autopsy = new Autopsy(new OomKills(root), List.of("-Xmx64m"));
        autopsy.connected(7);
        Files.writeString(root.resolve("proc/vmstat"), "oom_kill 1\n");
        var report = report(autopsy, exitCode, announced, killed, reason);
        assertThat(report.jvmOptions()).containsExactly("-Xmx64m");
        return report.memory();
    }

    private static CrashReport report(Autopsy autopsy, int exitCode, boolean announced, boolean killed, String reason) {
        return autopsy.report(
                new Autopsy.Remains("test#1", 7, exitCode, announced, killed, reason, "", "", Duration.ofSeconds(1)),
                12,
                2);
    }
}
