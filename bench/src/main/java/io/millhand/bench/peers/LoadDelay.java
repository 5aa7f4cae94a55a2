package io.millhand.bench.peers;

import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// By how much does a long task delay tiny ones that the other of two workers could run?
///
/// Tiny tasks come every millisecond, whatever becomes of those before them; each tells when it started, by its own
/// clock. Two controls tell what the machine adds: trials in which nothing comes between, and those in which another
/// program is as busy as the long task would be.
final class LoadDelay {

    private static final int LONG_MILLIS = 200;
    private static final int MILLIS_BEFORE = 20;
    private static final int MILLIS_AFTER = 30;
    private static final int TINY = MILLIS_BEFORE + LONG_MILLIS + MILLIS_AFTER;
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /// So many of a hundred trials do not count: five seconds.
    private static final int PERCENT_BEFORE = 7;

    /// What comes between the tiny tasks.
    @FunctionalInterface
    private interface Disturbance {
        void begin() throws IOException;
    }

    /// The delays of each trial in milliseconds.
    private record Delays(List<double[]> alone, List<double[]> besideTask, List<double[]> besideOther) {}

    /// @param submitted when it was due to run: when it was submitted
    private record Tiny(long submitted, TaskHandle<Long> started) {

        double delayMillis() {
            return (started.join() - submitted) / 1e6;
        }
    }

    private LoadDelay() {}

    /// The other program: spins once for each byte that it is told, and ends with them.
    public static void main(String[] args) throws IOException {
        while (System.in.read() >= 0) {
            Spin.forMillis(LONG_MILLIS);
        }
    }

    static Map<LoadFigure, Double> measure(int trials) throws Exception {
        var other = new ProcessBuilder(JavaCommand.of(LoadDelay.class.getName()))
                .redirectError(Redirect.INHERIT)
                .start();
        try (var queue = Load.open(2);
                var toOther = other.getOutputStream()) {
            delays(queue, toOther, trials * PERCENT_BEFORE / 100 + 1); // do not count
            var delays = delays(queue, toOther, trials);
            return Map.of(
                    LoadFigure.DELAY_P50, ofEach(delays.besideTask, 0.5),
                    LoadFigure.DELAY_P99, ofEach(delays.besideTask, 0.99),
                    LoadFigure.DELAY_ALONE_P99, ofEach(delays.alone, 0.99),
                    LoadFigure.DELAY_OTHER_P99, ofEach(delays.besideOther, 0.99),
                    LoadFigure.WORST_P50, ofWorst(delays.besideTask, 0.5),
                    LoadFigure.WORST_P99, ofWorst(delays.besideTask, 0.99),
                    LoadFigure.WORST_ALONE_P99, ofWorst(delays.alone, 0.99),
                    LoadFigure.WORST_OTHER_P99, ofWorst(delays.besideOther, 0.99));
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    /// All kinds in turn.
    private static Delays delays(TaskQueue queue, OutputStream toOther, int count) throws IOException {
        var delays = new Delays(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < count; i++) {
            delays.alone.add(trial(queue, () -> {}));
            delays.besideTask.add(trial(queue, () -> queue.execute(() -> Spin.forMillis(LONG_MILLIS))));
            delays.besideOther.add(trial(queue, () -> {
                toOther.write(0);
                toOther.flush();
            }));
        }
        return delays;
    }

    private static double[] trial(TaskQueue queue, Disturbance disturbance) throws IOException {
        List<Tiny> all = new ArrayList<>(TINY);
        long begin = System.nanoTime();
        for (int i = 0; i < TINY; i++) {
            awaitNanos(begin + i * INTERVAL_NANOS);
            if (i == MILLIS_BEFORE) {
                disturbance.begin();
            }
            all.add(new Tiny(System.nanoTime(), queue.submit(() -> System.nanoTime())));
        }
        return all.stream().mapToDouble(Tiny::delayMillis).toArray();
    }

    private static double ofEach(List<double[]> trials, double share) {
        return Samples.percentile(
                trials.stream().flatMapToDouble(Arrays::stream).toArray(), share);
    }

    private static double ofWorst(List<double[]> trials, double share) {
        var worst =
                trials.stream().mapToDouble(trial -> Arrays.stream(trial).max().orElseThrow());
        return Samples.percentile(worst.toArray(), share);
    }

    private static void awaitNanos(long time) {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
