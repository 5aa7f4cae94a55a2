package io.millhand.cli;

import static java.util.Objects.requireNonNull;

import io.millhand.Attempt;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/// Counts how inputs ended, and says so. Counted by the main thread, read by any.
final class Tally {

    private final long startNanos;
    private final OptionalLong total;
    private final Map<Attempt.Ending, LongAdder> counts = new EnumMap<>(Attempt.Ending.class); // filled at once

    Tally(long startNanos, OptionalLong total) {
        this.startNanos = startNanos;
        this.total = total;
        for (var ending : Attempt.Ending.values()) {
            counts.put(ending, new LongAdder());
        }
    }

    void count(Attempt.Ending ending) {
        adder(ending).increment();
    }

    boolean allSucceeded() {
        return done() == sum(Attempt.Ending.SUCCEEDED);
    }

    /// Where the run stands, on one line.
    String progress(long nowNanos) {
        long done = done();
        long bad = done - sum(Attempt.Ending.SUCCEEDED);
        return "millhand: " + grouped(done)
                + (total.isPresent() ? " of " + grouped(total.getAsLong()) : "") + " done"
                + (bad > 0 ? ", " + grouped(bad) + " without result" : "") + ", " + rate(done, nowNanos) + ", "
                + seconds(nowNanos - startNanos) + left(done, nowNanos);
    }

    /// What was done in all, on one line.
    String summary(long nowNanos) {
        long done = done();
        String endings = Arrays.stream(Attempt.Ending.values())
                .filter(ending -> sum(ending) > 0)
                .map(ending -> grouped(sum(ending)) + ' ' + OutcomeText.words(ending))
                .collect(Collectors.joining(", "));
        return grouped(done)
                + (done == 1 ? " input in " : " inputs in ")
                + seconds(nowNanos - startNanos)
                + (done == 0 ? "" : " (" + rate(done, nowNanos) + "): " + endings);
    }

    /// A duration as people read it: `850 ms`, `8.1 s`, `12 min 5 s`, `3 h 2 min`.
    static String seconds(long nanos) {
        long millis = nanos / 1_000_000;
        if (millis < 1_000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            String tenths = String.format(Locale.ROOT, "%.1f", Math.floor(millis / 100.0) / 10);
            return (tenths.endsWith(".0") ? tenths.substring(0, tenths.length() - 2) : tenths) + " s";
        }
        long whole = millis / 1_000;
        return whole < 3_600
                ? whole / 60 + " min" + (whole % 60 == 0 ? "" : " " + whole % 60 + " s")
                : whole / 3_600 + " h" + (whole / 60 % 60 == 0 ? "" : " " + whole / 60 % 60 + " min");
    }

    private String left(long done, long nowNanos) {
        if (total.isEmpty() || done == 0 || done >= total.getAsLong()) {
            return "";
        }
        double nanos = (double) (nowNanos - startNanos) / done * (total.getAsLong() - done);
        return ", about " + seconds((long) nanos) + " left";
    }

    private String rate(long done, long nowNanos) {
        double perSecond = done * 1e9 / Math.max(1, nowNanos - startNanos);
        return String.format(Locale.ROOT, perSecond < 100 ? "%.1f/s" : "%,.0f/s", perSecond);
    }

    private long done() {
        return counts.values().stream().mapToLong(LongAdder::sum).sum();
    }

    private long sum(Attempt.Ending ending) {
        return adder(ending).sum();
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private LongAdder adder(Attempt.Ending ending) {
        return requireNonNull(counts.get(ending));
    }
}
