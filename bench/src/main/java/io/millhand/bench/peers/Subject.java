package io.millhand.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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

    private static final long LIMIT_SECONDS = 120;

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
        var said = said(List.of(run.word(), String.valueOf(size)), ProcessBuilder.Redirect.INHERIT);
        Map<Measure, Double> measured = new HashMap<>();
        for (var measure : Measure.values()) {
            if (said.containsKey(measure.word())) {
                measured.put(measure, Double.parseDouble(said.get(measure.word())));
            }
        }
        return measured;
    }

    private Map<String, String> said(List<String> arguments, ProcessBuilder.Redirect errors) throws IOException {
        var whole = new ArrayList<>(command);
        whole.addAll(arguments);
        var process = new ProcessBuilder(whole).redirectError(errors).start();
        try (var input = process.getInputStream()) {
            process.getOutputStream().close();
            var killer = Thread.ofVirtual().start(() -> killAfterLimit(process));
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
            process.destroyForcibly();
        }
    }

    private static void killAfterLimit(Process process) {
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
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
