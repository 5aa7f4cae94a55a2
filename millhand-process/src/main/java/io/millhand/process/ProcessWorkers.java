package io.millhand.process;

import static java.util.Objects.requireNonNull;

import io.millhand.Workers;
import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/// Workers that are child JVMs, one task at a time each. For code that must not take this JVM down: what loops is
/// killed at its timeout, what crashes or eats its heap ends its own process only.
///
/// A child starts when the first task needs it, runs the JDK and the class path of this JVM, and is replaced when it
/// dies. It is killed by the kernel when this JVM dies, however that happens and however busy it is (Linux; elsewhere a
/// thread in the child does it), together with its own child processes as long as they stay in its process group.
///
/// What goes in and comes out must be serializable: tasks at submit, results on their way back.
///
/// Output: lines that a child writes to its standard output and error are logged at INFO by the [System.Logger]
/// `io.millhand.output`, under the name of the worker.
///
/// Runs on Linux; on macOS by best effort; Windows is refused.
///
/// @param workers how many children there are at most, at least 1
/// @param heapBytes the maximum heap of each child in bytes, at least 32 MiB; empty for an equal share of the memory
///     that this JVM leaves: (memory - maximum heap of this JVM - 64 MiB a child - 10 %) / children
/// @param jvmOptions further options of the children's JVMs
/// @param startLimit how long a child may take to start
public record ProcessWorkers(int workers, OptionalLong heapBytes, List<String> jvmOptions, Duration startLimit)
        implements Workers {

    /// Refuses what makes no sense.
    public ProcessWorkers {
        if (workers < 1) {
            throw new IllegalArgumentException("workers must be at least 1, was " + workers);
        }
        if (requireNonNull(heapBytes, "heapBytes").orElse(HeapSlice.LEAST_BYTES) < HeapSlice.LEAST_BYTES) {
            throw new IllegalArgumentException(
                    "heap must be at least " + HeapSlice.LEAST_BYTES + " bytes, was " + heapBytes.getAsLong());
        }
        jvmOptions = List.copyOf(jvmOptions);
        if (jvmOptions.stream().anyMatch(option -> option.startsWith("-Xmx"))) {
            throw new IllegalArgumentException("jvmOptions must not hold -Xmx, use heap(...); was " + jvmOptions);
        }
        if (!requireNonNull(startLimit, "startLimit").isPositive()) {
            throw new IllegalArgumentException("startLimit must be positive, was " + startLimit);
        }
    }

    /// Child JVMs with default settings.
    ///
    /// @param workers how many at most, at least 1
    /// @return the description
    public static ProcessWorkers of(int workers) {
        return new ProcessWorkers(workers, OptionalLong.empty(), List.of(), Duration.ofSeconds(30));
    }

    /// These workers with another maximum heap.
    ///
    /// @param bytes of each child, at least 32 MiB
    /// @return the changed copy
    public ProcessWorkers heap(long bytes) {
        return new ProcessWorkers(workers, OptionalLong.of(bytes), jvmOptions, startLimit);
    }

    /// These workers with other further options of their JVMs.
    ///
    /// @param options as on the command line of `java`
    /// @return the changed copy
    public ProcessWorkers jvmOptions(List<String> options) {
        return new ProcessWorkers(workers, heapBytes, options, startLimit);
    }

    /// These workers with another limit for the start of a child.
    ///
    /// @param startLimit positive
    /// @return the changed copy
    public ProcessWorkers startLimit(Duration startLimit) {
        return new ProcessWorkers(workers, heapBytes, jvmOptions, startLimit);
    }

    @Override
    public WorkerPool open(WorkerHost host) {
        String system = System.getProperty("os.name", "");
        if (system.startsWith("Windows")) {
            throw new UnsupportedOperationException(
                    "child JVMs are not supported on " + system + " yet; use ThreadWorkers or VirtualThreadWorkers");
        }
        return ProcessPool.open(host, this);
    }
}
