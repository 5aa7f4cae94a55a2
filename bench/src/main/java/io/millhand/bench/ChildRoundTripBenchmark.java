package io.millhand.bench;

import io.millhand.TaskQueue;
import io.millhand.process.ProcessWorkers;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How long one task takes to an idle child JVM and back. The floor is the bare socket of `bench/peers.sh`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
public class ChildRoundTripBenchmark {

    private TaskQueue queue;
    private int number;

    /// Starts the child.
    @Setup
    public void open() {
        queue = TaskQueue.on(ProcessWorkers.of(1));
        var _ = queue.submit(() -> 0).join();
    }

    /// Ends the child.
    @TearDown
    public void close() {
        queue.close();
    }

    /// There and back.
    @Benchmark
    public int submitAndJoin() {
        int sent = number++;
        return queue.submit(() -> sent).join();
    }
}
