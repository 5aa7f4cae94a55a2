package io.millhand.bench.peers;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What was seen of all pools: a row a measure, a column a pool; in each cell the median, and the 90th percentile in
/// brackets. One thread.
final class RecoveryTable {

    private final Map<String, Map<RecoveryMeasure, Trials>> seen = new HashMap<>();

    void add(String subject, RecoveryMeasure measure, Trials trials) {
        seen.computeIfAbsent(subject, _ -> new EnumMap<>(RecoveryMeasure.class)).merge(measure, trials, Trials::and);
    }

    Trials of(String subject, RecoveryMeasure measure) {
        return seen.getOrDefault(subject, Map.of()).getOrDefault(measure, Trials.EMPTY);
    }

    /// The measures that a subject should have and has not.
    List<RecoveryMeasure> missing(String subject) {
        return List.of(RecoveryMeasure.values()).stream()
                .filter(measure -> of(subject, measure).isMissing())
                .toList();
    }

    String render(List<String> subjects) {
        List<List<String>> rows = new ArrayList<>();
        var header = new ArrayList<>(List.of("measure", "aim"));
        header.addAll(subjects);
        rows.add(header);
        for (var measure : RecoveryMeasure.values()) {
            String unit = measure == RecoveryMeasure.ORPHANS ? "" : " ms";
            var row = new ArrayList<>(List.of(measure.title(), measure.aim() + unit));
            subjects.forEach(subject -> row.add(cell(of(subject, measure), measure)));
            rows.add(row);
        }
        return new Grid(rows, 1).render();
    }

    private static String cell(Trials trials, RecoveryMeasure measure) {
        if (!trials.offered()) {
            return "none";
        }
        if (trials.isMissing()) {
            return "missing";
        }
        if (measure == RecoveryMeasure.ORPHANS) {
            int children = trials.values().size() * RecoveryMeasure.ORPHANS_EACH;
            return Math.round(trials.sum()) + " of " + children;
        }
        String median = number(trials.median());
        String high = number(trials.p90());
        return median.equals(high) ? median : median + " (" + high + ")";
    }

    private static String number(double millis) {
        return Double.isInfinite(millis) ? "never" : Table.number(millis);
    }
}
