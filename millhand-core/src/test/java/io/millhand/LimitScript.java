package io.millhand;

import static io.millhand.LimitServices.about;
import static io.millhand.LimitServices.broken;
import static io.millhand.LimitServices.changing;
import static io.millhand.LimitServices.exponential;
import static io.millhand.LimitServices.mixed;
import static io.millhand.LimitServices.queueing;
import static io.millhand.LimitServices.quotaBySecond;
import static io.millhand.LimitServices.quotaByTokens;
import static io.millhand.LimitServices.shedding;
import static io.millhand.LimitSimulation.MILLI;
import static io.millhand.LimitSimulation.SECOND;

import io.millhand.LimitSimulation.Gate;
import io.millhand.LimitSimulation.Service;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.Supplier;

/// What is tried. Each lasts 180 s, with more demand than the service can bear unless it says otherwise.
enum LimitScript {
    STEADY("20 servers, 50 ms each", 50, () -> queueing(_ -> 20, about(50 * MILLI))),
    EXPONENTIAL("20 servers, 50 ms each, exponential", 50, () -> queueing(_ -> 20, exponential(50 * MILLI))),
    MIXED("20 servers, 9 of 10 calls 10 ms, the others 500 ms", 59, () -> queueing(_ -> 20, mixed(10 * MILLI))),
    CAPACITY(
            "20 servers, from 60 s on 5, from 120 s on 40; 50 ms each",
            50,
            () -> queueing(second -> second < 60 ? 20 : second < 120 ? 5 : 40, about(50 * MILLI))),
    SPEED(
            "20 servers, 50 ms each, from 60 s on 200 ms, from 120 s on 20 ms",
            50,
            () -> changing(20, second -> about((second < 60 ? 50 : second < 120 ? 200 : 20) * MILLI))),
    SHEDDING("20 servers, 50 ms each, 10 may wait, others fail", 50, () -> shedding(20, 10, about(50 * MILLI))),
    QUOTA("100 in each second of the clock, 50 ms", 50, () -> quotaBySecond(100, about(50 * MILLI))),
    QUOTA_FAST("100 in each second of the clock, 2 ms", 2, () -> quotaBySecond(100, about(2 * MILLI))),
    QUOTA_TOKENS("a bucket of 100 tokens, 100/s, 50 ms", 50, () -> quotaByTokens(100, about(50 * MILLI))),
    OUTAGE(
            "20 servers, 50 ms each; from 60 to 90 s each call fails after 10 ms",
            50,
            () -> outage(10 * MILLI, Permits.Ending.FAILED)),
    OUTAGE_HANGS(
            "20 servers, 50 ms each; from 60 to 90 s each call fails after 2 s",
            50,
            () -> outage(2 * SECOND, Permits.Ending.FAILED)),
    OUTAGE_TOLD(
            "20 servers, 50 ms each; from 60 to 90 s each call is told to back off for 1 s",
            50,
            () -> outage(10 * MILLI, Permits.Ending.overloaded(new BackOff(Duration.ofSeconds(1))))),
    IDLE(
            "20 servers, 50 ms each; demand of 50/s, from 120 s on without end",
            50,
            () -> queueing(_ -> 20, about(50 * MILLI)));

    static final int LENGTH = 180;
    static final int OUTAGE_ENDS = 90;

    private final String text;
    private final double unloadedMillis;
    // Suppliers of fresh services, without state themselves.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Supplier<Service> service;

    LimitScript(String text, double unloadedMillis, Supplier<Service> service) {
        this.text = text;
        this.unloadedMillis = unloadedMillis;
        this.service = service;
    }

    double unloadedMillis() {
        return unloadedMillis;
    }

    private static Service outage(long answerNanos, Permits.Ending ending) {
        LongPredicate during = second -> second >= 60 && second < OUTAGE_ENDS;
        return broken(queueing(_ -> 20, about(50 * MILLI)), during, answerNanos, ending);
    }

    LimitMeasure run(Gate gate, long seed) {
        var simulation = new LimitSimulation(gate, service.get(), seed);
        if (this == IDLE) {
            for (int task = 0; task < 120 * 50; task++) {
                simulation.at(task * SECOND / 50, () -> simulation.demand(1));
            }
            simulation.at(120 * SECOND, () -> simulation.demand(Long.MAX_VALUE / 2));
        } else {
            simulation.at(0, () -> simulation.demand(Long.MAX_VALUE / 2));
        }
        return simulation.run(LENGTH * SECOND - 1);
    }

    /// The stretches of time that are told of, each from one second to another.
    private List<int[]> parts() {
        return switch (this) {
            case CAPACITY, SPEED -> List.of(new int[] {5, 60}, new int[] {70, 120}, new int[] {130, LENGTH});
            case OUTAGE, OUTAGE_HANGS, OUTAGE_TOLD ->
                List.of(new int[] {5, 60}, new int[] {60, OUTAGE_ENDS}, new int[] {100, LENGTH});
            case IDLE -> List.of(new int[] {5, 120}, new int[] {120, 125}, new int[] {125, LENGTH});
            case STEADY, EXPONENTIAL, MIXED, SHEDDING, QUOTA, QUOTA_FAST, QUOTA_TOKENS ->
                List.of(new int[] {0, 5}, new int[] {5, LENGTH});
        };
    }

    /// After the outage: seconds until nine tenths of the throughput before it are back.
    int secondsToRecover(LimitMeasure measure) {
        return measure.secondsUntil(0.9 * measure.throughput(30, 60), OUTAGE_ENDS, LENGTH);
    }

    /// The heading of the table, to which [#row] adds.
    String heading() {
        return "%s: %s%n%-22s %9s %9s %9s %9s %9s %9s %7s%n"
                .formatted(
                        name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
                        text,
                        "",
                        "from-to s",
                        "ok/s",
                        "refused %",
                        "failed %",
                        "mean ms",
                        "p95 ms",
                        "limit")
                .replace("\r", "");
    }

    private static String limit(double limit) {
        return limit > 1_000_000 ? "none" : Long.toString(Math.round(limit));
    }

    String row(String name, LimitMeasure measure) {
        var rows = new StringBuilder();
        for (var part : parts()) {
            int from = part[0];
            int to = part[1];
            rows.append(String.format(
                            java.util.Locale.ROOT,
                            "%-22s %9s %9.1f %9.2f %9.2f %9.1f %9.1f %7s",
                            rows.isEmpty() ? name : "",
                            from + "-" + to,
                            measure.throughput(from, to),
                            measure.refusedPercent(from, to),
                            measure.failedPercent(from, to),
                            measure.meanMillis(from, to),
                            measure.percentileMillis(95, from, to),
                            limit(measure.limit(from, to))))
                    .append('\n');
        }
        if (Arrays.asList(OUTAGE, OUTAGE_HANGS, OUTAGE_TOLD).contains(this)) {
            int recovered = secondsToRecover(measure);
            rows.append("%22s back after the outage: %s%n"
                    .formatted("", recovered < 0 ? "never" : recovered + " s")
                    .replace("\r", ""));
        }
        return rows.toString();
    }
}
