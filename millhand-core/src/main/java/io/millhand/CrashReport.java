package io.millhand;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What is known of a worker that died under a task.
///
/// @param worker the name of the worker
/// @param pid the process id of the dead process
/// @param exitCode its exit code as the JDK reports it; absent where the process died unseen
/// @param signal the name of the signal that ended it (`SIGKILL`), inferred from the exit code; absent for an exit by
///     itself. A process that exits with code 137 by itself cannot be told from one killed by signal 9.
/// @param memory which memory it ran out of; `NONE` for any other death
/// @param killReason why Millhand itself killed the process; empty where it did not
/// @param jvmOptions the options that its JVM was started with; empty where it was none
/// @param stderrTail the last lines that the process wrote to its standard error
/// @param fatalError the head of the JVM's own fatal error report; empty where there is none
/// @param task the id of the task that was running, or the number of the broadcast
/// @param attempt the number of its attempt, from 1; 0 for a broadcast
/// @param age how long the process had lived
/// @param folder where all of it is kept, for `millhand replay`; absent where no folder was asked for, or none could be
///     written
/// @param folderProblem why no folder could be written that was asked for; empty where nothing went wrong
/// @param quarantined whether the task is refused further attempts because it crashed too many workers
public record CrashReport(
        String worker,
        long pid,
        OptionalInt exitCode,
        Optional<String> signal,
        MemoryCause memory,
        String killReason,
        List<String> jvmOptions,
        String stderrTail,
        String fatalError,
        long task,
        int attempt,
        Duration age,
        Optional<Path> folder,
        String folderProblem,
        boolean quarantined) {

    /// Refuses nulls.
    public CrashReport {
        requireNonNull(worker, "worker");
        requireNonNull(exitCode, "exitCode");
        requireNonNull(signal, "signal");
        requireNonNull(memory, "memory");
        requireNonNull(killReason, "killReason");
        jvmOptions = List.copyOf(jvmOptions);
        requireNonNull(stderrTail, "stderrTail");
        requireNonNull(fatalError, "fatalError");
        requireNonNull(age, "age");
        requireNonNull(folder, "folder");
        requireNonNull(folderProblem, "folderProblem");
    }

    CrashReport asQuarantined() {
        return copy(folder, folderProblem, true);
    }

    /// This report with the folder that tells all of it.
    ///
    /// @param folder complete
    /// @return the changed copy
    public CrashReport keptIn(Path folder) {
        return copy(Optional.of(folder), "", quarantined);
    }

    /// This report with the reason why it has no folder.
    ///
    /// @param problem one line
    /// @return the changed copy
    public CrashReport notKept(String problem) {
        return copy(Optional.empty(), problem, quarantined);
    }

    private CrashReport copy(Optional<Path> folder, String folderProblem, boolean quarantined) {
        return new CrashReport(
                worker,
                pid,
                exitCode,
                signal,
                memory,
                killReason,
                jvmOptions,
                stderrTail,
                fatalError,
                task,
                attempt,
                age,
                folder,
                folderProblem,
                quarantined);
    }

    /// One line: how the process ended.
    ///
    /// @return for example `killed by SIGKILL` or `ran out of heap memory, exited with code 3`
    public String summary() {
        String end = signal.map(name -> "killed by " + name)
                .or(() -> exitCode.isPresent()
                        ? Optional.of("exited with code " + exitCode.getAsInt())
                        : Optional.empty())
                .orElse("ended in an unknown way");
        if (!killReason.isEmpty()) {
            return killReason + " (" + end + ")";
        }
        return memory == MemoryCause.NONE ? end : "ran out of " + memory.words() + ", " + end;
    }

    @Override
    public String toString() {
        var text = new StringBuilder()
                .append(worker)
                .append(" (pid ")
                .append(pid)
                .append(") ")
                .append(summary())
                .append(attempt == 0 ? " while it had broadcast " : " while it ran attempt " + attempt + " of task ")
                .append(task)
                .append(", after a life of ")
                .append(age.toMillis())
                .append(" ms");
        if (quarantined) {
            text.append("; the task is quarantined");
        }
        folder.ifPresent(kept -> text.append("; all of it is in ").append(kept));
        if (!folderProblem.isEmpty()) {
            text.append("; it could not be kept in a folder: ").append(folderProblem);
        }
        if (!fatalError.isEmpty()) {
            text.append('\n').append(fatalError);
        }
        if (!stderrTail.isEmpty()) {
            text.append("\nlast lines of its standard error:\n").append(stderrTail);
        }
        return text.toString();
    }
}
