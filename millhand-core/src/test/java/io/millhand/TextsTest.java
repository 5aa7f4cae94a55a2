package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// How endings read.
final class TextsTest {

    private static CrashReport report(OptionalInt exitCode, Optional<String> signal, String stderr) {
        return report(exitCode, signal, MemoryCause.NONE, stderr);
    }

    private static CrashReport report(
            OptionalInt exitCode, Optional<String> signal, MemoryCause memory, String stderr) {
        return new CrashReport(
                "scores#2",
                4711,
                exitCode,
                signal,
                memory,
                "",
                List.of("-Xmx64m"),
                stderr,
                "",
                7,
                2,
                Duration.ofSeconds(3),
                Optional.empty(),
                "",
                false);
    }

    @Test
    void saysHowAProcessEnded() {
        assertThat(report(OptionalInt.of(137), Optional.of("SIGKILL"), "").summary())
                .isEqualTo("killed by SIGKILL");
        assertThat(report(OptionalInt.of(3), Optional.empty(), "").summary()).isEqualTo("exited with code 3");
        assertThat(report(OptionalInt.empty(), Optional.empty(), "").summary()).isEqualTo("ended in an unknown way");
    }

    @Test
    void saysWhichMemoryAProcessRanOutOf() {
        assertThat(report(OptionalInt.of(3), Optional.empty(), MemoryCause.HEAP, "")
                        .summary())
                .isEqualTo("ran out of heap memory, exited with code 3");
        assertThat(report(OptionalInt.of(137), Optional.of("SIGKILL"), MemoryCause.CONTAINER, "")
                        .summary())
                .isEqualTo("ran out of the container's memory, killed by SIGKILL");
    }

    @Test
    void saysWhyAProcessWasKilledByMillhand() {
        var report = new CrashReport(
                "w",
                1,
                OptionalInt.of(137),
                Optional.of("SIGKILL"),
                MemoryCause.BUDGET,
                "killed to keep the memory budget",
                List.of(),
                "",
                "",
                1,
                1,
                Duration.ZERO,
                Optional.empty(),
                "",
                false);

        assertThat(report.summary()).isEqualTo("killed to keep the memory budget (killed by SIGKILL)");
    }

    @Test
    void saysWhereACrashIsKept() {
        var kept = report(OptionalInt.of(3), Optional.empty(), "").keptIn(Path.of("crashes", "a"));

        assertThat(kept.folder()).contains(Path.of("crashes", "a"));
        assertThat(kept.toString()).endsWith("; all of it is in " + Path.of("crashes", "a"));
        assertThat(kept.asQuarantined().folder()).isEqualTo(kept.folder());
        assertThat(kept.notKept("disk full").toString()).endsWith("; it could not be kept in a folder: disk full");
    }

    @Test
    void tellsACrashInOneLineAndWhatTheProcessSaid() {
        assertThat(report(OptionalInt.of(3), Optional.empty(), "last words"))
                .hasToString("scores#2 (pid 4711) exited with code 3 while it ran attempt 2 of task 7, after a life of"
                        + " 3000 ms\nlast lines of its standard error:\nlast words");
        assertThat(report(OptionalInt.of(3), Optional.empty(), "")
                        .asQuarantined()
                        .toString())
                .endsWith("after a life of 3000 ms; the task is quarantined");
    }

    @Test
    void tellsWhichLimitRanOut() {
        var limit = Duration.ofSeconds(1);
        var elapsed = Duration.ofMillis(1_004);
        assertThat(new Expiry(Expiry.Clock.TIMEOUT, limit, elapsed, "", false))
                .hasToString("timeout of 1000 ms ran out after 1004 ms");
        assertThat(new Expiry(Expiry.Clock.TIMEOUT, limit, elapsed, "at a.B.c", true))
                .hasToString("timeout of 1000 ms ran out after 1004 ms, the task ignores its interrupt and was left"
                        + " behind\nat a.B.c");
    }

    @Test
    void keepsTheReportInTheException() {
        var report = report(OptionalInt.of(3), Optional.empty(), "");
        assertThat(new TaskCrashedException(report).report()).isSameAs(report);
        assertThat(new TaskCrashedException(report)).hasMessage(report.toString());
    }
}
