package io.millhand.bench.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The results of repeated trials of one measure.
///
/// @param values milliseconds, mostly; infinite for what never came, NaN for what was not measured
/// @param offered whether the pool can do it at all
record Trials(List<Double> values, boolean offered) {

    static final Trials EMPTY = new Trials(List.of(), true);

    private static final String NEVER = "never";
    private static final String NONE = "none";

    static Trials of(List<Double> values) {
        return new Trials(List.copyOf(values), true);
    }

    static Trials one(double value) {
        return of(List.of(value));
    }

    /// What spoils all others: they would hide it.
    static Trials failed() {
        return one(Double.NaN);
    }

    /// The pool has nothing of that kind.
    static Trials none() {
        return new Trials(List.of(), false);
    }

    /// Reads what a program says: a word for each trial.
    static Trials parse(String words) {
        if (words.startsWith(NONE)) {
            return none();
        }
        return of(Stream.of(words.split(" ", -1))
                .map(word -> word.equals(NEVER) ? Double.POSITIVE_INFINITY : Double.parseDouble(word))
                .toList());
    }

    /// As [#parse] reads it.
    String words() {
        return offered
                ? String.join(
                        " ",
                        values.stream()
                                .map(value -> value.isInfinite() ? NEVER : value.toString())
                                .toList())
                : NONE;
    }

    Trials and(Trials others) {
        var all = new ArrayList<>(values);
        all.addAll(others.values);
        return new Trials(List.copyOf(all), offered && others.offered);
    }

    boolean isMissing() {
        return offered && (values.isEmpty() || values.stream().anyMatch(value -> value.isNaN()));
    }

    boolean isEverNever() {
        return values.stream().anyMatch(value -> value.isInfinite());
    }

    double sum() {
        return values.stream().mapToDouble(Double::doubleValue).sum();
    }

    double median() {
        return Samples.median(array());
    }

    double p90() {
        return Samples.percentile(array(), 0.9);
    }

    private double[] array() {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
