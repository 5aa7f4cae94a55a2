package io.millhand.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/// What tests do to processes, and how they wait for what comes of it.
final class Processes {

    /// For ever, as far as tests are concerned.
    static final Duration CEILING = Duration.ofSeconds(60);

    private Processes() {}

    /// Sends a signal.
    ///
    /// @param name as `kill` knows it, for example `STOP`
    static void signal(long pid, String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// Stops a process, so that it reads nothing more; what is sent to it stays on its way.
    static void stop(long pid) {
        signal(pid, "STOP");
        Orphans.awaitStopped(pid);
    }

    /// The children of this JVM, but for the guards of pools.
    static List<ProcessHandle> childJvms() {
        return ProcessHandle.current()
                .children()
                .filter(child -> !isGuard(child))
                .toList();
    }

    static boolean isGuard(ProcessHandle process) {
        return Stream.of(process.info().arguments().orElse(new String[0]))
                .anyMatch(argument -> argument.startsWith("millhand-guard:"));
    }

    /// A short look, often.
    static ConditionFactory awaiting() {
        return Awaitility.await().atMost(CEILING).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
    }
}
