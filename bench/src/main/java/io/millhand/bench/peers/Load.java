package io.millhand.bench.peers;

import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.process.ProcessWorkers;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/// What our child JVMs do under load: waiting beside busy workers and behind long queues, submission from many
/// threads, payloads, many children, memory of what is queued. `bench/load.sh` runs it.
///
/// Times on both sides are `System.nanoTime()`, which on Linux is CLOCK_MONOTONIC and the same in all processes.
public final class Load {

    private static final int QUEUED_TINY = 100_000;
    private static final int THOUSAND = 1_000;

    /// So many times as many trials as count do not: the program is five seconds old then, and compiled.
    private static final int TIMES_BEFORE = 10;

    private static final int MEBIBYTE = 1 << 20;

    /// So many payloads are on their way or queued.
    private static final int WINDOW = 64;

    private Load() {}

    /// Does a run, in a process of its own, or, without one, asks for them all and reports.
    ///
    /// @param args see [Sheet]
    public static void main(String[] args) throws Exception {
        if (args.length == 0 || args[0].startsWith("--")) {
            sheet().run("load.sh", args);
            return;
        }
        var run = LoadRun.valueOf(args[0].toUpperCase(Locale.ROOT));
        measure(run, run.size(args[1].equals("quick")))
                .forEach((figure, value) -> System.out.println(figure.word() + " " + value));
    }

    private static Sheet sheet() {
        return new Sheet(
                Subject.java("Millhand", Load.class),
                Arrays.stream(LoadRun.values()).map(LoadRun::word).toList(),
                run -> LoadFigure.words(LoadRun.valueOf(run.toUpperCase(Locale.ROOT))),
                Load::grid,
                "Child JVMs with default settings.");
    }

    static Grid grid(Figures figures) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("measure", "unit", "aim", "seen"));
        for (var figure : LoadFigure.values()) {
            rows.add(figure.row(figures));
        }
        return new Grid(rows, 2);
    }

    static Map<LoadFigure, Double> measure(LoadRun run, int size) throws Exception {
        return switch (run) {
            case BESIDE -> beside(size);
            case SUBMITTERS -> submitters(size);
            case FIRST -> first(size);
            case DELAY -> LoadDelay.measure(size);
            case PAYLOADS -> payloads(size);
            case CHILDREN -> children(size);
            case QUEUED -> Map.of(LoadFigure.QUEUED_HEAP, queuedKibibytes(size));
        };
    }

    static TaskQueue open(int workers) {
        return TaskQueue.on(ProcessWorkers.of(workers));
    }

    private static Map<LoadFigure, Double> beside(int millis) {
        try (var queue = open(2)) {
            roundTrips(queue, untilAfter(millis)); // does not count
            var idle = roundTrips(queue, untilAfter(millis));
            var spinning = queue.submit(() -> Spin.forMillis(millis));
            var busy = roundTrips(queue, spinning::isDone);
            return Map.of(
                    LoadFigure.IDLE_P50, Samples.percentile(idle, 0.5),
                    LoadFigure.IDLE_P99, Samples.percentile(idle, 0.99),
                    LoadFigure.BESIDE_P50, Samples.percentile(busy, 0.5),
                    LoadFigure.BESIDE_P99, Samples.percentile(busy, 0.99));
        }
    }

    private static BooleanSupplier untilAfter(int millis) {
        long begin = System.nanoTime();
        return () -> System.nanoTime() - begin > TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /// One after another, at least one, each in microseconds.
    private static double[] roundTrips(TaskQueue queue, BooleanSupplier enough) {
        var micros = new ArrayList<Double>();
        do {
            int number = micros.size();
            long start = System.nanoTime();
            ensureSame(number, queue.submit(() -> number).join());
            micros.add((System.nanoTime() - start) / 1e3);
        } while (!enough.getAsBoolean());
        return micros.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static Map<LoadFigure, Double> submitters(int tasks) throws Exception {
        try (var queue = open(2)) {
            submit(queue, 1, tasks); // does not count
            var one = submit(queue, 1, tasks);
            var four = submit(queue, 4, tasks);
            var sixteen = submit(queue, 16, tasks);
            return Map.of(
                    LoadFigure.SUBMITTED_1, one.submitted,
                    LoadFigure.SUBMITTED_4, four.submitted,
                    LoadFigure.SUBMITTED_16, sixteen.submitted,
                    LoadFigure.DONE_1, one.done,
                    LoadFigure.DONE_4, four.done,
                    LoadFigure.DONE_16, sixteen.done);
        }
    }

    /// @param submitted tasks a second until the last one is submitted
    /// @param done tasks a second until all results are there
    private record Rates(double submitted, double done) {}

    private static Rates submit(TaskQueue queue, int threads, int tasks) throws Exception {
        try (var submitting = Executors.newFixedThreadPool(threads)) {
            var begin = new CountDownLatch(1);
            List<Future<List<TaskHandle<Integer>>>> shares = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                shares.add(submitting.submit(() -> {
                    begin.await();
                    return submit(queue, tasks / threads);
                }));
            }
            long start = System.nanoTime();
            begin.countDown();
            List<TaskHandle<Integer>> handles = new ArrayList<>();
            for (var share : shares) {
                handles.addAll(share.get());
            }
            double submittedSeconds = (System.nanoTime() - start) / 1e9;
            handles.forEach(TaskHandle::join);
            return new Rates(handles.size() / submittedSeconds, handles.size() / ((System.nanoTime() - start) / 1e9));
        }
    }

    private static List<TaskHandle<Integer>> submit(TaskQueue queue, int tasks) {
        List<TaskHandle<Integer>> handles = new ArrayList<>(tasks);
        for (int i = 0; i < tasks; i++) {
            int number = i;
            handles.add(queue.submit(() -> number));
        }
        return handles;
    }

    private static Map<LoadFigure, Double> first(int trials) {
        try (var queue = open(2)) {
            var millis = new double[trials];
            for (int i = -TIMES_BEFORE * trials; i < trials; i++) {
                submit(queue, Math.max(0, QUEUED_TINY - queue.load().waiting()));
                long start = System.nanoTime();
                long started = queue.submit(Task.of(System::nanoTime).first()).join();
                if (i >= 0) {
                    millis[i] = (started - start) / 1e6;
                }
            }
            queue.cancelIf(_ -> true, false);
            return Map.of(
                    LoadFigure.FIRST_P50, Samples.percentile(millis, 0.5),
                    LoadFigure.FIRST_P99, Samples.percentile(millis, 0.99));
        }
    }

    private static Map<LoadFigure, Double> payloads(int mebibytes) {
        try (var queue = open(2)) {
            var figures = new EnumMap<LoadFigure, Double>(LoadFigure.class);
            for (int kibibytes : List.of(1, 64)) {
                int bytes = kibibytes << 10;
                var data = Arrays.copyOf(Program.payload(), bytes);
                boolean small = kibibytes == 1;
                figures.put(
                        small ? LoadFigure.ARGUMENT_1 : LoadFigure.ARGUMENT_64,
                        rate(mebibytes, bytes, _ -> queue.submit(() -> data.length)));
                figures.put(
                        small ? LoadFigure.RESULT_1 : LoadFigure.RESULT_64,
                        rate(mebibytes, bytes, _ -> queue.submit(() -> new byte[bytes])));
            }
            return figures;
        }
    }

    /// In mebibytes a second, after a quarter that does not count.
    private static double rate(int mebibytes, int bytes, IntFunction<TaskHandle<?>> submit) {
        int tasks = mebibytes * (MEBIBYTE / bytes);
        through(tasks / 4, submit);
        long start = System.nanoTime();
        through(tasks, submit);
        return mebibytes / ((System.nanoTime() - start) / 1e9);
    }

    private static void through(int tasks, IntFunction<TaskHandle<?>> submit) {
        var window = new ArrayDeque<TaskHandle<?>>();
        for (int i = 0; i < tasks; i++) {
            if (window.size() == WINDOW) {
                window.removeFirst().join();
            }
            window.addLast(submit.apply(i));
        }
        window.forEach(TaskHandle::join);
    }

    private static Map<LoadFigure, Double> children(int tasks) {
        return Map.of(
                LoadFigure.CHILDREN_1, taskMicros(1, tasks),
                LoadFigure.CHILDREN_2, taskMicros(2, tasks),
                LoadFigure.CHILDREN_4, taskMicros(4, tasks),
                LoadFigure.CHILDREN_8, taskMicros(8, tasks),
                LoadFigure.CHILDREN_16, taskMicros(16, tasks));
    }

    /// What a task adds to the time until all results are there. A task on 16 children does not cost 16 times as much
    /// as one on 1, but they share two cores.
    private static double taskMicros(int children, int tasks) {
        try (var queue = open(children)) {
            submit(queue, tasks).forEach(TaskHandle::join); // does not count
            long start = System.nanoTime();
            submit(queue, tasks).forEach(TaskHandle::join);
            return (System.nanoTime() - start) / 1e3 / tasks;
        }
    }

    private static double queuedKibibytes(int trials) {
        try (var queue = open(1)) {
            queue.pause();
            var kibibytes = new double[trials];
            for (int i = -1; i < trials; i++) { // the first one does not count
                long before = usedHeap();
                var handles = submit(queue, THOUSAND);
                long after = usedHeap();
                if (i >= 0) {
                    kibibytes[i] = (after - before) / 1024.0;
                }
                handles.forEach(handle -> handle.cancel(false));
            }
            queue.resume();
            return Samples.median(kibibytes);
        }
    }

    /// After two collections: the first one may leave what waits for a reference to be handled.
    private static long usedHeap() {
        var memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    private static void ensureSame(int expected, int answered) {
        if (expected != answered) {
            throw new IllegalStateException("answer must be " + expected + ", was " + answered);
        }
    }
}
