package io.millhand.bench.peers;

import java.util.concurrent.TimeUnit;

/// Work that takes a known time of an undisturbed core.
final class Spin {

    private static final int TRIALS = 50;
    private static final int STEPS = 1_000_000;

    private Spin() {}

    /// Does so many steps.
    ///
    /// @return what they came to, so that none can be left out
    static long steps(long count) {
        long state = count | 1;
        for (long i = 0; i < count; i++) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
        }
        return state;
    }

    /// How many steps a core does in a microsecond: the best of many trials by `System.nanoTime()`, since whatever
    /// disturbs one only makes it longer.
    static double stepsPerMicro() {
        double best = 0;
        for (int i = 0; i < TRIALS; i++) {
            long start = System.nanoTime();
            if (steps(STEPS) == 0) {
                throw new IllegalStateException("steps must not come to 0");
            }
            best = Math.max(best, STEPS / ((System.nanoTime() - start) / 1e3));
        }
        return best;
    }

    /// Keeps a core busy until the clock says that it is enough.
    ///
    /// @return when it was enough, `System.nanoTime()`
    static long until(long deadlineNanos) {
        long now = System.nanoTime();
        while (now - deadlineNanos < 0) {
            Thread.onSpinWait();
            now = System.nanoTime();
        }
        return now;
    }

    static long forMillis(long millis) {
        return until(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
