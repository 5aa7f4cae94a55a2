package io.millhand.bench.peers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What several programs said, one after another, under the same words. One thread.
final class Figures {

    private final Map<String, List<Double>> values = new HashMap<>();

    void add(String word, double value) {
        values.computeIfAbsent(word, _ -> new ArrayList<>()).add(value);
    }

    /// Whether all programs said it.
    boolean has(String word) {
        var all = said(word);
        return !all.isEmpty() && all.stream().allMatch(Double::isFinite);
    }

    /// The median, or NaN where nothing was said, or a program failed: the others would hide it.
    double median(String word) {
        if (!has(word)) {
            return Double.NaN;
        }
        return Samples.median(
                said(word).stream().mapToDouble(Double::doubleValue).toArray());
    }

    private List<Double> said(String word) {
        return values.getOrDefault(word, List.of());
    }

    /// The median with three digits or more, or `missing`.
    String cell(String word) {
        return has(word) ? Table.number(median(word)) : "missing";
    }
}
