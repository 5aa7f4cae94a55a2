package io.millhand.bench.peers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The floor: bare child JVMs, whose end is known by `Process.onExit`, and the start of the next one up to its first
/// answer over a socket. Nobody kills them when their parent dies.
public final class BareRecovery {

    private BareRecovery() {}

    /// Does the trials of one measure.
    ///
    /// @param args see [RecoveryProgram]
    public static void main(String[] args) throws Exception {
        RecoveryProgram.main(args, BareRecovery::measure);
    }

    static Trials measure(RecoveryMeasure measure, int trials, Duration limit) throws Exception {
        return switch (measure) {
            case CRASH_KILLED -> crash(trials, limit, SocketChild.Role.DIE_OF_SIGNAL);
            case CRASH_EXITED -> crash(trials, limit, SocketChild.Role.DIE_OF_EXIT);
            case NEXT_QUEUED, NEXT_SUBMITTED -> RecoveryProgram.repeat(trials, () -> next(limit));
            case NEXT_SPARE -> RecoveryProgram.repeat(trials, () -> nextWithSpare(limit));
            case TIMEOUT -> RecoveryProgram.repeat(trials, () -> timeout(limit));
            case ORPHANS, ORPHANS_GONE -> Trials.none();
        };
    }

    private static Trials crash(int trials, Duration limit, SocketChild.Role role) throws Exception {
        var mark = Mark.make();
        try {
            return RecoveryProgram.repeat(trials, () -> {
                mark.clear();
                try (var peer = SocketPeer.start(role, mark.file())) {
                    SocketChild.writeAll(peer.socket(), ByteBuffer.allocate(1));
                    boolean exited = awaitExit(peer, limit);
                    long known = System.nanoTime();
                    return exited ? RecoveryProgram.millis(mark.nanoTime(), known) : OptionalDouble.empty();
                }
            });
        } finally {
            mark.remove();
        }
    }

    private static boolean awaitExit(SocketPeer peer, Duration limit) throws ExecutionException, InterruptedException {
        try {
            peer.process().onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        }
    }

    private static OptionalDouble next(Duration limit) throws Exception {
        try (var victim = SocketPeer.start(SocketChild.Role.CLOCK)) {
            time(victim);
            long start = System.nanoTime();
            victim.process().destroyForcibly();
            if (!awaitExit(victim, limit)) {
                return OptionalDouble.empty();
            }
            try (var next = SocketPeer.start(SocketChild.Role.CLOCK)) {
                return RecoveryProgram.millis(start, time(next));
            }
        }
    }

    private static OptionalDouble nextWithSpare(Duration limit) throws Exception {
        try (var victim = SocketPeer.start(SocketChild.Role.CLOCK);
                var next = SocketPeer.start(SocketChild.Role.CLOCK)) {
            time(victim);
            time(next);
            long start = System.nanoTime();
            victim.process().destroyForcibly();
            return awaitExit(victim, limit) ? RecoveryProgram.millis(start, time(next)) : OptionalDouble.empty();
        }
    }

    private static OptionalDouble timeout(Duration limit) throws Exception {
        try (var peer = SocketPeer.start(SocketChild.Role.CLOCK)) {
            time(peer);
            long due = System.nanoTime() + RecoveryProgram.TASK_LIMIT.toNanos();
            CompletableFuture.delayedExecutor(RecoveryProgram.TASK_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> peer.process().destroyForcibly());
            boolean exited = awaitExit(peer, limit);
            long known = System.nanoTime();
            return exited ? RecoveryProgram.millis(due, known) : OptionalDouble.empty();
        }
    }

    /// At which the child answered.
    private static long time(SocketPeer peer) throws IOException {
        SocketChild.writeAll(peer.socket(), ByteBuffer.allocate(1));
        var time = ByteBuffer.allocate(Long.BYTES);
        if (!SocketChild.readAll(peer.socket(), time)) {
            throw new IOException("the far side is gone");
        }
        return time.getLong(0);
    }
}
