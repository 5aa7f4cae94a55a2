package io.millhand.bench.peers;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Measures all pools that are installed, in turn and repeatedly, each time in a process of its own, and prints a
/// table.
/// Started by `bench/peers.sh`, which knows the folder of the programs in other languages.
///
/// The exit code is 1 where ours, the floor or an installed peer lacks a measure, and 2 for wrong usage.
public final class PeerHarness {

    private static final String USAGE = "usage: peers.sh [--quick] [--repetitions N] [--out FILE.md]";
    private static final String OURS = "Millhand";

    /// Not of this module: see `bench/peers/Pp4jPool.java`.
    private static final String PP4J = "io.millhand.bench.peers.Pp4jPool";

    private final boolean quick;
    private final int repetitions;
    private final Results results = new Results();

    /// Those that are installed, with their versions; ours is the first.
    private final Map<Subject, String> installed = new LinkedHashMap<>();

    private PeerHarness(boolean quick, int repetitions) {
        this.quick = quick;
        this.repetitions = repetitions;
    }

    /// Measures and reports.
    ///
    /// @param args see the usage
    public static void main(String[] args) throws IOException {
        var options = Options.of(args, "--repetitions").orElse(null);
        if (options == null) {
            System.err.println(USAGE);
            System.exit(2);
            return;
        }
        var harness = new PeerHarness(options.quick(), options.count(options.quick() ? 2 : 5));
        var subjects = List.of(
                Subject.java(OURS, OurPool.class),
                Subject.java("bare sockets", BareSockets.class),
                Subject.script("CPython", "python3", "cpython.py"),
                Subject.script("workerpool", "node", "workerpool.js"),
                Subject.script("jest-worker", "node", "jest-worker.js"),
                Subject.script("tinypool", "node", "tinypool.js"),
                new Subject("PP4J", JavaCommand.on(System.getProperty("bench.pp4j", ""), PP4J)));
        harness.run(subjects);
        var report = harness.report(subjects);
        options.write(report);
        System.exit(harness.complete() ? 0 : 1);
    }

    private void run(List<Subject> subjects) {
        for (var subject : subjects) {
            subject.version().ifPresent(version -> installed.put(subject, version));
        }
        for (var run : Run.values()) {
            for (int i = 1; i <= repetitions; i++) {
                for (var subject : installed.keySet()) {
                    measure(subject, run);
                }
            }
        }
    }

    private void measure(Subject subject, Run run) {
        try {
            var measured = subject.measure(run, run.size(quick));
            measured.forEach((measure, value) -> results.add(subject.name(), measure, value));
            System.err.println(subject.name() + " " + measured);
        } catch (IOException | NumberFormatException e) {
            System.err.println(e.getMessage());
            // A failed repetition spoils the measure: the others would hide it.
            List.of(Measure.values()).stream()
                    .filter(measure -> measure.run() == run)
                    .forEach(measure -> results.add(subject.name(), measure, 0));
        }
    }

    private boolean complete() {
        boolean complete =
                installed.keySet().stream().anyMatch(subject -> subject.name().equals(OURS));
        for (var subject : installed.keySet()) {
            var missing = results.missing(subject.name());
            if (!missing.isEmpty()) {
                System.err.println(subject.name() + " lacks " + missing);
                complete = false;
            }
        }
        return complete;
    }

    private String report(List<Subject> subjects) throws IOException {
        var others = subjects.stream()
                .map(Subject::name)
                .filter(name -> !name.equals(OURS))
                .toList();
        var lines = new ArrayList<String>();
        lines.add(LocalDate.now(ZoneOffset.UTC) + ", medians of " + repetitions + " runs in turn"
                + (quick ? ", quick: only a check that the harness works" : "") + "; ratio = " + OURS + " / other.");
        lines.add("");
        lines.add(new Table(OURS, others, results).render());
        lines.add("Machine: " + Machine.line() + ".");
        lines.add("Versions: "
                + installed.entrySet().stream()
                        .map(entry -> entry.getKey().name() + " " + entry.getValue())
                        .collect(Collectors.joining("; "))
                + ".");
        return String.join("\n", lines) + "\n";
    }
}
