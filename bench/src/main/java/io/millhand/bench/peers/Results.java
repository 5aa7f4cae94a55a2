package io.millhand.bench.peers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// What was measured so far. One thread.
final class Results {

    private record Key(String subject, Measure measure) {}

    private final Map<Key, List<Double>> values = new HashMap<>();

    void add(String subject, Measure measure, double value) {
        values.computeIfAbsent(new Key(subject, measure), _ -> new ArrayList<>())
                .add(value);
    }

    /// The median, or empty where nothing was measured, or nothing that can be: a measure is above zero.
    OptionalDouble of(String subject, Measure measure) {
        var measured = values.getOrDefault(new Key(subject, measure), List.of());
        if (measured.isEmpty() || measured.stream().anyMatch(value -> !(value > 0 && value < Double.MAX_VALUE))) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(Samples.median(
                measured.stream().mapToDouble(Double::doubleValue).toArray()));
    }

    /// The measures that a subject should have and has not.
    List<Measure> missing(String subject) {
        return List.of(Measure.values()).stream()
                .filter(measure -> of(subject, measure).isEmpty())
                .toList();
    }
}
