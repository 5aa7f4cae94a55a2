package io.millhand.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// That the programs measure what they should; how fast is not asserted.
final class RecoveryProgramsIT {

    private static final Duration GENEROUS = Duration.ofMinutes(1);

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ORPHANS", "ORPHANS_GONE"})
    void oursRecovers(RecoveryMeasure measure) throws Exception {
        assertComplete(OurRecovery.measure(measure, 1, GENEROUS));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ORPHANS", "ORPHANS_GONE"})
    void theFloorRecovers(RecoveryMeasure measure) throws Exception {
        assertComplete(BareRecovery.measure(measure, 1, GENEROUS));
    }

    @Test
    void oursLeavesNoOrphans() throws Exception {
        assertThat(OrphanTrial.of(Subject.java("ours", OurRecovery.class)))
                .hasValueSatisfying(trial -> assertThat(trial.left()).isZero());
    }

    private static void assertComplete(Trials trials) {
        assertThat(trials.values()).hasSize(1).allMatch(Double::isFinite);
    }
}
