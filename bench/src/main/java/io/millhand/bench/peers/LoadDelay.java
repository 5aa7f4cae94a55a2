package io.millhand.bench.peers;

import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// By how much does a long task delay tiny ones that the other of two workers could run?
///
/// Tiny tasks come every millisecond, whatever becomes of those before them; each tells when it started, by its own
/// clock. The worst of a trial counts. A trial in which no long task comes tells what the machine adds by itself.
final class LoadDelay {

    private static final int LONG_MILLIS = 200;
    private static final int MILLIS_BEFORE = 20;
    private static final int MILLIS_AFTER = 30;
    private static final int TINY = MILLIS_BEFORE + LONG_MILLIS + MILLIS_AFTER;
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /// @param submitted when it was due to run: when it was submitted
    private record Tiny(long submitted, TaskHandle<Long> started) {

        double delayMillis() {
            return (started.join() - submitted) / 1e6;
        }
    }

    private LoadDelay() {}

    static Map<LoadFigure, Double> measure(int trials) {
        try (var queue = Load.open(2)) {
            worstMillis(queue, true); // does not count
            var steady = new double[trials];
            var delayed = new double[trials];
            for (int i = 0; i < trials; i++) {
                steady[i] = worstMillis(queue, false);
                delayed[i] = worstMillis(queue, true);
            }
            return Map.of(
                    LoadFigure.STEADY_P50, Samples.percentile(steady, 0.5),
                    LoadFigure.STEADY_P99, Samples.percentile(steady, 0.99),
                    LoadFigure.DELAY_P50, Samples.percentile(delayed, 0.5),
                    LoadFigure.DELAY_P99, Samples.percentile(delayed, 0.99));
        }
    }

    private static double worstMillis(TaskQueue queue, boolean withLong) {
        List<Tiny> all = new ArrayList<>(TINY);
        long begin = System.nanoTime();
        for (int i = 0; i < TINY; i++) {
            awaitNanos(begin + i * INTERVAL_NANOS);
            if (withLong && i == MILLIS_BEFORE) {
                queue.execute(() -> Spin.forMillis(LONG_MILLIS));
            }
            all.add(new Tiny(System.nanoTime(), queue.submit(() -> System.nanoTime())));
        }
        return all.stream().mapToDouble(Tiny::delayMillis).max().orElseThrow();
    }

    private static void awaitNanos(long time) {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
