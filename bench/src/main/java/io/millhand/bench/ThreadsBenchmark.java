package io.millhand.bench;

import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
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

/// How many no-op tasks a second go through two threads: ours, and the JDK's pool as the floor.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
public class ThreadsBenchmark {

    private TaskQueue ours;
    private ExecutorService jdk;

    /// Opens both.
    @Setup
    public void open() {
        ours = TaskQueue.on(ThreadWorkers.of(2));
        BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
        jdk = new ThreadPoolExecutor(2, 2, 0, TimeUnit.SECONDS, waiting);
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

    /// The floor.
    @Benchmark
    @OperationsPerInvocation(Burst.TASKS)
    public long threadPoolExecutor() throws Exception {
        return Burst.through(jdk);
    }
}
