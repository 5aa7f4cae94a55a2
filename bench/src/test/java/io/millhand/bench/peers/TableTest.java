package io.millhand.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TableTest {

    private final Results results = new Results();

    @Test
    void dividesOursByTheOther() {
        results.add("ours", Measure.COLD_FIRST, 50);
        results.add("peer", Measure.COLD_FIRST, 200);
        assertThat(row(Measure.COLD_FIRST)).containsExactly("50.0", "200", "0.250");
    }

    @Test
    void takesTheMedianOfTheRepetitions() {
        for (var value : List.of(1_000, 3_000, 2_000)) {
            results.add("ours", Measure.TASKS_PER_SECOND, value);
        }
        assertThat(row(Measure.TASKS_PER_SECOND).getFirst()).isEqualTo("2,000");
    }

    @Test
    void printsNoRatioToAMissingPeer() {
        results.add("ours", Measure.COLD_FIRST, 50);
        assertThat(row(Measure.COLD_FIRST)).containsExactly("50.0", "missing", "");
    }

    @Test
    void aMeasureThatIsZeroOnceIsMissing() {
        results.add("ours", Measure.COLD_FIRST, 50);
        results.add("ours", Measure.COLD_FIRST, 0);
        assertThat(row(Measure.COLD_FIRST).getFirst()).isEqualTo("missing");
        assertThat(results.missing("ours")).containsExactly(Measure.values());
    }

    @Test
    void hasARowForEachMeasure() {
        assertThat(lines()).hasSize(2 + Measure.values().length);
        assertThat(lines().stream().map(String::length).distinct()).hasSize(1);
    }

    private List<String> lines() {
        return new Table("ours", List.of("peer"), results).render().lines().toList();
    }

    /// Without its title and unit.
    private List<String> row(Measure measure) {
        var line = lines().stream()
                .filter(each -> each.contains(measure.title()))
                .findFirst()
                .orElseThrow();
        return Arrays.stream(line.substring(1, line.length() - 1).split("\\|"))
                .map(String::strip)
                .skip(2)
                .toList();
    }
}
