package io.millhand.bench;

import io.millhand.Items;
import io.millhand.Source;
import io.millhand.TaskQueue;
import io.millhand.process.ProcessWorkers;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What a reader costs that is a hundred times slower than its producer: how much more memory both sides have in use
/// while it reads, at most. Looked at some times a second, after a collection: the heap, and buffers outside of it.
public final class SlowReader {

    private static final int TIMES = 100;
    private static final int SECONDS = 5;
    private static final int WARM_UP = 3;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /// To park takes about as long: for less nobody waits.
    private static final long LEAST_PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private SlowReader() {}

    /// Runs all.
    ///
    /// @param args none
    public static void main(String[] args) throws InterruptedException {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).slots(2).heap(256 << 20))) {
            measure(queue, "small ints", 0, 2_000_000);
            measure(queue, "1 KiB", 1 << 10, 300_000);
            measure(queue, "1 MiB", 1 << 20, 500);
        }
    }

    private static void measure(TaskQueue queue, String what, int bytes, int count) throws InterruptedException {
        print(what + " out of a child", queue, count, (items, pause) -> out(queue, bytes, items, pause));
        print(what + " into a child", queue, count, (items, pause) -> into(queue, bytes, items, pause));
    }

    private interface Way {
        /// Reads so many of an endless stream.
        void read(int count, long pauseNanos);
    }

    private static void out(TaskQueue queue, int bytes, int count, long pauseNanos) {
        try (Items<Object> items = queue.items(() -> endless(bytes))) {
            var _ = read(items.iterator(), count, pauseNanos);
        }
    }

    private static void into(TaskQueue queue, int bytes, int count, long pauseNanos) {
        queue.consume(Source.of(endless(bytes)), input -> read(input.iterator(), count, pauseNanos))
                .join();
    }

    private static Stream<Object> endless(int bytes) {
        return IntStream.iterate(0, number -> number + 1).mapToObj(number -> bytes == 0 ? number : new byte[bytes]);
    }

    /// No faster than one item in a pause.
    private static int read(Iterator<Object> items, int count, long pauseNanos) {
        long begin = System.nanoTime();
        for (int read = 0; read < count; read++) {
            var _ = items.next();
            for (long early = ahead(begin, read, pauseNanos);
                    early > LEAST_PARK_NANOS;
                    early = ahead(begin, read, pauseNanos)) {
                LockSupport.parkNanos(early);
            }
        }
        return count;
    }

    private static long ahead(long begin, int read, long pauseNanos) {
        return begin + read * pauseNanos - System.nanoTime();
    }

    private static void print(String what, TaskQueue queue, int count, Way way) throws InterruptedException {
        for (int i = 0; i < WARM_UP; i++) {
            way.read(count, 0);
        }
        long begin = System.nanoTime();
        way.read(count, 0);
        double rate = count * 1e9 / (System.nanoTime() - begin);
        int slowly = (int) (SECONDS * rate / TIMES);
        begin = System.nanoTime();
        var peak = Peak.during(queue, () -> way.read(slowly, (long) (TIMES * 1e9 / rate)));
        System.out.printf(
                Locale.ROOT,
                "%s: made %,.0f a second, read %,.0f a second; parent %+.1f MiB, child %+.1f MiB at most in %d looks%n",
                what,
                rate,
                slowly * 1e9 / (System.nanoTime() - begin),
                peak.parent / (double) (1 << 20),
                peak.child / (double) (1 << 20),
                peak.looks);
    }

    /// What a first collection finds no longer reachable, a second one frees.
    private static long liveBytes() {
        System.gc();
        System.gc();
        var runtime = Runtime.getRuntime();
        long buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return runtime.totalMemory() - runtime.freeMemory() + buffers;
    }

    /// The most memory that was in use beyond what was before. Its own thread writes it, and is joined before anybody
    /// reads.
    private static final class Peak {
        private long parent = Long.MIN_VALUE;
        private long child = Long.MIN_VALUE;
        private int looks;

        static Peak during(TaskQueue queue, Runnable work) throws InterruptedException {
            var peak = new Peak();
            long parent = liveBytes();
            long child = queue.submit(() -> liveBytes()).join();
            var working = Thread.ofPlatform().start(work);
            var looking = Thread.ofPlatform().start(() -> {
                while (working.isAlive()) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                    peak.parent = Math.max(peak.parent, liveBytes() - parent);
                    peak.child =
                            Math.max(peak.child, queue.submit(() -> liveBytes()).join() - child);
                    peak.looks++;
                }
            });
            working.join();
            looking.join();
            return peak;
        }
    }
}
