package io.millhand.bench;

import io.millhand.TaskQueue;
import io.millhand.VirtualThreadWorkers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How many no-op tasks a second go through virtual threads of which 500 run at a time: ours, and the JDK's
/// thread-per-task executor behind a semaphore as the floor.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
public class VirtualThreadsBenchmark {

    private static final int SLOTS = 500;

    private final Semaphore permits = new Semaphore(SLOTS);
    private TaskQueue ours;
    private ExecutorService jdk;

    /// Opens both.
    @Setup
    public void open() {
        ours = TaskQueue.on(VirtualThreadWorkers.of(SLOTS));
        jdk = Executors.newVirtualThreadPerTaskExecutor();
    }

    /// Closes both.
    @TearDown
    public void close() {
        ours.close();
        jdk.close();
    }

    /// Ours.
    @Benchmark
    @OperationsPerInvocation(Burst.TASKS)
    public long taskQueue() throws Exception {
        return Burst.through(ours);
    }

    /// The floor. The submitter waits for a permit: what waits has no thread.
    @Benchmark
    @OperationsPerInvocation(Burst.TASKS)
    public long perTaskExecutor() throws Exception {
        List<Future<Integer>> futures = new ArrayList<>(Burst.TASKS);
        for (int i = 0; i < Burst.TASKS; i++) {
            int number = i;
            permits.acquire();
            futures.add(jdk.submit(() -> {
                permits.release();
                return number;
            }));
        }
        long sum = 0;
        for (var future : futures) {
            sum += future.get();
        }
        return sum;
    }
}
