package io.millhand.process;

import java.util.concurrent.TimeUnit;

/// How many attempts a worker is sent ahead, so that tiny tasks do not pay a way to the child and back each. Written
/// under the worker's monitor.
final class Pipeline {

    /*
     * As many as take a millisecond together, by the time between answers. A worker begins with none, at most doubles
     * with each answer, and begins anew when its child is another one or has given something back. Nothing goes behind
     * an attempt to which there is no answer after a millisecond.
     */

    /// How much work waits in a child.
    private static final long AHEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final int MOST = 256;

    /// An attempt counts as this long at most, so that one that is long among tiny ones is forgotten soon.
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    /// Each answer has this share in the mean: one in 8.
    private static final int SHARE_BITS = 3;

    private volatile int depth;

    /// Since when the child has something to do and has not answered; 0 where it has nothing to do.
    private volatile long silentNanos;

    private long meanNanos = LONGEST_NANOS;
    private long answeredNanos;

    int depth() {
        return depth;
    }

    /// The same, but for a child that has been silent for so long that what is sent now would wait behind a long task.
    int depthAt(long nowNanos) {
        long since = silentNanos;
        return since != 0 && nowNanos - since > AHEAD_NANOS ? 0 : depth;
    }

    /// An attempt is sent to a child that has nothing else to do.
    void begun(long nowNanos) {
        silentNanos = nowNanos | 1;
    }

    /// All has ended that was sent.
    void idle() {
        silentNanos = 0;
    }

    /// @param sentNanos when the attempt was sent
    void answered(long sentNanos, long nowNanos) {
        long since = sentNanos - answeredNanos > 0 ? sentNanos : answeredNanos;
        long took = Math.min(LONGEST_NANOS, nowNanos - since);
        meanNanos += (took - meanNanos) >> SHARE_BITS;
        answeredNanos = nowNanos;
        silentNanos = nowNanos | 1;
        long fit = meanNanos <= 0 ? MOST : Math.min(MOST, AHEAD_NANOS / meanNanos);
        depth = (int) Math.min(fit, 2L * depth + 1);
    }

    void beginAnew() {
        depth = 0;
        meanNanos = LONGEST_NANOS;
    }
}
