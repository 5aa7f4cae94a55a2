package io.millhand.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.locks.LockSupport;

/// Looks after processes in tests.
final class Orphans {

    private static final long LOOK_NANOS = 5_000_000;

    private Orphans() {}

    /// Waits until none of the processes lives; answers whether that came to pass. A zombie counts as dead.
    static boolean awaitGone(Collection<Long> pids, Duration ceiling) {
        long start = System.nanoTime();
        while (pids.stream().anyMatch(Orphans::lives)) {
            if (System.nanoTime() - start > ceiling.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }

    /// Waits until a process that was sent SIGSTOP has stopped: its threads do so one after another.
    static void awaitStopped(long pid) {
        while (stateOf(pid) != 'T' && stateOf(pid) != 'Z') {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static boolean lives(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false) && stateOf(pid) != 'Z';
    }

    /// The letter of `/proc/<pid>/stat`; Z for a process that is gone.
    private static char stateOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException _) {
            return 'Z';
        }
    }
}
