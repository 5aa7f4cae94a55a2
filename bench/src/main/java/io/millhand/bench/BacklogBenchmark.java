package io.millhand.bench;

import io.millhand.Task;
import io.millhand.TaskQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What the queue itself spends on a task that finds many before it: one is submitted, one ends and the next is
/// assigned, so that their number stays. The worker is a [Clerk], so that no thread is handed anything.
///
/// Ten million waiting tasks need some gigabytes of heap.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3, jvmArgsAppend = "-Xmx12g")
@Warmup(iterations = 10)
@Measurement(iterations = 10)
public class BacklogBenchmark {

    private static final int TASKS = 100_000;

    /// How many tasks are before it.
    @Param({"0", "10", "10000", "10000000", "1000000 paused"})
    public String before;

    private final Clerk clerk = new Clerk();
    private TaskQueue queue;

    /// Fills the queue.
    @Setup(Level.Trial)
    public void fill() {
        queue = TaskQueue.on(clerk);
        boolean paused = before.endsWith("paused");
        int count = Integer.parseInt(before.replace(" paused", ""));
        if (paused) {
            queue.series("paused").pause();
        }
        var _ = queue.submit(() -> -1); // the clerk's
        for (int i = 0; i < count; i++) {
            int number = i;
            Task<Integer> task = Task.of(() -> number);
            var _ = queue.submit(paused ? task.series("paused") : task);
        }
    }

    /// Submits one, ends one.
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public long submitAndEnd() {
        long sum = 0;
        for (int i = 0; i < TASKS; i++) {
            int number = i;
            sum += queue.submit(() -> number).id();
            clerk.end();
        }
        return sum;
    }
}
