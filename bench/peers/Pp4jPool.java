package io.millhand.bench.peers;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import net.viktorc.pp4j.api.JavaProcessOptions;
import net.viktorc.pp4j.impl.JavaProcessPoolExecutor;

/// PP4J's pool of child JVMs. No part of the module, which must not depend on PP4J: `bench/pp4j.sh` compiles it where
/// PP4J is installed.
public final class Pp4jPool {

    private static final String VERSION = "2.2";

    /// In the child, made before it is asked for.
    private static final class Held {
        static final byte[] PAYLOAD = Program.payload();
    }

    private interface Call<T> extends Callable<T>, Serializable {}

    private record Pool(JavaProcessPoolExecutor executor) implements AutoCloseable {

        static Pool open(int workers) throws InterruptedException {
            return new Pool(
                    new JavaProcessPoolExecutor(new JavaProcessOptions() {}, workers, workers, 0, null, false));
        }

        <T> Future<T> submit(Call<T> call) {
            return executor.submit(call);
        }

        @Override
        public void close() throws InterruptedException {
            executor.shutdown();
            executor.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private Pp4jPool() {}

    /// Does a run.
    ///
    /// @param args see [Program]
    public static void main(String[] args) throws Exception {
        if (args[0].equals("version")) {
            System.out.println("version " + VERSION + " on " + Runtime.version());
            return;
        }
        Program.main(args, Pp4jPool::measure);
        System.exit(0); // whatever threads it leaves
    }

    private static Map<Measure, Double> measure(Run run, int size) throws Exception {
        return switch (run) {
            case THROUGHPUT -> throughput(size);
            case ROUND_TRIP -> roundTrip(size);
            case COLD -> Map.of(Measure.COLD_FIRST, coldMillis(), Measure.COLD_SECOND, coldMillis());
            case PAYLOAD -> payload(size);
            case MEMORY -> memory();
        };
    }

    private static Map<Measure, Double> throughput(int tasks) throws Exception {
        try (var pool = Pool.open(2)) {
            burst(pool, tasks);
            long start = System.nanoTime();
            burst(pool, tasks);
            return Map.of(Measure.TASKS_PER_SECOND, tasks / ((System.nanoTime() - start) / 1e9));
        }
    }

    private static void burst(Pool pool, int tasks) throws Exception {
        List<Future<Integer>> futures = new ArrayList<>(tasks);
        for (int i = 0; i < tasks; i++) {
            int number = i;
            futures.add(pool.submit(() -> number));
        }
        for (int i = 0; i < tasks; i++) {
            ensureSame(i, futures.get(i).get());
        }
    }

    private static Map<Measure, Double> roundTrip(int calls) throws Exception {
        try (var pool = Pool.open(1)) {
            roundTrips(pool, calls / 2);
            var micros = roundTrips(pool, calls);
            return Map.of(
                    Measure.ROUND_TRIP_P50,
                    Samples.percentile(micros, 0.5),
                    Measure.ROUND_TRIP_P99,
                    Samples.percentile(micros, 0.99));
        }
    }

    private static double[] roundTrips(Pool pool, int calls) throws Exception {
        var micros = new double[calls];
        for (int i = 0; i < calls; i++) {
            int number = i;
            long start = System.nanoTime();
            ensureSame(i, pool.submit(() -> number).get());
            micros[i] = (System.nanoTime() - start) / 1e3;
        }
        return micros;
    }

    private static double coldMillis() throws Exception {
        long start = System.nanoTime();
        try (var pool = Pool.open(1)) {
            ensureSame(7, pool.submit(() -> 7).get());
            return (System.nanoTime() - start) / 1e6;
        }
    }

    private static Map<Measure, Double> payload(int transfers) throws Exception {
        byte[] bytes = Program.payload();
        try (var pool = Pool.open(1)) {
            pool.submit(() -> Held.PAYLOAD.length).get();
            var there = new double[transfers];
            var back = new double[transfers];
            for (int i = 0; i < transfers; i++) {
                long start = System.nanoTime();
                ensureSame(bytes.length, pool.submit(() -> bytes.length).get());
                long middle = System.nanoTime();
                ensureSame(bytes.length, pool.submit(() -> Held.PAYLOAD).get().length);
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
        try (var pool = Pool.open(1)) {
            long pid = pool.submit(() -> ProcessHandle.current().pid()).get();
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
