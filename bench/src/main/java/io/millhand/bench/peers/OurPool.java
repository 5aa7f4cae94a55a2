package io.millhand.bench.peers;

import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.process.ProcessWorkers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Ours: a queue on child JVMs with default settings.
///
/// For profiles, the system property `bench.child` holds further options of the children's JVMs, separated by blanks.
public final class OurPool {

    private static final List<String> CHILD_OPTIONS = List.of(
                    System.getProperty("bench.child", "").split(" "))
            .stream()
            .filter(option -> !option.isEmpty())
            .toList();

    private static final String CACHES = System.getProperty("bench.aot", "");

    /// In the child, made before it is asked for.
    private static final class Held {
        static final byte[] PAYLOAD = Program.payload();
    }

    private OurPool() {}

    /// Does a run.
    ///
    /// @param args see [Program]
    public static void main(String[] args) throws Exception {
        Program.main(args, OurPool::measure);
    }

    static Map<Measure, Double> measure(Run run, int size) throws Exception {
        return switch (run) {
            case THROUGHPUT -> throughput(size);
            case ROUND_TRIP -> roundTrip(size);
            case COLD -> Map.of(Measure.COLD_FIRST, coldMillis(), Measure.COLD_SECOND, coldMillis());
            case PAYLOAD -> payload(size);
            case MEMORY -> memory();
        };
    }

    private static TaskQueue open(int workers) {
        var pool = ProcessWorkers.of(workers).jvmOptions(CHILD_OPTIONS);
        return TaskQueue.on(CACHES.isEmpty() ? pool : pool.aotCache(Path.of(CACHES)));
    }

    private static Map<Measure, Double> throughput(int tasks) {
        try (var queue = open(2)) {
            burst(queue, tasks);
            long start = System.nanoTime();
            burst(queue, tasks);
            return Map.of(Measure.TASKS_PER_SECOND, tasks / ((System.nanoTime() - start) / 1e9));
        }
    }

    private static void burst(TaskQueue queue, int tasks) {
        List<TaskHandle<Integer>> handles = new ArrayList<>(tasks);
        for (int i = 0; i < tasks; i++) {
            int number = i;
            handles.add(queue.submit(() -> number));
        }
        for (int i = 0; i < tasks; i++) {
            ensureSame(i, handles.get(i).join());
        }
    }

    private static Map<Measure, Double> roundTrip(int calls) {
        try (var queue = open(1)) {
            roundTrips(queue, calls / 2);
            var micros = roundTrips(queue, calls);
            return Map.of(
                    Measure.ROUND_TRIP_P50,
                    Samples.percentile(micros, 0.5),
                    Measure.ROUND_TRIP_P99,
                    Samples.percentile(micros, 0.99));
        }
    }

    private static double[] roundTrips(TaskQueue queue, int calls) {
        var micros = new double[calls];
        for (int i = 0; i < calls; i++) {
            int number = i;
            long start = System.nanoTime();
            ensureSame(i, queue.submit(() -> number).join());
            micros[i] = (System.nanoTime() - start) / 1e3;
        }
        return micros;
    }

    private static double coldMillis() {
        long start = System.nanoTime();
        try (var queue = open(1)) {
            ensureSame(7, queue.submit(() -> 7).join());
            return (System.nanoTime() - start) / 1e6;
        }
    }

    private static Map<Measure, Double> payload(int transfers) {
        byte[] bytes = Program.payload();
        try (var queue = open(1)) {
            queue.submit(() -> Held.PAYLOAD.length).join();
            var there = new double[transfers];
            var back = new double[transfers];
            for (int i = 0; i < transfers; i++) {
                long start = System.nanoTime();
                ensureSame(bytes.length, queue.submit(() -> bytes.length).join());
                long middle = System.nanoTime();
                ensureSame(bytes.length, queue.submit(() -> Held.PAYLOAD).join().length);
                there[i] = middle - start;
                back[i] = System.nanoTime() - middle;
            }
            return Map.of(
                    Measure.PAYLOAD_ARGUMENT,
                    Program.mebibytesPerSecond(there),
                    Measure.PAYLOAD_RESULT,
                    Program.mebibytesPerSecond(back));
        }
    }

    private static Map<Measure, Double> memory() throws Exception {
        try (var queue = open(1)) {
            long pid = queue.submit(() -> ProcessHandle.current().pid()).join();
            TimeUnit.MILLISECONDS.sleep(500);
            return Map.of(Measure.IDLE_CHILD, Program.residentMebibytes(pid));
        }
    }

    private static void ensureSame(int expected, int answered) {
        if (expected != answered) {
            throw new IllegalStateException("answer must be " + expected + ", was " + answered);
        }
    }
}
