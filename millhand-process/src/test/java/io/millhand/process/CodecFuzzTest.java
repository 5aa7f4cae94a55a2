package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.Guarantee;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CodecFuzzTest {

    private static final long ANSWERS = Long.getLong("millhand.fuzz.answers", 30_000);

    @Test
    @Guarantee("6.2.5")
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void survivesDamagedAnswers() {
        long seed = Long.getLong("millhand.fuzz.seed", System.nanoTime());
        var fuzz = new CodecFuzz();

        System.out.println(fuzz.run(seed, ANSWERS));

        assertThat(fuzz.refused()).isGreaterThan(ANSWERS / 3);
    }
}
