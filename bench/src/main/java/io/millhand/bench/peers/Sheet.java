package io.millhand.bench.peers;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;

/// A table of what one program of ours measures, a new process for each run and round.
///
/// @param program it is told a run, and `quick` or `full`; it says lines `word value`
/// @param runs what the program is asked for, in turn
/// @param words what it must say to a run
/// @param grid the table
/// @param legend what stands above it
record Sheet(
        Subject program,
        List<String> runs,
        Function<String, List<String>> words,
        Function<Figures, Grid> grid,
        String legend) {

    private static final int ROUNDS = 5;

    /// What the main method of a harness does: the exit code is 1 where a figure is missing, and 2 for wrong usage.
    ///
    /// @param script as the user knows it
    void run(String script, String[] args) throws IOException {
        var options = Options.of(args, "--rounds").orElse(null);
        if (options == null) {
            System.err.println("usage: " + script + " [--quick] [--rounds N] [--out FILE.md]");
            System.exit(2);
            return;
        }
        int rounds = options.count(options.quick() ? 1 : ROUNDS);
        var figures = new Figures();
        for (int i = 1; i <= rounds; i++) {
            runs.forEach(run -> measure(run, options.quick(), figures));
        }
        options.write(report(figures, rounds, options.quick()));
        var missing = runs.stream()
                .flatMap(run -> words.apply(run).stream())
                .filter(word -> !figures.has(word))
                .toList();
        if (!missing.isEmpty()) {
            System.err.println("missing: " + missing);
        }
        System.exit(missing.isEmpty() ? 0 : 1);
    }

    private void measure(String run, boolean quick, Figures figures) {
        try {
            var said = program.ask(run, quick ? "quick" : "full");
            System.err.println(run + " " + said);
            for (var word : words.apply(run)) {
                figures.add(word, Double.parseDouble(said.getOrDefault(word, "NaN")));
            }
        } catch (IOException | NumberFormatException e) {
            System.err.println(e.getMessage());
            words.apply(run).forEach(word -> figures.add(word, Double.NaN));
        }
    }

    private String report(Figures figures, int rounds, boolean quick) throws IOException {
        return String.format(
                "%s, medians of %d programs%s. %s%n%n%s%nMachine: %s.%n",
                LocalDate.now(ZoneOffset.UTC),
                rounds,
                quick ? ", quick: only a check that the harness works" : "",
                legend,
                grid.apply(figures).render(),
                Machine.line());
    }
}
