package io.millhand.bench;

import io.millhand.Source;
import io.millhand.TaskContext;
import io.millhand.TaskQueue;
import io.millhand.process.ProcessWorkers;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.stream.Stream;

/// Streams as many items of 500 bytes as asked for out of a child, or into one, in order and without a gap, and
/// tells how fast that went and how much heap it took. `bench/ten-million.sh` runs it in a heap of 64 MiB; that
/// of the child is as large.
public final class TenMillion {

    private static final int ITEM_BYTES = 500;
    private static final long MIB = 1 << 20;

    private TenMillion() {}

    /// Runs it.
    ///
    /// @param args how many, ten million unless told
    public static void main(String[] args) {
        int count = args.length == 0 ? 10_000_000 : Integer.parseInt(args[0]);
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(64 * MIB))) {
            queue.onMessage((_, message) -> System.out.println("  child: " + message.text()));
            long begin = System.nanoTime();
            try (var items = queue.items(() -> items(count))) {
                check(items, count);
                var _ = items.handle().join();
            }
            print("out of a child", count, System.nanoTime() - begin);
            queue.submit(TenMillion::tellHeap).join();
            begin = System.nanoTime();
            var read = queue.consume(Source.of(items(count)), input -> {
                check(input, count);
                return tellHeap();
            });
            read.join();
            print("into a child", count, System.nanoTime() - begin);
        }
    }

    private static Stream<byte[]> items(int count) {
        return Stream.iterate(0, number -> number < count, number -> number + 1)
                .map(number -> ByteBuffer.allocate(ITEM_BYTES).putInt(number).array());
    }

    private static void check(Iterable<byte[]> items, int count) {
        int read = 0;
        for (var item : items) {
            int number = ByteBuffer.wrap(item).getInt();
            if (number != read || item.length != ITEM_BYTES) {
                throw new IllegalStateException(
                        "item " + read + " was number " + number + " of " + item.length + " bytes");
            }
            read++;
        }
        if (read != count) {
            throw new IllegalStateException("items must be " + count + ", were " + read);
        }
    }

    private static long tellHeap() {
        TaskContext.current().message("peak heap " + heap());
        return 0;
    }

    private static void print(String way, int count, long nanos) {
        System.out.printf(
                Locale.ROOT,
                "%,d items of %d bytes %s in %.1f s: %,.0f a second; peak heap %s%n",
                count,
                ITEM_BYTES,
                way,
                nanos / 1e9,
                count * 1e9 / nanos,
                heap());
    }

    /// The sum of the peaks of all parts of the heap: no less than the peak of their sum.
    private static String heap() {
        long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
        return String.format(
                Locale.ROOT,
                "%.1f MiB of %.0f",
                peak / (double) MIB,
                Runtime.getRuntime().maxMemory() / (double) MIB);
    }
}
