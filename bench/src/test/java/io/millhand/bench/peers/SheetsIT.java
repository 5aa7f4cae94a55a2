package io.millhand.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// That [Scaling] and [Load] measure all that they should; how fast is not asserted.
final class SheetsIT {

    @ParameterizedTest
    @EnumSource
    void loadMeasuresAll(LoadRun run) throws Exception {
        var measured = Load.measure(run, run.size(true));
        assertThat(measured.keySet())
                .extracting(LoadFigure::word)
                .containsExactlyInAnyOrderElementsOf(LoadFigure.words(run));
        assertThat(measured.values()).allSatisfy(value -> assertThat(value).isPositive());
    }

    @Test
    void scalingMeasuresAll() throws Exception {
        var efficiencies = Scaling.measure(true);
        assertThat(efficiencies)
                .containsOnlyKeys(Stream.of(Scaling.Length.values())
                        .flatMap(length -> Stream.of(Scaling.Pool.values()).map(pool -> Scaling.word(pool, length)))
                        .toList())
                .allSatisfy((_, efficiency) -> assertThat(efficiency).isPositive());
    }
}
