package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.Progress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Sends the progress of a child's attempts: the latest of each, and not too often.
final class ProgressSender implements Runnable {

    /*
     * The first report of an attempt is sent at once, by who makes it. The next ones wait until the pause is over,
     * each in place of the one before it, and the thread sends them. It is there from the first of these on, until
     * none came for a while. So nobody waits who reports progress, and what waits is one report for each attempt,
     * also where the parent does not read.
     *
     * The monitor guards all fields. Frames are sent under it, which does not block, so that no older report
     * overtakes a later one.
     */

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int IDLE_PAUSES = 100;

    private final FrameChannel channel;

    /// Those that are to be sent.
    @GuardedBy("this")
    private final Map<RunningAttempt, Progress> waiting = new HashMap<>();

    /// When the last one of each attempt was sent.
    @GuardedBy("this")
    private final Map<RunningAttempt, Long> sentNanos = new HashMap<>();

    @GuardedBy("this")
    private boolean hasThread;

    ProgressSender(FrameChannel channel) {
        this.channel = channel;
    }

    /// @param progress asked under the monitor, so that threads which overtake each other tell nothing older
    synchronized void latest(RunningAttempt attempt, Supplier<Progress> progress) {
        if (attempt.isOver()) {
            return;
        }
        waiting.put(attempt, progress.get());
        var sent = sentNanos.get(attempt);
        if (sent == null || System.nanoTime() - sent >= PAUSE_NANOS) {
            send(attempt);
        }
        if (!waiting.isEmpty() && !hasThread) {
            hasThread = true;
            Thread.ofPlatform()
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .name("millhand-progress")
                    .start(this);
        }
    }

    /// A channel that is full keeps it waiting.
    @GuardedBy("this")
    private void send(RunningAttempt attempt) {
        var progress = waiting.get(attempt);
        if (progress != null && channel.sendIfFree(frame(attempt, progress))) {
            waiting.remove(attempt);
            sentNanos.put(attempt, System.nanoTime());
        }
    }

    private static Frame frame(RunningAttempt attempt, Progress progress) {
        return ProgressFrame.of(attempt.taskId(), attempt.attempt(), progress);
    }

    /// The attempt is over: its last report goes before its answer.
    synchronized void end(RunningAttempt attempt) {
        var last = waiting.remove(attempt);
        sentNanos.remove(attempt);
        if (last != null) {
            channel.send(frame(attempt, last));
        }
    }

    @Override
    public void run() {
        int idle = 0;
        while (goesOn(idle)) {
            idle = sendWaiting() ? 0 : idle + 1;
        }
    }

    private synchronized boolean goesOn(int idle) {
        if (idle > IDLE_PAUSES) {
            hasThread = false;
            return false;
        }
        try {
            TimeUnit.NANOSECONDS.timedWait(this, PAUSE_NANOS);
        } catch (InterruptedException _) {
            // somebody's who knows no better
        }
        return true;
    }

    private synchronized boolean sendWaiting() {
        boolean some = !waiting.isEmpty();
        for (var attempt : waiting.keySet().toArray(RunningAttempt[]::new)) {
            send(attempt);
        }
        return some;
    }
}
