package io.millhand;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// What is known of a worker that died under a task.
///
/// @param worker the name of the worker
/// @param pid the process id of the dead process
/// @param exitCode its exit code as the JDK reports it; absent where the process died unseen
/// @param signal the name of the signal that ended it (`SIGKILL`), inferred from the exit code; absent for an exit by
///     itself. A process that exits with code 137 by itself cannot be told from one killed by signal 9.
/// @param stderrTail the last lines that the process wrote to its standard error
/// @param fatalError the head of the JVM's own fatal error report; empty where there is none
/// @param task the id of the task that was running
/// @param attempt the number of its attempt, from 1
/// @param age how long the process had lived
/// @param quarantined whether the task is refused further attempts because it crashed too many workers
public record CrashReport(
        String worker,
        long pid,
        OptionalInt exitCode,
        Optional<String> signal,
        String stderrTail,
        String fatalError,
        long task,
        int attempt,
        Duration age,
        boolean quarantined) {

    /// Refuses nulls.
    public CrashReport {
        requireNonNull(worker, "worker");
        requireNonNull(exitCode, "exitCode");
        requireNonNull(signal, "signal");
        requireNonNull(stderrTail, "stderrTail");
        requireNonNull(fatalError, "fatalError");
        requireNonNull(age, "age");
    }

    CrashReport asQuarantined() {
        return new CrashReport(worker, pid, exitCode, signal, stderrTail, fatalError, task, attempt, age, true);
    }

    /// One line: how the process ended.
    ///
    /// @return for example `killed by SIGKILL` or `exited with code 3`
    public String summary() {
        if (signal.isPresent()) {
            return "killed by " + signal.get();
        }
        return exitCode.isPresent() ? "exited with code " + exitCode.getAsInt() : "ended in an unknown way";
    }

    @Override
    public String toString() {
        var text = new StringBuilder()
                .append(worker)
                .append(" (pid ")
                .append(pid)
                .append(") ")
                .append(summary())
                .append(" while it ran attempt ")
                .append(attempt)
                .append(" of task ")
                .append(task)
                .append(", after a life of ")
                .append(age.toMillis())
                .append(" ms");
        if (quarantined) {
            text.append("; the task is quarantined");
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
