package io.millhand.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChaosIT {

    /// Set by `-Dchaos.seed=N` to see again what was seen.
    private static final long SEED = Long.getLong("chaos.seed", System.nanoTime());

    @Test
    void endsEachTaskAsPlannedForAMinute() throws Exception {
        var plan = new Chaos.Plan(SEED, Integer.MAX_VALUE, Duration.ofMinutes(1), 3);

        assertThat(Chaos.run(plan))
                .as("chaos with seed %s, see its account above", SEED)
                .isTrue();
    }
}
