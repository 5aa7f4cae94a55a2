package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The real command in a process of its own, with its output in files.
final class CommandRun implements AutoCloseable {

    /// Generous: only a hang may take so long.
    static final Duration CEILING = Duration.ofMinutes(2);

    private final Process process;
    private final Path out;
    private final Path err;

    private CommandRun(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /// Starts `millhand` with these arguments in a folder.
    static CommandRun millhand(Path folder, String... arguments) {
        return start(folder, command(arguments));
    }

    /// Starts a shell, where `$MILLHAND` is the command.
    static CommandRun shell(Path folder, String script) {
        return start(
                folder,
                List.of("bash", "-c", "millhand() { " + String.join(" ", quoted(command())) + " \"$@\"; }\n" + script));
    }

    static CommandRun start(Path folder, List<String> command) {
        try {
            Path out = temporaryFile("out");
            Path err = temporaryFile("err");
            var process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            process.getOutputStream().close();
            return new CommandRun(process, out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path temporaryFile(String name) throws IOException {
        var file = Files.createTempFile(name, null);
        file.toFile().deleteOnExit();
        return file;
    }

    /// Waits for the end.
    int exitCode() {
        try {
            assertThat(process.waitFor(CEILING.toSeconds(), TimeUnit.SECONDS))
                    .as("ended in time; stderr: %s", err())
                    .isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    void awaitOut(String text) {
        await().atMost(CEILING).until(() -> out().contains(text));
    }

    void awaitErr(String text) {
        await().atMost(CEILING).until(() -> err().contains(text));
    }

    /// The command's processes, itself apart.
    List<ProcessHandle> children() {
        return process.descendants().toList();
    }

    void signal(String name) {
        var kill = start(Path.of("."), List.of("kill", "-" + name, Long.toString(process.pid())));
        assertThat(kill.exitCode()).isZero();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static List<String> command(String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Millhand.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> quoted(List<String> words) {
        return words.stream().map(word -> "'" + word + "'").toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
