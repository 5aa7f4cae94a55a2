package io.millhand;

import io.millhand.spi.Backend;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The real world. Its threads are daemons.
final class SystemBackend implements Backend {

    private static final long IDLE_SECONDS = 2;

    private final ScheduledThreadPoolExecutor timer;

    SystemBackend(String queueName) {
        timer = new ScheduledThreadPoolExecutor(1, daemons("millhand-" + queueName + "-timer"));
        timer.prestartCoreThread(); // who sets a timer later must not learn that there is no thread for it
        timer.setRemoveOnCancelPolicy(true);
        // What is scheduled after the end of the queue is about something that has ended, too.
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /// A pool that grows as needed, so that a callback that blocks holds up no other.
    static Executor callbacks(String queueName) {
        return threads("millhand-" + queueName + "-callback");
    }

    /// Of a pool of its own for each who asks; its threads end after two seconds without work.
    static Executor threads(String name) {
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons(name));
    }

    /// Drops what is scheduled.
    void close() {
        timer.shutdownNow();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(long delayNanos, Runnable action) {
        var scheduled = timer.schedule(action, delayNanos, TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public void start(String name, Runnable body) {
        startDaemon(name, body);
    }

    static void startDaemon(String name, Runnable body) {
        daemons(name).newThread(body).start();
    }

    @Override
    public long random(long bound) {
        return ThreadLocalRandom.current().nextLong(bound);
    }

    private static ThreadFactory daemons(String name) {
        return Thread.ofPlatform()
                .daemon()
                .inheritInheritableThreadLocals(false)
                .name(name)
                .factory();
    }

    /// The duration in nanoseconds; 0 for a negative one, and the longest that can be said (292 years) for a longer
    /// one.
    static long saturatedNanos(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : duration.toNanos();
    }
}
