package io.millhand.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millhand.testkit.Guarantee;
import org.junit.jupiter.api.Test;

/// Random histories beside the model. `-Dmillhand.sim.histories=N` runs more, `-Dmillhand.sim.seed=N` replays one.
final class SimulationTest {

    private static final String SEED = "millhand.sim.seed";

    @Test
    @Guarantee({
        "5.1.1", "5.1.2", "5.3.1", "5.3.2", "5.4.2", "5.4.3", "5.4.4", "5.4.5", "5.4.6", "5.5.4", "5.6.1", "5.17.1"
    })
    void livesThroughEveryHistoryAsTheModelSays() {
        boolean replay = System.getProperty(SEED) != null;
        long first = Long.getLong(SEED, System.nanoTime());
        long histories = replay ? 1 : Long.getLong("millhand.sim.histories", 4_000);
        long begin = System.nanoTime();
        Hunt.hunt(first, histories)
                .ifPresent(find -> fail(Hunt.explain(find.seed()).orElse(find.toString())));
        System.out.printf(
                "simulation: %d histories from seed %d in %d ms%n",
                histories, first, (System.nanoTime() - begin) / 1_000_000);
    }

    @Test
    void isTheSameEachTime() {
        for (long seed = 1; seed <= 20; seed++) {
            var once = Simulation.run(Histories.of(seed), true);
            var twice = Simulation.run(Histories.of(seed), true);
            assertThat(once.trace()).isNotEmpty().isEqualTo(twice.trace());
        }
    }
}
