package io.millhand.process;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The names of signals, inferred from exit codes: the JDK reports a process that a signal ended as 128 + its number.
final class Signals {

    /// The same numbers on Linux and macOS, and only those that end a process and are seen in practice.
    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(1, "SIGHUP"),
            Map.entry(2, "SIGINT"),
            Map.entry(3, "SIGQUIT"),
            Map.entry(4, "SIGILL"),
            Map.entry(5, "SIGTRAP"),
            Map.entry(6, "SIGABRT"),
            Map.entry(8, "SIGFPE"),
            Map.entry(9, "SIGKILL"),
            Map.entry(11, "SIGSEGV"),
            Map.entry(13, "SIGPIPE"),
            Map.entry(14, "SIGALRM"),
            Map.entry(15, "SIGTERM"),
            Map.entry(24, "SIGXCPU")); // a limit on processor time

    private static final Pattern IN_REPORT = Pattern.compile("#\\s+(SIG[A-Z]+) \\(");

    private Signals() {}

    /// @param exitCode as the JDK reports it
    /// @param announced whether the process said that it exits by itself
    /// @param fatalError the JVM's own report, which tells the signal when the exit code does not any more
    static Optional<String> signalOf(int exitCode, boolean announced, String fatalError) {
        var told = IN_REPORT.matcher(fatalError);
        if (told.find()) {
            return Optional.of(told.group(1));
        }
        return announced ? Optional.empty() : Optional.ofNullable(NAMES.get(exitCode - 128));
    }
}
