package io.millhand.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// That the programs measure all that they should; how fast is not asserted.
final class ProgramsIT {

    @ParameterizedTest
    @EnumSource
    void oursMeasuresAll(Run run) throws Exception {
        assertComplete(run, OurPool.measure(run, 20));
    }

    @ParameterizedTest
    @EnumSource
    void theFloorMeasuresAll(Run run) throws Exception {
        assertComplete(run, BareSockets.measure(run, 20));
    }

    private static void assertComplete(Run run, Map<Measure, Double> measured) {
        assertThat(measured)
                .containsOnlyKeys(Arrays.stream(Measure.values())
                        .filter(measure -> measure.run() == run)
                        .toList())
                .allSatisfy((_, value) -> assertThat(value).isPositive());
    }
}
