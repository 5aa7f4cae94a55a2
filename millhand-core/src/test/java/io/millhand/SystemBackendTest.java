package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SystemBackendTest {

    private static List<Thread> timersOf(String queue) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("millhand-" + queue + "-timer"))
                .toList();
    }

    /// A timer that is set when no thread can be had must ring all the same.
    @Test
    void hasTheThreadOfItsTimersBeforeTheFirstOneAndUntilItIsClosed() throws InterruptedException {
        var backend = new SystemBackend("early");
        var timer = timersOf("early");
        assertThat(timer).hasSize(1);
        backend.close();
        timer.getFirst().join(60_000);
        assertThat(timersOf("early")).isEmpty();
    }
}
