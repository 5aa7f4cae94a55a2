package io.millhand;

import java.util.ArrayList;
import java.util.List;

/// What was seen of a simulated service, second by second.
final class LimitMeasure {

    private static final class Second {
        private final List<Long> latencies = new ArrayList<>();
        private int refused;
        private int failed;
        private int limit;
    }

    private final List<Second> seconds = new ArrayList<>();

    private Second at(long now) {
        int number = (int) (now / LimitSimulation.SECOND);
        while (seconds.size() <= number) {
            seconds.add(new Second());
        }
        return seconds.get(number);
    }

    void started(long now, int limit) {
        at(now).limit = limit;
    }

    void ended(long now, long elapsedNanos, Permits.Ending ending) {
        var second = at(now);
        switch (ending) {
            case Permits.Ending.Plain plain -> {
                switch (plain) {
                    case SUCCEEDED -> second.latencies.add(elapsedNanos);
                    case FAILED -> second.failed++;
                    case REFUNDED -> {}
                }
            }
            case Permits.Ending.Overloaded(var _) -> second.refused++;
        }
    }

    private List<Second> between(int from, int to) {
        return seconds.subList(Math.min(from, seconds.size()), Math.min(to, seconds.size()));
    }

    private long succeeded(int from, int to) {
        return between(from, to).stream().mapToLong(s -> s.latencies.size()).sum();
    }

    /// Successes a second, from the start of one second to the start of another.
    double throughput(int from, int to) {
        return (double) succeeded(from, to) / (to - from);
    }

    /// Of all attempts that ended.
    double refusedPercent(int from, int to) {
        return percent(between(from, to).stream().mapToLong(s -> s.refused).sum(), from, to);
    }

    /// Of all attempts that ended.
    double failedPercent(int from, int to) {
        return percent(between(from, to).stream().mapToLong(s -> s.failed).sum(), from, to);
    }

    private double percent(long part, int from, int to) {
        long all = succeeded(from, to)
                + between(from, to).stream()
                        .mapToLong(s -> s.refused + s.failed)
                        .sum();
        return all == 0 ? 0 : 100.0 * part / all;
    }

    /// Of the successes, in milliseconds.
    double meanMillis(int from, int to) {
        return between(from, to).stream()
                        .flatMap(s -> s.latencies.stream())
                        .mapToLong(nanos -> nanos)
                        .average()
                        .orElse(0)
                / LimitSimulation.MILLI;
    }

    /// Of the successes, in milliseconds.
    double percentileMillis(int percent, int from, int to) {
        var sorted = between(from, to).stream()
                .flatMap(s -> s.latencies.stream())
                .sorted()
                .toList();
        return sorted.isEmpty()
                ? 0
                : (double) sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100))
                        / LimitSimulation.MILLI;
    }

    /// The mean of the limit at the last start of each second.
    double limit(int from, int to) {
        return between(from, to).stream().mapToInt(s -> s.limit).average().orElse(0);
    }

    /// After how many seconds, counted from that one, a whole second has that throughput; -1 if none has.
    int secondsUntil(double throughput, int from, int to) {
        for (int second = from; second < Math.min(to, seconds.size()); second++) {
            if (seconds.get(second).latencies.size() >= throughput) {
                return second - from + 1;
            }
        }
        return -1;
    }
}
