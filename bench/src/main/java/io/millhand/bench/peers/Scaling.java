package io.millhand.bench.peers;

import io.millhand.SerializableCallable;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import io.millhand.process.ProcessWorkers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// The scaling sheet: from which length of a task on does a pool of child JVMs pay? `bench/scaling.sh` runs it.
///
/// Efficiency is the time that all tasks would take on two cores if nothing but tasks ran, divided by the time until
/// all their results are there.
public final class Scaling {

    private static final int WORKERS = 2;

    /// All tasks of a trial take so long on one core, unless they would be too few or too many.
    private static final long WORK_MICROS = 1_000_000;

    private static final int LEAST_TASKS = 10;
    private static final int MOST_TASKS = 50_000;
    private static final int WARM_UP_TASKS = 20_000;

    /// How long each task takes on a core that nothing disturbs; a row of the table.
    enum Length {
        MICROS_10("10 us", 10),
        MICROS_100("100 us", 100),
        MILLIS_1("1 ms", 1_000),
        MILLIS_10("10 ms", 10_000),
        MILLIS_100("100 ms", 100_000);

        private final String title;
        private final int micros;

        Length(String title, int micros) {
            this.title = title;
            this.micros = micros;
        }

        int tasks(boolean quick) {
            if (quick) {
                return WORKERS;
            }
            return Math.clamp(WORK_MICROS / micros, LEAST_TASKS, MOST_TASKS);
        }
    }

    /// Whose efficiency; a column of the table.
    enum Pool {
        CHILDREN("2 children"),
        THREADS("2 threads"),
        JDK("JDK's pool of 2 threads");

        private final String title;

        Pool(String title) {
            this.title = title;
        }

        ExecutorService open() {
            return switch (this) {
                case CHILDREN -> TaskQueue.on(ProcessWorkers.of(WORKERS));
                case THREADS -> TaskQueue.on(ThreadWorkers.of(WORKERS));
                case JDK -> Executors.newFixedThreadPool(WORKERS);
            };
        }
    }

    private Scaling() {}

    /// Does a run, in a process of its own, or, without one, asks for them all and reports.
    ///
    /// @param args see [Sheet]
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("all")) {
            measure(args[1].equals("quick")).forEach((word, value) -> System.out.println(word + " " + value));
        } else {
            sheet().run("scaling.sh", args);
        }
    }

    private static Sheet sheet() {
        var words = Arrays.stream(Length.values())
                .flatMap(length -> Stream.of(Pool.values()).map(pool -> word(pool, length)))
                .toList();
        return new Sheet(
                Subject.java("Millhand", Scaling.class),
                List.of("all"),
                _ -> words,
                Scaling::grid,
                "Efficiency: ideal time / time.");
    }

    /// As programs say it: `children_10`.
    static String word(Pool pool, Length length) {
        return pool.name().toLowerCase(Locale.ROOT) + "_" + length.micros;
    }

    static Grid grid(Figures figures) {
        List<List<String>> rows = new ArrayList<>();
        var header = new ArrayList<>(List.of("each task"));
        Stream.of(Pool.values()).forEach(pool -> header.add(pool.title));
        header.add("children / JDK's");
        rows.add(header);
        for (var length : Length.values()) {
            var row = new ArrayList<>(List.of(length.title));
            Stream.of(Pool.values()).forEach(pool -> row.add(figures.cell(word(pool, length))));
            double ratio = figures.median(word(Pool.CHILDREN, length)) / figures.median(word(Pool.JDK, length));
            row.add(Double.isNaN(ratio) ? "" : Table.number(ratio));
            rows.add(row);
        }
        return new Grid(rows, 1);
    }

    /// The pools take turns for each length, on the same calibration; whoever has no turn is idle.
    ///
    /// @return efficiencies by their words
    static Map<String, Double> measure(boolean quick) throws Exception {
        try (var children = Pool.CHILDREN.open();
                var threads = Pool.THREADS.open();
                var jdk = Pool.JDK.open()) {
            var pools = new EnumMap<>(Map.of(Pool.CHILDREN, children, Pool.THREADS, threads, Pool.JDK, jdk));
            double stepsPerMicro = Spin.stepsPerMicro();
            Map<String, Double> efficiencies = new LinkedHashMap<>();
            for (var executor : pools.values()) {
                run(executor, quick ? WORKERS : WARM_UP_TASKS, Math.round(stepsPerMicro));
            }
            for (var length : Length.values()) {
                int tasks = length.tasks(quick);
                long steps = Math.round(stepsPerMicro * length.micros);
                for (var pool : pools.entrySet()) {
                    long nanos = run(pool.getValue(), tasks, steps);
                    double ideal = (double) tasks * length.micros / WORKERS;
                    efficiencies.put(word(pool.getKey(), length), ideal / (nanos / 1e3));
                }
            }
            return efficiencies;
        }
    }

    /// @return how long it takes until all results are there, in nanoseconds
    private static long run(ExecutorService executor, int tasks, long steps) throws Exception {
        List<Future<Long>> futures = new ArrayList<>(tasks);
        long start = System.nanoTime();
        for (int i = 0; i < tasks; i++) {
            SerializableCallable<Long> task = () -> Spin.steps(steps);
            futures.add(executor.submit(task));
        }
        for (var future : futures) {
            future.get();
        }
        return System.nanoTime() - start;
    }
}
