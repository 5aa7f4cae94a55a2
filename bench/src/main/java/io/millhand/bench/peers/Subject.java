package io.millhand.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A pool under measurement.
///
/// @param name as the table shows it
/// @param command starts its program, without the arguments of [Program]
record Subject(String name, List<String> command) {

    private static final long LIMIT_SECONDS = 300;

    /// A class of this module with a main method.
    static Subject java(String name, Class<?> program) {
        return new Subject(name, JavaCommand.of(program.getName()));
    }

    /// A program in another language.
    ///
    /// @param interpreter to be found on the path
    /// @param file in the folder that the system property `bench.peers` names
    static Subject script(String name, String interpreter, String file) {
        var folder = Path.of(System.getProperty("bench.peers"));
        return new Subject(name, List.of(interpreter, folder.resolve(file).toString()));
    }

    /// The version, or empty where the program or what it needs is not installed.
    Optional<String> version() {
        try {
            var said = said(List.of("version"), ProcessBuilder.Redirect.DISCARD);
            return Optional.ofNullable(said.get("version"));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /// Does a run in a new process, and adds what it measured.
    ///
    /// @throws IOException where the program failed, or took too long
    Map<Measure, Double> measure(Run run, int size) throws IOException {
        var said = ask(run.word(), String.valueOf(size));
        Map<Measure, Double> measured = new HashMap<>();
        for (var measure : Measure.values()) {
            if (said.containsKey(measure.word())) {
                measured.put(measure, Double.parseDouble(said.get(measure.word())));
            }
        }
        return measured;
    }

    /// What a new process says to these arguments.
    ///
    /// @throws IOException where the program failed, or took too long
    Map<String, String> ask(String... arguments) throws IOException {
        return said(List.of(arguments), ProcessBuilder.Redirect.INHERIT);
    }

    /// Starts the program and leaves it alone.
    Process start(List<String> arguments, ProcessBuilder.Redirect errors) throws IOException {
        var whole = new ArrayList<>(command);
        whole.addAll(arguments);
        return new ProcessBuilder(whole).redirectError(errors).start();
    }

    private Map<String, String> said(List<String> arguments, ProcessBuilder.Redirect errors) throws IOException {
        var process = start(arguments, errors);
        var family = Family.of(process);
        try (var input = process.getInputStream()) {
            process.getOutputStream().close();
            var killer = Thread.ofVirtual().start(() -> killAfterLimit(process, family));
            var text = new String(input.readAllBytes(), StandardCharsets.UTF_8);
            int exitCode = process.waitFor();
            killer.interrupt();
            if (exitCode != 0) {
                throw new IOException(name + " " + arguments + " exited with code " + exitCode);
            }
            return pairs(text);
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException("interrupted", e));
        } finally {
            family.kill();
        }
    }

    private static void killAfterLimit(Process process, Family family) {
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                family.kill();
            }
        } catch (InterruptedException _) {
            // it ended
        }
    }

    /// Reads lines of a key, a blank and a value; others are none of ours.
    static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new HashMap<>();
        text.lines()
                .map(line -> line.strip().split(" ", 2))
                .filter(words -> words.length == 2)
                .forEach(words -> pairs.put(words[0], words[1]));
        return pairs;
    }
}
