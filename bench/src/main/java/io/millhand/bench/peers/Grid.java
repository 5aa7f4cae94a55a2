package io.millhand.bench.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Cells in rows, which become both plain text and Markdown.
///
/// @param rows all of one length; the first one is the header
/// @param left how many columns stand to the left; the others, numbers, to the right
record Grid(List<List<String>> rows, int left) {

    String render() {
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

    private String line(List<String> cells, int[] widths) {
        var padded = new ArrayList<String>();
        for (int i = 0; i < widths.length; i++) {
            String gap = " ".repeat(widths[i] - cells.get(i).length());
            padded.add(i < left ? cells.get(i) + gap : gap + cells.get(i));
        }
        return joined(padded);
    }

    private String rule(int[] widths) {
        var cells = new ArrayList<String>();
        for (int i = 0; i < widths.length; i++) {
            cells.add(i < left ? "-".repeat(widths[i]) : "-".repeat(widths[i] - 1) + ":");
        }
        return joined(cells);
    }

    private static String joined(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
    }
}
