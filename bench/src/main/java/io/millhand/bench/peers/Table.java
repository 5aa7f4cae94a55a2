package io.millhand.bench.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The results as a table, which is both plain text and Markdown: a row a measure, a column a subject.
///
/// @param ours the subject that the others are compared with
/// @param others in the order of their columns
/// @param results of all
record Table(String ours, List<String> others, Results results) {

    String render() {
        var rows = new ArrayList<List<String>>();
        rows.add(header());
        for (var measure : Measure.values()) {
            rows.add(row(measure));
        }
        return new Grid(rows, 2).render();
    }

    private List<String> header() {
        var cells = new ArrayList<>(List.of("measure", "unit", ours));
        others.forEach(other -> cells.addAll(List.of(other, "ratio")));
        return cells;
    }

    private List<String> row(Measure measure) {
        var cells = new ArrayList<>(List.of(measure.title(), measure.unit(), cell(ours, measure)));
        others.forEach(other -> cells.addAll(List.of(cell(other, measure), ratio(other, measure))));
        return cells;
    }

    private String cell(String subject, Measure measure) {
        var value = results.of(subject, measure);
        return value.isPresent() ? number(value.getAsDouble()) : "missing";
    }

    /// Ours divided by theirs; nothing where one of both is missing.
    private String ratio(String other, Measure measure) {
        var own = results.of(ours, measure);
        var their = results.of(other, measure);
        return own.isPresent() && their.isPresent() ? number(own.getAsDouble() / their.getAsDouble()) : "";
    }

    /// Three digits or more.
    static String number(double value) {
        String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }
}
