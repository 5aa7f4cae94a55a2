package io.millhand.process;

import static java.util.Objects.requireNonNull;

import io.millhand.Workers;
import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Workers that are child JVMs. For code that must not take this JVM down: what loops is killed at its timeout, what
/// crashes or eats its heap ends its own process only.
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
/// @param workers how many children work at a time at most, at least 1
/// @param slots how many attempts each child runs at a time, at least 1. With more than one they run on virtual
///     threads. An attempt that is to be killed is then interrupted first; if it does not end within a second its child
///     is killed, and the others in it crash with it.
/// @param jvm how their JVMs are started
/// @param life how many there are and how long they live
/// @param setup what each does before its first task and after its last one; empty for nothing
/// @param limits what their answers may hold
/// @param diagnosis what they offer to whoever looks for a fault
public record ProcessWorkers(
        int workers,
        int slots,
        ChildJvm jvm,
        ChildLife life,
        Optional<ChildSetup<?>> setup,
        TransferLimits limits,
        ChildDiagnosis diagnosis)
        implements Workers {

    /// Refuses what makes no sense.
    public ProcessWorkers {
        if (workers < 1) {
            throw new IllegalArgumentException("workers must be at least 1, was " + workers);
        }
        if (slots < 1) {
            throw new IllegalArgumentException("slots must be at least 1, was " + slots);
        }
        requireNonNull(jvm, "jvm");
        if (requireNonNull(life, "life").least() > workers) {
            throw new IllegalArgumentException(
                    "least must be at most the number of workers, " + workers + ", was " + life.least());
        }
        requireNonNull(setup, "setup");
        requireNonNull(limits, "limits");
        requireNonNull(diagnosis, "diagnosis");
    }

    /// Child JVMs with default settings.
    ///
    /// @param workers how many at most, at least 1
    /// @return the description
    public static ProcessWorkers of(int workers) {
        return new ProcessWorkers(
                workers,
                1,
                ChildJvm.defaults(),
                ChildLife.defaults(),
                Optional.empty(),
                TransferLimits.defaults(),
                ChildDiagnosis.defaults());
    }

    /// These workers with another number of attempts that each child runs at a time.
    ///
    /// @param slots at least 1
    /// @return the changed copy
    public ProcessWorkers slots(int slots) {
        return new ProcessWorkers(workers, slots, jvm, life, setup, limits, diagnosis);
    }

    /// These workers, started in another way.
    ///
    /// @param jvm how
    /// @return the changed copy
    public ProcessWorkers jvm(ChildJvm jvm) {
        return new ProcessWorkers(workers, slots, jvm, life, setup, limits, diagnosis);
    }

    /// These workers with another maximum heap.
    ///
    /// @param bytes of each child, at least 32 MiB
    /// @return the changed copy
    public ProcessWorkers heap(long bytes) {
        return jvm(jvm.heap(bytes));
    }

    /// These workers with other further options of their JVMs.
    ///
    /// @param options as on the command line of `java`
    /// @return the changed copy
    public ProcessWorkers jvmOptions(List<String> options) {
        return jvm(jvm.options(options));
    }

    /// These workers with a cache of what each child loads at its start (JEP 514), in the folder of this
    /// user's caches: `$XDG_CACHE_HOME/millhand/aot`, else `~/.cache/millhand/aot`;
    /// `~/Library/Caches/millhand/aot` on macOS.
    ///
    /// The first pool that finds none for its class path, its JDK and its options makes one beside its work,
    /// in a JVM of its own that takes some seconds of one processor. Where none can be made or used children
    /// start without, and a warning of the logger `io.millhand.process` says why; classes in folders, above
    /// all, cannot be cached.
    ///
    /// @return the changed copy
    public ProcessWorkers aotCache() {
        return aotCache(AotFolder.usual());
    }

    /// As [#aotCache()], in another folder.
    ///
    /// @param folder made if it is not there; nobody but its user may write there
    /// @return the changed copy
    public ProcessWorkers aotCache(Path folder) {
        return jvm(jvm.aotCache(folder));
    }

    /// These workers with another life.
    ///
    /// @param life how many there are and how long they live
    /// @return the changed copy
    public ProcessWorkers life(ChildLife life) {
        return new ProcessWorkers(workers, slots, jvm, life, setup, limits, diagnosis);
    }

    /// These workers with another limit for the start of a child.
    ///
    /// @param startLimit positive
    /// @return the changed copy
    public ProcessWorkers startLimit(Duration startLimit) {
        return life(life.startLimit(startLimit));
    }

    /// These workers with a process of its own for each attempt.
    ///
    /// @return the changed copy
    public ProcessWorkers freshPerTask() {
        return life(life.recycling(life.recycling().afterTasks(1)));
    }

    /// These workers with an initializer.
    ///
    /// @param setup what each child does before its first task and after its last one
    /// @return the changed copy
    public ProcessWorkers setup(ChildSetup<?> setup) {
        return new ProcessWorkers(workers, slots, jvm, life, Optional.of(setup), limits, diagnosis);
    }

    /// These workers with other limits of what their answers may hold.
    ///
    /// @param limits depth, bytes, objects, array elements, classes
    /// @return the changed copy
    public ProcessWorkers limits(TransferLimits limits) {
        return new ProcessWorkers(workers, slots, jvm, life, setup, limits, diagnosis);
    }

    /// These workers with other offers to whoever looks for a fault.
    ///
    /// @param diagnosis the offers
    /// @return the changed copy
    public ProcessWorkers diagnosis(ChildDiagnosis diagnosis) {
        return new ProcessWorkers(workers, slots, jvm, life, setup, limits, diagnosis);
    }

    @Override
    public WorkerPool open(WorkerHost host) {
        String system = System.getProperty("os.name", "");
        if (system.startsWith("Windows")) {
            throw new UnsupportedOperationException(
                    "child JVMs are not supported on " + system + " yet; use ThreadWorkers or VirtualThreadWorkers");
        }
        Nesting.ensureAllowed();
        return ProcessPool.open(host, this);
    }
}
