package io.millhand.bench;

import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import io.millhand.VirtualThreadWorkers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How many no-op tasks a second go through when 1, 2 or 8 threads submit: ours on two threads beside a
/// `ThreadPoolExecutor` of two, ours on virtual threads beside the bare per-task executor behind a semaphore.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
public class ManySubmittersBenchmark {

    private static final int TASKS = 8_000;
    private static final int SLOTS = 500;

    /// How many threads submit.
    @Param({"1", "2", "8"})
    public int submitters;

    private final Semaphore permits = new Semaphore(SLOTS);
    private TaskQueue threads;
    private ExecutorService pool;
    private TaskQueue virtual;
    private ExecutorService perTask;
    private ExecutorService submitting;

    /// Opens all; what is not used starts nothing.
    @Setup
    public void open() {
        threads = TaskQueue.on(ThreadWorkers.of(2));
        pool = new ThreadPoolExecutor(2, 2, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        virtual = TaskQueue.on(VirtualThreadWorkers.of(SLOTS));
        perTask = Executors.newVirtualThreadPerTaskExecutor();
        submitting = Executors.newFixedThreadPool(submitters);
    }

    /// Closes all.
    @TearDown
    public void close() {
        submitting.close();
        threads.close();
        pool.close();
        virtual.close();
        perTask.close();
    }

    /// Ours, on two threads.
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public long threadWorkers() throws Exception {
        return fromAll(() -> submit(threads));
    }

    /// Its floor.
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public long threadPoolExecutor() throws Exception {
        return fromAll(() -> submit(pool));
    }

    /// Ours, on virtual threads.
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public long virtualThreadWorkers() throws Exception {
        return fromAll(() -> submit(virtual));
    }

    /// Its floor. The submitter waits for a permit: what waits has no thread.
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public long perTaskExecutor() throws Exception {
        return fromAll(() -> {
            List<Future<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < TASKS / submitters; i++) {
                int number = i;
                permits.acquire();
                futures.add(perTask.submit(() -> {
                    permits.release();
                    return number;
                }));
            }
            return sum(futures);
        });
    }

    private long submit(ExecutorService executor) throws Exception {
        List<Future<Integer>> futures = new ArrayList<>(TASKS / submitters);
        for (int i = 0; i < TASKS / submitters; i++) {
            int number = i;
            futures.add(executor.submit(() -> number));
        }
        return sum(futures);
    }

    private static long sum(List<Future<Integer>> futures) throws Exception {
        long sum = 0;
        for (var future : futures) {
            sum += future.get();
        }
        return sum;
    }

    /// All begin together.
    private long fromAll(Callable<Long> submitter) throws Exception {
        var begin = new CountDownLatch(1);
        List<Future<Long>> each = new ArrayList<>();
        for (int i = 0; i < submitters; i++) {
            each.add(submitting.submit(() -> {
                begin.await();
                return submitter.call();
            }));
        }
        begin.countDown();
        long sum = 0;
        for (var one : each) {
            sum += one.get();
        }
        return sum;
    }
}
