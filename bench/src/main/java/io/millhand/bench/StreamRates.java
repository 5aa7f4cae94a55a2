package io.millhand.bench;

import io.millhand.Input;
import io.millhand.Items;
import io.millhand.Source;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import io.millhand.process.ProcessWorkers;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// How fast items are streamed: from a child, on a thread of this JVM, beside a `SubmissionPublisher` and a
/// bare Unix socket between two threads, where an item is a length and its bytes, written in blocks of 64 KiB.
/// Prints the median of five runs after two.
public final class StreamRates {

    private static final int RUNS = 7;
    private static final int WARM_UP = 2;
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final int MANY = 2_000_000;

    private StreamRates() {}

    /// A run, and how many items it had.
    interface Trial {
        long run() throws Exception;
    }

    /// Runs all.
    ///
    /// @param args none
    public static void main(String[] args) throws Exception {
        try (var children = TaskQueue.on(ProcessWorkers.of(1).heap(256 << 20));
                var threads = TaskQueue.on(ThreadWorkers.of(1))) {
            print("small ints, child", 0, () -> read(children.items(() -> ints(MANY))));
            print("small ints, thread", 0, () -> read(threads.items(() -> ints(MANY))));
            print("small ints, SubmissionPublisher", 0, () -> publish(MANY, 0));
            print("small ints, bare socket", 0, () -> socket(MANY, Integer.BYTES));
            print("small ints, into a child", 0, () -> consume(children, ints(MANY)));
            print("small ints, into a thread", 0, () -> consume(threads, ints(MANY)));
            kilobytes(children, threads);
            megabytes(children, threads);
            latencies(children);
        }
    }

    private static void kilobytes(TaskQueue children, TaskQueue threads) throws Exception {
        int count = 300_000;
        print("1 KiB, child", 1 << 10, () -> read(children.items(() -> bytes(count, 1 << 10))));
        print("1 KiB, thread", 1 << 10, () -> read(threads.items(() -> bytes(count, 1 << 10))));
        print("1 KiB, into a child", 1 << 10, () -> consume(children, bytes(count, 1 << 10)));
        print("1 KiB, SubmissionPublisher", 1 << 10, () -> publish(count, 1 << 10));
        print("1 KiB, bare socket", 1 << 10, () -> socket(count, 1 << 10));
    }

    private static void megabytes(TaskQueue children, TaskQueue threads) throws Exception {
        int count = 500;
        print("1 MiB, child", 1 << 20, () -> read(children.items(() -> bytes(count, 1 << 20))));
        print("1 MiB, thread", 1 << 20, () -> read(threads.items(() -> bytes(count, 1 << 20))));
        print("1 MiB, into a child", 1 << 20, () -> consume(children, bytes(count, 1 << 20)));
        print("1 MiB, SubmissionPublisher", 1 << 20, () -> publish(count, 1 << 20));
        print("1 MiB, bare socket", 1 << 20, () -> socket(count, 1 << 20));
    }

    private static void latencies(TaskQueue children) {
        var first = new double[200];
        var ended = new double[200];
        for (int i = 0; i < first.length; i++) {
            long begin = System.nanoTime();
            var items = children.items(() -> ints(Integer.MAX_VALUE));
            var _ = items.iterator().next();
            long come = System.nanoTime();
            items.close();
            var _ = items.handle().outcome();
            first[i] = (come - begin) / 1e3;
            ended[i] = (System.nanoTime() - come) / 1e3;
        }
        System.out.printf(Locale.ROOT, "to the first item, child: p50 %.0f us%n", median(first));
        System.out.printf(Locale.ROOT, "from an early close to the end, child: p50 %.0f us%n", median(ended));
    }

    private static void print(String what, int bytes, Trial trial) throws Exception {
        var rates = new double[RUNS - WARM_UP];
        for (int i = 0; i < RUNS; i++) {
            long begin = System.nanoTime();
            long items = trial.run();
            double rate = items / ((System.nanoTime() - begin) / 1e9);
            if (i >= WARM_UP) {
                rates[i - WARM_UP] = rate;
            }
        }
        double rate = median(rates);
        String volume = bytes == 0 ? "" : String.format(Locale.ROOT, ", %.2f GB/s", rate * bytes / 1e9);
        System.out.printf(Locale.ROOT, "%s: %,.0f items/s%s%n", what, rate, volume);
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static Stream<Integer> ints(int count) {
        return IntStream.range(0, count).boxed();
    }

    private static Stream<byte[]> bytes(int count, int size) {
        return IntStream.range(0, count).mapToObj(_ -> new byte[size]);
    }

    private static <T> long read(Items<T> items) {
        long count = 0;
        for (T _ : items) {
            count++;
        }
        return count;
    }

    private static <T> long consume(TaskQueue queue, Stream<T> stream) {
        return queue.consume(Source.of(stream), StreamRates::readInput).join();
    }

    private static <T> long readInput(Input<T> input) {
        long count = 0;
        for (T _ : input) {
            count++;
        }
        return count;
    }

    private static long publish(int count, int size) throws InterruptedException {
        var over = new CountDownLatch(1);
        var read = new AtomicLong();
        try (var publisher =
                new SubmissionPublisher<Object>(task -> Thread.ofPlatform().start(task), 1_024)) {
            var consumed = publisher.consume(_ -> read.incrementAndGet());
            var _ = consumed.whenComplete((_, _) -> over.countDown());
            for (int i = 0; i < count; i++) {
                publisher.submit(size == 0 ? (Object) i : new byte[size]);
            }
        }
        over.await();
        return read.get();
    }

    private static long socket(int count, int size) throws Exception {
        var folder = Files.createTempDirectory("rates");
        Path path = folder.resolve("s");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            var writer = Thread.ofPlatform().start(() -> write(path, count, size));
            try (var socket = server.accept()) {
                long read = count(socket);
                writer.join();
                return read;
            }
        } finally {
            Files.deleteIfExists(path);
            Files.delete(folder);
        }
    }

    private static void write(Path path, int count, int size) {
        try (var socket = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            var out = ByteBuffer.allocateDirect(BLOCK_BYTES);
            for (int i = 0; i < count; i++) {
                var item =
                        ByteBuffer.allocate(Integer.BYTES + size).putInt(size).position(0);
                while (item.hasRemaining()) {
                    if (!out.hasRemaining()) {
                        flush(socket, out);
                    }
                    int part = Math.min(out.remaining(), item.remaining());
                    out.put(item.slice(item.position(), part));
                    item.position(item.position() + part);
                }
            }
            flush(socket, out);
        } catch (IOException e) {
            throw new IllegalStateException("the socket cannot be written", e);
        }
    }

    private static void flush(SocketChannel socket, ByteBuffer out) throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            socket.write(out);
        }
        out.clear();
    }

    private static long count(SocketChannel socket) throws IOException {
        var in = ByteBuffer.allocateDirect(BLOCK_BYTES);
        var length = ByteBuffer.allocate(Integer.BYTES);
        byte[] item = {};
        int filled = 0;
        long count = 0;
        while (socket.read(in) >= 0) {
            in.flip();
            while (in.hasRemaining()) {
                if (length.hasRemaining()) {
                    length.put(in.get());
                    if (!length.hasRemaining()) {
                        item = new byte[length.getInt(0)];
                        filled = 0;
                    }
                } else {
                    int part = Math.min(item.length - filled, in.remaining());
                    in.get(item, filled, part);
                    filled += part;
                    if (filled == item.length) {
                        length.clear();
                        count++;
                    }
                }
            }
            in.clear();
        }
        return count;
    }
}
