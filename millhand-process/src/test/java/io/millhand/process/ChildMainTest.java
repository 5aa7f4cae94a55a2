package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ChildMainTest {

    private static final long CEILING_NANOS = TimeUnit.SECONDS.toNanos(30);

    @Test
    void waitsForTheGuardAlthoughItIsInterrupted() {
        var waiting = Thread.currentThread();
        var guard = Thread.ofPlatform().daemon().start(() -> untilItWaits(waiting));

        waiting.interrupt();
        ChildMain.await(guard, Duration.ofNanos(2 * CEILING_NANOS));

        assertThat(guard.isAlive()).isFalse();
        assertThat(Thread.interrupted()).isFalse();
    }

    private static void untilItWaits(Thread thread) {
        long start = System.nanoTime();
        while (thread.getState() != Thread.State.TIMED_WAITING && System.nanoTime() - start < CEILING_NANOS) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
