package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FrameFuzzTest {

    private static final long FRAMES = Long.getLong("millhand.fuzz.frames", 500_000);

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void survivesDamagedConversations() {
        long seed = Long.getLong("millhand.fuzz.seed", System.nanoTime());
        var fuzz = new FrameFuzz();

        System.out.println(fuzz.run(seed, FRAMES));

        assertThat(fuzz.refused()).isGreaterThan(FRAMES / 100);
    }
}
