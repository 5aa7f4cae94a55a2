package io.millhand.bench;

import io.millhand.MapOptions;
import io.millhand.Source;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.LongStream;

/// Maps a lazy source of as many numbers as asked for through a window of 100, and tells how fast that went and how
/// much
/// heap it took. `bench/billion.sh` runs it in a heap of 64 MiB.
public final class Billion {

    private static final int WINDOW = 100;
    private static final long LINE = 10_000_000;

    private Billion() {}

    /// Runs it.
    ///
    /// @param args how many, a billion unless told
    public static void main(String[] args) {
        long count = args.length == 0 ? 1_000_000_000 : Long.parseLong(args[0]);
        int threads = Runtime.getRuntime().availableProcessors();
        Iterator<Long> inputs = LongStream.range(0, count).iterator();
        long start = System.nanoTime();
        long read = 0;
        try (var queue = TaskQueue.on(ThreadWorkers.of(threads));
                var results = queue.map(
                        Source.of(inputs),
                        number -> number,
                        MapOptions.defaults().window(WINDOW))) {
            for (long result : results) {
                if (result != read++) {
                    throw new IllegalStateException("result " + result + " at position " + (read - 1));
                }
                if (read % LINE == 0 && read < count) {
                    print(read, threads, System.nanoTime() - start);
                }
            }
        }
        if (read != count) {
            throw new IllegalStateException("results must be as many as the inputs, " + count + ", were " + read);
        }
        print(read, threads, System.nanoTime() - start);
    }

    private static void print(long read, int threads, long nanos) {
        System.out.printf(
                Locale.ROOT,
                "%,d no-op tasks on %d threads through a window of %d in %.1f s: %,.0f a second; peak heap %.1f MiB of"
                        + " %.0f%n",
                read,
                threads,
                WINDOW,
                nanos / 1e9,
                read * 1e9 / nanos,
                peakHeap() / 1048576.0,
                Runtime.getRuntime().maxMemory() / 1048576.0);
    }

    /// The sum of the peaks of all parts of the heap: no less than the peak of their sum.
    private static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }
}
