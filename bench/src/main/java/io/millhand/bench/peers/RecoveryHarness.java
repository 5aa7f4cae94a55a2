package io.millhand.bench.peers;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Measures how soon all pools that are installed recover from crashes, in turn and repeatedly, and prints a table.
/// Started by `bench/recovery.sh`, which knows the folder of the programs in other languages.
///
/// The exit code is 1 where ours, the floor or an installed peer lacks a measure, and where something never came of
/// ours; it is 2 for wrong usage.
public final class RecoveryHarness {

    private static final String USAGE = "usage: recovery.sh [--quick] [--trials N] [--out FILE.md]";
    private static final String OURS = "Millhand";

    /// The pools take turns so often.
    private static final int ROUNDS = 5;

    private final int rounds;
    private final int trialsPerRound;

    /// What comes later counts as never.
    private final Duration limit;

    private final RecoveryTable table = new RecoveryTable();

    /// Those that are installed, with their versions; ours is the first.
    private final Map<Subject, String> installed = new LinkedHashMap<>();

    private RecoveryHarness(int rounds, int trialsPerRound, Duration limit) {
        this.rounds = rounds;
        this.trialsPerRound = trialsPerRound;
        this.limit = limit;
    }

    /// Measures and reports.
    ///
    /// @param args see the usage
    public static void main(String[] args) throws IOException {
        var options = Options.of(args, "--trials").orElse(null);
        if (options == null) {
            System.err.println(USAGE);
            System.exit(2);
            return;
        }
        int trials = options.count(options.quick() ? 3 : 20);
        int rounds = options.quick() ? 1 : ROUNDS;
        var limit = Duration.ofSeconds(options.quick() ? 3 : 5);
        var harness = new RecoveryHarness(rounds, Math.ceilDiv(trials, rounds), limit);
        var subjects = List.of(
                Subject.java(OURS, OurRecovery.class),
                Subject.java("bare JVMs", BareRecovery.class),
                Subject.script("CPython", "python3", "cpython_recovery.py"),
                Subject.script("workerpool", "node", "workerpool.js"),
                Subject.script("jest-worker", "node", "jest-worker.js"),
                Subject.script("tinypool", "node", "tinypool.js"));
        harness.run(subjects);
        options.write(harness.report(subjects, options.quick()));
        System.exit(harness.isComplete() ? 0 : 1);
    }

    private void run(List<Subject> subjects) {
        for (var subject : subjects) {
            subject.version().ifPresent(version -> installed.put(subject, version));
        }
        for (var measure : RecoveryMeasure.values()) {
            for (int i = 1; i <= rounds; i++) {
                for (var subject : installed.keySet()) {
                    measure(subject, measure);
                }
            }
        }
    }

    private void measure(Subject subject, RecoveryMeasure measure) {
        if (measure == RecoveryMeasure.ORPHANS_GONE) {
            return; // comes with the orphans
        }
        try {
            if (measure == RecoveryMeasure.ORPHANS) {
                var trial = OrphanTrial.of(subject);
                add(
                        subject,
                        measure,
                        trial.map(OrphanTrial::left).map(Trials::one).orElse(Trials.none()));
                add(
                        subject,
                        RecoveryMeasure.ORPHANS_GONE,
                        trial.map(OrphanTrial::goneMillis).map(Trials::one).orElse(Trials.none()));
            } else {
                var said =
                        subject.ask(measure.word(), String.valueOf(trialsPerRound), String.valueOf(limit.toMillis()));
                add(subject, measure, Trials.parse(said.getOrDefault(measure.word(), "NaN")));
            }
        } catch (IOException | NumberFormatException e) {
            System.err.println(e.getMessage());
            add(subject, measure, Trials.failed());
            if (measure == RecoveryMeasure.ORPHANS) {
                add(subject, RecoveryMeasure.ORPHANS_GONE, Trials.failed());
            }
        }
    }

    private void add(Subject subject, RecoveryMeasure measure, Trials trials) {
        System.err.println(subject.name() + " " + measure.word() + " " + trials.words());
        table.add(subject.name(), measure, trials);
    }

    private boolean isComplete() {
        boolean complete =
                installed.keySet().stream().anyMatch(subject -> subject.name().equals(OURS));
        for (var subject : installed.keySet()) {
            var missing = table.missing(subject.name());
            if (!missing.isEmpty()) {
                System.err.println(subject.name() + " lacks " + missing);
                complete = false;
            }
        }
        for (var measure : RecoveryMeasure.values()) {
            if (table.of(OURS, measure).isEverNever()) {
                System.err.println(OURS + ": " + measure.title() + " never came");
                complete = false;
            }
        }
        return complete;
    }

    private String report(List<Subject> subjects, boolean quick) throws IOException {
        String versions = installed.entrySet().stream()
                .map(entry -> entry.getKey().name() + " " + entry.getValue())
                .collect(Collectors.joining("; "));
        return String.format(
                "%s, %d trials (%d of orphans) in %d rounds in turn%s; ms: median (90th percentile); never: not within"
                        + " %d s, of orphans 1 s.%n%n%s%nMachine: %s.%nVersions: %s.%n",
                LocalDate.now(ZoneOffset.UTC),
                rounds * trialsPerRound,
                rounds,
                rounds,
                quick ? ", quick: only a check that the harness works" : "",
                limit.toSeconds(),
                table.render(subjects.stream().map(Subject::name).toList()),
                Machine.line(),
                versions);
    }
}
