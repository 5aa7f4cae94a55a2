package io.millhand.bench;

import io.millhand.MapOptions;
import io.millhand.SerializableFunction;
import io.millhand.Source;
import io.millhand.TaskQueue;
import io.millhand.process.ChildJvm;
import io.millhand.process.ProcessWorkers;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Gives tasks 100 MiB, shared and captured, and tells what that costs. `bench/sharing.sh` runs it.
public final class Sharing {

    private static final int CHILDREN = 2;
    private static final int BYTES = 100 << 20;
    private static final long CHILD_HEAP = 512 << 20;
    private static final int SHARED_TASKS = 100;

    /// More would only take longer.
    private static final int CAPTURING_TASKS = 10;

    private static final int WARM_UPS = 20;

    private Sharing() {}

    /// Runs it.
    ///
    /// @param args none
    public static void main(String[] args) {
        byte[] large = new byte[BYTES];
        RandomGenerator.of("L64X128MixRandom").nextBytes(large);
        var workers = ProcessWorkers.of(CHILDREN).jvm(ChildJvm.defaults().heap(CHILD_HEAP));
        try (var queue = TaskQueue.on(workers)) {
            run(queue, WARM_UPS, n -> n);
            double bare = run(queue, SHARED_TASKS, n -> n);
            long start = System.nanoTime();
            try (var shared = queue.share(large)) {
                double encoding = (System.nanoTime() - start) / 1e6;
                double first = run(queue, SHARED_TASKS, n -> (int) shared.value()[n]);
                double later = run(queue, SHARED_TASKS, n -> (int) shared.value()[n]);
                print("to share 100 MiB", encoding);
                print(SHARED_TASKS + " tasks that share it, on " + CHILDREN + " children", first);
                print(SHARED_TASKS + " more", later);
            }
            print(SHARED_TASKS + " tasks without it", bare);
            double captured = run(queue, CAPTURING_TASKS, n -> (int) large[n]);
            print("each task that captures it", captured / CAPTURING_TASKS);
        }
    }

    /// In milliseconds.
    private static double run(TaskQueue queue, int tasks, SerializableFunction<Integer, Integer> function) {
        var inputs = IntStream.range(0, tasks).iterator();
        var options = MapOptions.defaults().window(CHILDREN);
        long start = System.nanoTime();
        try (var results = queue.map(Source.of(inputs), function, options)) {
            results.forEach(_ -> {});
        }
        return (System.nanoTime() - start) / 1e6;
    }

    private static void print(String what, double millis) {
        System.out.printf(Locale.ROOT, "%-45s %8.1f ms%n", what, millis);
    }
}
