package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Attempt;
import io.millhand.CancelReason;
import io.millhand.CrashReport;
import io.millhand.Expiry;
import io.millhand.MemoryCause;
import io.millhand.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class JsonLinesSinkTest {

    @Test
    void writesAValueAsTheChildMadeIt() {
        assertThat(line("a\"b", new Outcome.Succeeded<>("{\"n\":1}"), attempt(1, 1_234_567, Attempt.Ending.SUCCEEDED)))
                .isEqualTo("{\"input\":\"a\\\"b\",\"outcome\":\"succeeded\",\"value\":{\"n\":1},"
                        + "\"attempts\":1,\"millis\":1.234,\"attemptMillis\":[1.234]}");
    }

    @Test
    void writesWhatTheFunctionThrew() {
        var failure = FunctionFailure.of(new IllegalStateException("no"), JsonLinesSinkTest.class);
        assertThat(line(
                        "x",
                        new Outcome.Failed<>(failure),
                        attempt(1, 2_000_000, Attempt.Ending.FAILED),
                        attempt(2, 3_000_000, Attempt.Ending.FAILED)))
                .startsWith("{\"input\":\"x\",\"outcome\":\"failed\",\"error\":{\"class\":"
                        + "\"java.lang.IllegalStateException\",\"message\":\"no\",\"stack\":\"")
                .endsWith("\"attempts\":2,\"millis\":5.000,\"attemptMillis\":[2.000,3.000]}");
    }

    @Test
    void writesATimeoutWithTheStack() {
        var expiry = new Expiry(
                Expiry.Clock.TIMEOUT, Duration.ofSeconds(2), Duration.ofMillis(2_003), "at F.loop(F.java:3)", false);
        assertThat(line("x", new Outcome.TimedOut<>(expiry)))
                .isEqualTo("{\"input\":\"x\",\"outcome\":\"timed-out\",\"error\":{\"message\":\"no answer within 2 s\","
                        + "\"stack\":\"at F.loop(F.java:3)\"},\"attempts\":0,\"millis\":0.000,\"attemptMillis\":[]}");
    }

    @Test
    void writesACrashWithWhatIsKnown() {
        var report = new CrashReport(
                "map#1",
                42,
                OptionalInt.of(139),
                Optional.of("SIGSEGV"),
                MemoryCause.NONE,
                "",
                List.of(),
                "last words",
                "",
                1,
                1,
                Duration.ZERO,
                Optional.empty(),
                "",
                false);
        assertThat(line("x", new Outcome.Crashed<>(report)))
                .contains("\"outcome\":\"crashed\",\"error\":{\"message\":\"killed by SIGSEGV\",\"pid\":42,"
                        + "\"exitCode\":139,\"signal\":\"SIGSEGV\",\"stderr\":\"last words\"}");
    }

    @Test
    void writesWhichMemoryRanOutAndWhereTheCrashIsKept() {
        var report = new CrashReport(
                "map#1",
                42,
                OptionalInt.of(3),
                Optional.empty(),
                MemoryCause.HEAP,
                "",
                List.of(),
                "",
                "",
                1,
                1,
                Duration.ZERO,
                Optional.of(Path.of("/crashes/a")),
                "",
                false);
        assertThat(line("x", new Outcome.Crashed<>(report)))
                .contains("{\"message\":\"ran out of heap memory, exited with code 3\",\"pid\":42,\"exitCode\":3,"
                        + "\"memory\":\"heap\",\"folder\":\"/crashes/a\"}");
        assertThat(OutcomeText.reason(new Outcome.Crashed<>(report))).endsWith("; kept in /crashes/a");
        assertThat(OutcomeText.reason(new Outcome.Crashed<>(report.notKept("disk full"))))
                .endsWith("; cannot be kept: disk full");
    }

    @Test
    void writesACancelledInput() {
        assertThat(line("x", new Outcome.Cancelled<>(CancelReason.SHUTDOWN)))
                .contains("\"outcome\":\"cancelled\",\"error\":{\"message\":\"the run was stopped\"}");
    }

    @Test
    void keepsLinesForPeopleOnOneLine() {
        assertThat(OutcomeText.oneLine("a\nb\r\u001b[31m\tc")).isEqualTo("a\\nb\\r?[31m c");
        assertThat(OutcomeText.oneLine("x".repeat(1_000))).hasSize(303).endsWith("...");
    }

    private static String line(String input, Outcome<String> outcome, Attempt... attempts) {
        var out = new StringBuilder();
        JsonLinesSink.append(input, outcome, List.of(attempts), out);
        return out.toString();
    }

    private static Attempt attempt(int number, long nanos, Attempt.Ending ending) {
        return new Attempt(number, "map#1", Duration.ofNanos(nanos), ending);
    }
}
