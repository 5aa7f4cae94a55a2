package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignalsIT {

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("Wait.java"), """
                import java.nio.file.*;
                class Wait {
                    public static String f(int n) throws Exception {
                        System.out.println("began " + n);
                        while (Files.notExists(Path.of("go"))) Thread.onSpinWait();
                        return "ended " + n;
                    }
                }""");
    }

    @ParameterizedTest
    @CsvSource({"INT, 130, interrupted", "TERM, 143, terminated"})
    void drainsWhatHasBegun(String signal, int code, String word) throws IOException {
        try (var run = CommandRun.millhand(
                folder, "map", "Wait.java", "--range", "1..1000000", "--workers", "1", "--grace", "1h")) {
            run.awaitErr("began 1");
            run.signal(signal);
            run.awaitErr("millhand: stopping");
            Files.createFile(folder.resolve("go"));
            assertThat(run.exitCode()).isEqualTo(code);
            assertThat(run.out()).startsWith("ended 1\n");
            assertThat(run.err()).contains("millhand: " + word + " after");
        }
    }

    @Test
    void killsWhenTheGraceIsOver() {
        try (var run = CommandRun.millhand(
                folder, "map", "Wait.java", "--range", "1..1000000", "--workers", "1", "--grace", "10ms")) {
            run.awaitErr("began 1");
            var children = run.children();
            run.signal("TERM");
            assertThat(run.exitCode()).isEqualTo(143);
            assertThat(run.err()).contains("terminated after", "cancelled");
            assertThat(children).isNotEmpty();
            await().atMost(CommandRun.CEILING).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    void killsAtASecondSignal() {
        try (var run = CommandRun.millhand(
                folder, "map", "Wait.java", "--range", "1..1000000", "--workers", "1", "--grace", "1h")) {
            run.awaitErr("began 1");
            run.signal("INT");
            run.awaitErr("millhand: stopping");
            run.signal("INT");
            assertThat(run.exitCode()).isEqualTo(130);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains("interrupted after", "cancelled").doesNotContain("\tat ");
        }
    }

    @Test
    void stopsWhileItWaitsForItsStandardInput() {
        try (var run = CommandRun.shell(
                folder, "millhand map java.lang.Long::toString - < <(echo 7; exec sleep 600); echo code $?; kill $!")) {
            run.awaitOut("7\n");
            var command = run.children().stream()
                    .filter(child -> child.info().command().orElse("").endsWith("java"))
                    .findFirst()
                    .orElseThrow();
            command.destroy();
            run.awaitOut("code 143");
            assertThat(run.err()).contains("terminated after 1 input");
        }
    }
}
