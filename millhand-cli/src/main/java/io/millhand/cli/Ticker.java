package io.millhand.cli;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Shows progress at intervals until it is closed: often where one line is rewritten, every ten seconds elsewhere.
final class Ticker implements AutoCloseable {

    private static final long REWRITE_MILLIS = 200;
    private static final long HEARTBEAT_MILLIS = 10_000;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("millhand-ticker").factory());

    Ticker(Display display, Tally tally) {
        long period = display.rewrites() ? REWRITE_MILLIS : HEARTBEAT_MILLIS;
        var _ = timer.scheduleWithFixedDelay(
                () -> display.progress(tally.progress(System.nanoTime())), period, period, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
