package io.millhand.process;

import io.millhand.CrashReport;
import io.millhand.MemoryCause;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Finds out what a child died of.
final class Autopsy {

    /// Knows nothing but what is left.
    static final Autopsy NONE = new Autopsy(new OomKills(Path.of("nonexistent")), List.of());

    private final OomKills oomKills;
    private final List<String> jvmOptions;

    /// Written once, when the child has connected; before that it runs no attempt whose crash could be reported.
    private volatile OomKills.@Nullable Count alive;

    /// Found once for all attempts of the child: a kill of the kernel's is explained once. Loop's thread only.
    private @Nullable MemoryCause memory;

    /// What is left of a child.
    ///
    /// @param exitCode as the JDK reports it
    /// @param announcedExit whether it said that it exits by itself
    /// @param killedHere whether this side killed it
    /// @param killReason why it did so although attempts of it were wanted; empty where it did not
    /// @param stderr the last lines of its standard error
    /// @param fatalError the head of the JVM's own report
    /// @param age how long it had lived
    record Remains(
            String worker,
            long pid,
            int exitCode,
            boolean announcedExit,
            boolean killedHere,
            String killReason,
            String stderr,
            String fatalError,
            Duration age) {}

    /// @param jvmOptions the command line options of the child's JVM
    Autopsy(OomKills oomKills, List<String> jvmOptions) {
        this.oomKills = oomKills;
        this.jvmOptions = jvmOptions;
    }

    /// Takes note of what must be compared after the death.
    void connected(long pid) {
        alive = oomKills.countFor(pid);
    }

    /// Reads a few files of the kernel's where a SIGKILL must be explained, and nothing else.
    CrashReport report(Remains remains, long task, int attempt) {
        var signal = Signals.signalOf(remains.exitCode, remains.announcedExit, remains.fatalError);
        var found = memory;
        if (found == null) {
            found = memory(remains, signal.orElse(""));
            memory = found;
        }
        return new CrashReport(
                remains.worker,
                remains.pid,
                OptionalInt.of(remains.exitCode),
                signal,
                found,
                remains.killReason,
                jvmOptions,
                remains.stderr,
                remains.fatalError,
                task,
                attempt,
                remains.age,
                Optional.empty(),
                "",
                false);
    }

    private MemoryCause memory(Remains remains, String signal) {
        if (remains.killReason.equals(ProcessPool.OVER_BUDGET)) {
            return MemoryCause.BUDGET;
        }
        if (!signal.equals("SIGKILL")) {
            return MemoryCauses.of(remains.exitCode, remains.stderr, remains.fatalError);
        }
        return remains.killedHere ? MemoryCause.NONE : byKernel();
    }

    private MemoryCause byKernel() {
        var before = alive;
        return before == null ? MemoryCause.NONE : oomKills.causeOf(before);
    }
}
