package io.millhand.bench.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

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
        var widths = new int[rows.getFirst().size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        var lines = new ArrayList<String>();
        rows.forEach(row -> lines.add(line(row, widths)));
        lines.add(1, rule(widths));
        return String.join("\n", lines) + "\n";
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

    private static String line(List<String> cells, int[] widths) {
        var padded = new ArrayList<String>();
        for (int i = 0; i < widths.length; i++) {
            String gap = " ".repeat(widths[i] - cells.get(i).length());
            padded.add(i < 2 ? cells.get(i) + gap : gap + cells.get(i));
        }
        return padded.stream().collect(Collectors.joining(" | ", "| ", " |"));
    }

    private static String rule(int[] widths) {
        var cells = new ArrayList<String>();
        for (int i = 0; i < widths.length; i++) {
            cells.add(i < 2 ? "-".repeat(widths[i]) : "-".repeat(widths[i] - 1) + ":");
        }
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
    }
}
