package io.millhand.testkit.sim;

import java.util.Optional;

/// Looks for a history that the queue does not live through as the model says, and makes it short.
public final class Hunt {

    private static final int SHRINKING_RUNS = 5_000;

    private Hunt() {}

    /// A history that went wrong.
    ///
    /// @param seed its seed
    /// @param histories how many were tried, this one included
    /// @param violation what was wrong
    public record Find(long seed, long histories, String violation) {}

    /// Tries seeds one after another.
    ///
    /// @param from the first
    /// @param histories how many
    /// @return the first that goes wrong
    public static Optional<Find> hunt(long from, long histories) {
        for (long seed = from; seed < from + histories; seed++) {
            var violation = Simulation.run(Histories.of(seed), false).violation();
            if (violation.isPresent()) {
                return Optional.of(new Find(seed, seed - from + 1, violation.get()));
            }
        }
        return Optional.empty();
    }

    /// Tells all about one seed: what is wrong, the shortest history that shows something wrong, what happens in it.
    ///
    /// @param seed any
    /// @return text for people; empty if nothing is wrong
    public static Optional<String> explain(long seed) {
        var history = Histories.of(seed);
        var violation = Simulation.run(history, false).violation();
        if (violation.isEmpty()) {
            return Optional.empty();
        }
        var shortest = shrink(history);
        var run = Simulation.run(shortest, true);
        return Optional.of("seed " + seed + ": " + violation.get() + "\nreplay with -Dmillhand.sim.seed=" + seed
                + "\n\nthe shortest history found, " + shortest.operations().size() + " of "
                + history.operations().size() + " operations: "
                + run.violation().orElse("nothing wrong") + "\n"
                + shortest + "\nwhat happens in it\n  " + String.join("\n  ", run.trace()));
    }

    /// Leaves out operations, many at a time and then fewer, as long as something stays wrong.
    private static History shrink(History history) {
        var shortest = history;
        int runs = 0;
        for (int chunk = history.operations().size() / 2; chunk > 0; chunk = chunk == 1 ? 0 : (chunk + 1) / 2) {
            for (int from = 0; from < shortest.operations().size() && runs < SHRINKING_RUNS; runs++) {
                int to = Math.min(from + chunk, shortest.operations().size());
                var shorter = shortest.without(from, to);
                if (Simulation.run(shorter, false).violation().isPresent()) {
                    shortest = shorter;
                } else {
                    from = to;
                }
            }
        }
        return shortest;
    }
}
