package io.millhand.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.Backend;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Time that passes only when the test says so: a [Backend] on which a queue runs deterministically, in one thread.
///
/// ```java
/// var time = VirtualTime.ofSeed(42);
/// var queue = TaskQueue.on(workers, QueueConfig.defaults().backend(time).callbacks(time));
/// time.advance(Duration.ofSeconds(30));
/// ```
///
/// Everything that the queue would do later or elsewhere - timers, the bodies of its threads and, where this is also
/// the executor of callbacks, stages and subscribers - waits in one list ordered by (time, order of arrival) and runs
/// in
/// the thread that calls [#advance], [#settle] or [#next], without locks held. So nothing happens between two of these
/// calls, and a call that blocks for the queue blocks for ever: after `shutdown()`, settle before `close()`.
///
/// May be used from any thread, but is deterministic from one only.
public final class VirtualTime implements Backend, Executor {

    /// The system property that gives [#ofAnySeed()] its seed.
    public static final String SEED_PROPERTY = "millhand.seed";

    /// Ten seconds before the clock overflows, so that whoever compares times instead of differences is found out.
    private static final long ORIGIN_NANOS = Long.MAX_VALUE - 10_000_000_000L;

    private record Due(long atNanos, long serial, Runnable action) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return atNanos != other.atNanos ? Long.compare(atNanos, other.atNanos) : Long.compare(serial, other.serial);
        }
    }

    private final long seed;

    @GuardedBy("this")
    private final Random random;

    @GuardedBy("this")
    private final PriorityQueue<Due> waiting = new PriorityQueue<>();

    @GuardedBy("this")
    private long elapsedNanos;

    @GuardedBy("this")
    private long lastSerial;

    private VirtualTime(long seed) {
        this.seed = seed;
        random = new Random(seed);
    }

    /// Time with a given seed for its random numbers.
    ///
    /// @param seed any number
    /// @return at its beginning
    public static VirtualTime ofSeed(long seed) {
        return new VirtualTime(seed);
    }

    /// Time with the seed of the system property [#SEED_PROPERTY], or else a new one; prints it.
    ///
    /// @return at its beginning
    public static VirtualTime ofAnySeed() {
        long seed = Long.getLong(SEED_PROPERTY, System.nanoTime());
        System.out.println("seed " + seed + "; replay with -D" + SEED_PROPERTY + "=" + seed);
        return ofSeed(seed);
    }

    /// The seed.
    ///
    /// @return as given
    public long seed() {
        return seed;
    }

    @Override
    public synchronized long nanoTime() {
        return ORIGIN_NANOS + elapsedNanos;
    }

    /// What has passed since the beginning.
    ///
    /// @return zero or more
    public synchronized Duration elapsed() {
        return Duration.ofNanos(elapsedNanos);
    }

    @Override
    public synchronized Timer schedule(long delayNanos, Runnable action) {
        long atNanos = elapsedNanos + Math.max(0, delayNanos);
        var due = new Due(atNanos < 0 ? Long.MAX_VALUE : atNanos, ++lastSerial, action);
        waiting.add(due);
        return () -> callOff(due);
    }

    private synchronized void callOff(Due due) {
        waiting.remove(due);
    }

    /// Starts no thread: the body runs in the thread that lets time pass, as soon as it does.
    @Override
    public void start(String name, Runnable body) {
        execute(body);
    }

    @Override
    public void execute(Runnable action) {
        schedule(0, action);
    }

    @Override
    public synchronized long random(long bound) {
        return random.nextLong(bound);
    }

    /// How much waits, for now or for later.
    ///
    /// @return the number of actions
    public synchronized int waiting() {
        return waiting.size();
    }

    /// Runs all that is due now, and what becomes due by it.
    public void settle() {
        advance(Duration.ZERO);
    }

    /// Lets time pass, running each action at its time.
    ///
    /// @param by zero or more
    public void advance(Duration by) {
        long untilNanos;
        synchronized (this) {
            untilNanos = elapsedNanos + by.toNanos();
        }
        for (var due = pollUntil(untilNanos); due != null; due = pollUntil(untilNanos)) {
            due.action().run();
        }
        synchronized (this) {
            elapsedNanos = untilNanos;
        }
    }

    /// Lets time pass to the next action and runs it alone.
    ///
    /// @return false if nothing waits
    public boolean next() {
        var due = pollUntil(Long.MAX_VALUE);
        if (due != null) {
            due.action().run();
        }
        return due != null;
    }

    private synchronized @Nullable Due pollUntil(long untilNanos) {
        var due = waiting.peek();
        if (due == null || due.atNanos() > untilNanos) {
            return null;
        }
        elapsedNanos = Math.max(elapsedNanos, due.atNanos());
        return waiting.poll();
    }

    @Override
    public String toString() {
        return "virtual time " + elapsed() + ", seed " + seed;
    }
}
