package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapCommandIT {

    private static final Path EXAMPLES =
            Path.of("..", "examples", "functions").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("Id.java"), "class Id { public static long id(long n) { return n; } }");
        Files.writeString(
                folder.resolve("Text.java"),
                "class Text { public static String show(String s) { return '[' + s + ']'; } }");
        Files.writeString(folder.resolve("Flaky.java"), """
                import java.nio.file.*;
                class Flaky {
                    record Answer(int n, double half) {}
                    public static Answer f(int n) throws Exception {
                        if (n == 2) throw new IllegalStateException("two is bad");
                        if (n == 3 && Files.notExists(Path.of("tried"))) {
                            Files.createFile(Path.of("tried"));
                            System.exit(9);
                        }
                        System.out.println("said by " + n);
                        return new Answer(n, n / 2.0);
                    }
                }""");
    }

    @Test
    void keepsTheOrderOfARange() {
        try (var run = CommandRun.millhand(folder, "map", "Id.java", "--range", "-500..1500")) {
            assertThat(run.exitCode()).isZero();
            assertThat(run.out())
                    .isEqualTo(IntStream.rangeClosed(-500, 1500)
                            .mapToObj(n -> n + "\n")
                            .collect(Collectors.joining()));
            assertThat(run.err()).contains("2,001 inputs in", "2,001 succeeded").doesNotContain("WARN");
        }
    }

    @Test
    void answersEveryInputWithoutOrder() {
        try (var run = CommandRun.millhand(folder, "map", "Id.java", "--range", "1..500", "--unordered")) {
            assertThat(run.exitCode()).isZero();
            assertThat(run.out().lines().map(Integer::valueOf))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.rangeClosed(1, 500).boxed().toList());
        }
    }

    @Test
    void readsLinesAndFiles() throws IOException {
        Files.writeString(folder.resolve("l.txt"), "a\r\n\nä");
        try (var run = CommandRun.millhand(folder, "map", "Text.java", "*.txt", "--lines", "l.txt")) {
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).isEqualTo("[a\r\n\nä]\n[a]\n[]\n[ä]\n");
        }
    }

    @Test
    void tellsOfFailuresOnTheStandardError() {
        try (var run = CommandRun.millhand(folder, "map", "Flaky.java", "--range", "1..2")) {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).isEqualTo("{\"n\":1,\"half\":0.5}\n");
            assertThat(run.err())
                    .contains("millhand: 2: failed: java.lang.IllegalStateException: two is bad (Flaky.java:5)")
                    .contains("said by 1")
                    .contains("2 inputs in", "1 succeeded, 1 failed");
        }
    }

    @Test
    void writesOneObjectForEachInput() throws IOException {
        try (var run = CommandRun.millhand(
                folder, "map", "Flaky.java", "--range", "1..3", "--output", "o.jsonl", "--retries", "1")) {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            var lines = Files.readAllLines(folder.resolve("o.jsonl"));
            assertThat(lines).hasSize(3);
            assertThat(lines.get(0))
                    .startsWith("{\"input\":\"1\",\"outcome\":\"succeeded\",\"value\":{\"n\":1,\"half\":0.5}")
                    .contains("\"attempts\":1,");
            assertThat(lines.get(1)).contains("\"outcome\":\"failed\",\"error\":{\"class\":", "\"attempts\":2,");
            assertThat(lines.get(2)).contains("\"outcome\":\"succeeded\"", "\"attempts\":2,");
        }
    }

    @Test
    void sparesAnOutputFileThatIsThere() throws IOException {
        Files.writeString(folder.resolve("o"), "old\n");
        try (var run = CommandRun.millhand(folder, "map", "Id.java", "--range", "1..2", "--output", "o")) {
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(folder.resolve("o")).hasContent("old");
        }
        try (var run = CommandRun.millhand(folder, "map", "Id.java", "--range", "1..2", "--output", "o", "--append")) {
            assertThat(run.exitCode()).isZero();
            assertThat(Files.readAllLines(folder.resolve("o"))).hasSize(3);
        }
    }

    @Test
    void stopsOnAFullDisk() {
        try (var run =
                CommandRun.millhand(folder, "map", "Id.java", "--range", "1..1000000000", "--output", "/dev/full")) {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("cannot write results to /dev/full").doesNotContain("\tat ");
        }
    }

    @Test
    void endsQuietlyWithItsReader() {
        try (var run = CommandRun.shell(
                folder, "millhand map Id.java --range 1..1000000000 | head -n 3; echo ${PIPESTATUS[0]}")) {
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).isEqualTo("1\n2\n3\n141\n");
            assertThat(run.err()).isEmpty();
        }
    }

    @Test
    void answersBeforeItsStandardInputEnds() {
        try (var run = CommandRun.shell(
                folder, "(echo first; until [ -e go ]; do sleep 0.1; done; echo second) | millhand map Text.java -")) {
            run.awaitOut("[first]");
            assertThat(folder.resolve("go").toFile().mkdir()).isTrue();
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).isEqualTo("[first]\n[second]\n");
        }
    }

    @Test
    void runsAFunctionOfTheClassPath() {
        try (var run = CommandRun.millhand(folder, "map", "java.lang.Long::toHexString", "--range", "9..11")) {
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).isEqualTo("9\na\nb\n");
        }
    }

    @Test
    void refusesWrongUsageBeforeAnythingRuns() {
        for (String arguments : new String[] {
            "map Id.java",
            "map None.java --range 1..2",
            "map Id.java --range 2..1",
            "map Id.java nothing.txt",
            "map Id.java --range 1..2 --timeout 5",
            "map Id.java --range 1..2 --workers 0",
            "map Id.java --lines none",
            "map Id.java --range 1..2 --heap 1m",
            "map Id.java --range 1..2 --append",
            "map Id --range 1..2",
            "nonsense",
            ""
        }) {
            String[] words = arguments.isEmpty() ? new String[0] : arguments.split(" ");
            try (var run = CommandRun.millhand(folder, words)) {
                assertThat(run.exitCode()).as(arguments).isEqualTo(2);
                assertThat(run.out()).isEmpty();
                assertThat(run.err()).isNotEmpty().doesNotContain("\tat ");
            }
        }
    }

    @Test
    void letsTheOthersGoOnWhateverRunsAway() {
        String runaway = EXAMPLES.resolve("Runaway.java").toString();
        try (var run = CommandRun.millhand(folder, "map", runaway, "--range", "1..20", "--timeout", "2s")) {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out().lines()).hasSize(12);
            assertThat(run.err()).contains("12 succeeded, 4 timed out, 4 crashed");
        }
    }

    @Test
    void runsTheOtherExamples() {
        String words = EXAMPLES.resolve("WordCount.java").toString();
        try (var run = CommandRun.millhand(folder, "map", words, "Id.java")) {
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).isEqualTo("{\"file\":\"Id.java\",\"lines\":1,\"words\":13,\"characters\":56}\n");
        }
        String sum = EXAMPLES.resolve("Sha256.java").toString();
        try (var run = CommandRun.millhand(folder, "map", sum, "Id.java")) {
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).hasSize(64 + "  Id.java\n".length()).endsWith("  Id.java\n");
        }
    }
}
