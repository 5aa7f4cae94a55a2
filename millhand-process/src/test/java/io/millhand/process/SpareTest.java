package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.spi.Backend;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpareTest {

    private final Child.Loops loops = new Child.Loops(
            new ChannelLoop(),
            new OutputLoop(true),
            new ClassServer("queue", 1 << 20),
            new Guard("queue", new IdleBackend()));

    private final Process process;

    SpareTest() throws IOException {
        process = new ProcessBuilder("/bin/cat").start();
    }

    @AfterEach
    void end() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Test
    @SuppressWarnings("NullAway") // neither host nor pool is asked for a spare that is not taken
    void isNotTakenWhenItHasSaidThatItLeaves() throws IOException {
        var spare = new Child("queue#spare", process, loops, new IdleBackend(), new NoOwner());
        var worker = new ProcessWorker("queue#1", null, null);

        spare.received(Frame.of(FrameKind.EXITING));
        spare.adoptedBy(worker, worker.name());

        assertThat(worker.adopted(spare)).isFalse();
        assertThat(worker.isManned()).isFalse();
    }

    private static final class NoOwner implements Child.Owner {

        @Override
        public void received(Child child, Frame frame) {}

        @Override
        public void died(Child child) {}

        @Override
        public void exiting(Child child) {}

        @Override
        public void swept(Child child) {}
    }

    /// Does nothing.
    private static final class IdleBackend implements Backend {

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public Timer schedule(long delayNanos, Runnable action) {
            return () -> {};
        }

        @Override
        public void start(String name, Runnable body) {}

        @Override
        public long random(long bound) {
            return 0;
        }
    }
}
