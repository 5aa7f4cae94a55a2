package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.Backend;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A process that kills the children of a pool, and what they have started, when this JVM is dead, whatever they do
/// then. Linux.
final class Guard {

    /*
     * none --- a child is born ---> standing --- the pool closes ---> closed
     *   ^                              |
     *   +------- somebody kills it ----+   and it is replaced at once
     *
     * The guard is a few lines of shell in a session of its own. It reads the ids of the children's process groups from
     * its standard input, which ends with this JVM, and then kills the groups. What was written before that is read
     * after it, so that a child is guarded from the moment at which its id was written.
     *
     * Any thread; the monitor guards all state. A guard that somebody has stopped does not read: who waits for it would
     * wait under the monitor, and is freed after a limit by the guard's end.
     */

    // An id may be used again after the end of its group, but not with the same time of start. Where a leader is gone,
    // its id is nobody else's as long as the group has members; groups without are forgotten. A leader that has just
    // been started may not have its group yet. Only what is built into every shell is used, so that no process is
    // needed when there may be none to be had.
    static final String SCRIPT = """
            trap '' HUP INT QUIT TERM
            start_of() {
                stat=
                read -r stat <"/proc/$1/stat"
                set -- ${stat##*) }
                start=${20}
            }
            known=
            while read -r group; do
                living=
                for entry in $known; do
                    start_of "${entry%:*}"
                    [ "$start" ] || kill -0 "-${entry%:*}" && living="$living $entry"
                done
                start_of "$group"
                known="$living $group:$start"
            done
            for entry in $known; do
                group=${entry%:*}
                start_of "$group"
                case $start in
                    '' | "${entry#*:}") kill -KILL "-$group" || kill -KILL "$group" ;;
                esac
            done
            """;

    /// Makes a process the leader of a session and a group, and then becomes it.
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private static final Path SHELL = Path.of("/bin/sh");

    /// Elsewhere there is no `/proc`, or no way to a group.
    private static final boolean POSSIBLE = System.getProperty("os.name", "").equals("Linux")
            && Files.isExecutable(SETSID)
            && Files.isExecutable(SHELL);

    private static final int MOST_TRIES = 3;
    private static final long WRITE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long END_SECONDS = 2;
    private static final long LEAST_LIFE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String queueName;
    private final Backend backend;

    @GuardedBy("this")
    private final Set<Long> groups = new LinkedHashSet<>();

    @GuardedBy("this")
    private @Nullable Process standing;

    @GuardedBy("this")
    private boolean closed;

    Guard(String queueName, Backend backend) {
        this.queueName = queueName;
        this.backend = backend;
    }

    /// Whether there will be a guard; else children watch their parent themselves, as well as they can.
    static boolean isPossible() {
        return POSSIBLE;
    }

    /// What makes a child the leader of its group from birth; empty where that cannot be.
    static List<String> launcher() {
        return Files.isExecutable(SETSID) ? List.of(SETSID.toString()) : List.of();
    }

    /// From the return of this method on the child will not outlive this JVM.
    ///
    /// @throws IOException where no guard can be had
    synchronized void watch(long group) throws IOException {
        if (closed) {
            throw new IOException("the queue of this child is closed");
        }
        if (POSSIBLE) {
            groups.add(group);
            tell(List.of(group));
        }
    }

    /// The group has no members any more.
    synchronized void forget(long group) {
        groups.remove(group);
    }

    @GuardedBy("this")
    private void tell(List<Long> news) throws IOException {
        for (int i = 1; ; i++) {
            var guard = standing;
            try {
                if (guard == null) {
                    guard = start();
                    news = List.copyOf(groups);
                }
                write(guard, news);
                return;
            } catch (IOException e) {
                standing = null; // it was killed a moment ago
                if (i == MOST_TRIES) {
                    throw new IOException("no process can be had that guards the children: " + e.getMessage(), e);
                }
            }
        }
    }

    @GuardedBy("this")
    private Process start() throws IOException {
        var builder = new ProcessBuilder(
                        SETSID.toString(), SHELL.toString(), "-c", SCRIPT, "millhand-guard:" + queueName)
                .directory(new File("/"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        var started = builder.start();
        long startNanos = backend.nanoTime();
        try {
            backend.start("millhand-" + queueName + "-guard", () -> awaitEnd(started, startNanos));
        } catch (RuntimeException | Error e) {
            started.toHandle().destroyForcibly();
            throw e;
        }
        standing = started;
        return started;
    }

    @GuardedBy("this")
    private void write(Process guard, List<Long> news) throws IOException {
        var lines = new StringBuilder();
        news.forEach(group -> lines.append(group).append('\n'));
        // Not through the process, which would first close the stream that somebody waits for.
        var limit = backend.schedule(WRITE_NANOS, guard.toHandle()::destroyForcibly);
        try {
            var input = guard.getOutputStream();
            input.write(lines.toString().getBytes(StandardCharsets.US_ASCII));
            input.flush();
        } finally {
            limit.cancel();
        }
    }

    /// As [Child] does.
    private void awaitEnd(Process guard, long startNanos) {
        while (true) {
            try {
                var _ = guard.waitFor();
                break;
            } catch (InterruptedException _) {
                // by nobody of ours
            }
        }
        if (dismiss(guard)) {
            if (backend.nanoTime() - startNanos > LEAST_LIFE_NANOS) {
                replace();
            } else { // one that cannot live is not tried again and again
                backend.schedule(
                        LEAST_LIFE_NANOS, () -> backend.start("millhand-" + queueName + "-guard", this::replace));
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // a process is itself
    private synchronized boolean dismiss(Process guard) {
        if (closed || standing != guard) {
            return false;
        }
        standing = null;
        return true;
    }

    /// Somebody has killed it: another one takes its place.
    private synchronized void replace() {
        if (closed || standing != null) {
            return;
        }
        try {
            if (!groups.isEmpty()) {
                tell(new ArrayList<>(groups));
            }
        } catch (IOException e) {
            System.getLogger("io.millhand.process")
                    .log(
                            System.Logger.Level.WARNING,
                            "the children of queue " + queueName + " are not guarded until the next one starts: they"
                                    + " watch this process themselves",
                            e);
        }
    }

    /// All children are dead. Returns when the guard is, too.
    void close() {
        Process last;
        synchronized (this) {
            closed = true;
            last = standing;
            standing = null;
        }
        if (last == null) {
            return;
        }
        try {
            last.getOutputStream().close();
        } catch (IOException _) {
            // it has ended already
        }
        if (!endsInTime(last)) {
            last.destroyForcibly();
            var _ = endsInTime(last);
        }
    }

    private static boolean endsInTime(Process guard) {
        try {
            return guard.waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
