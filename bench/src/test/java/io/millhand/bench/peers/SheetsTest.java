package io.millhand.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The tables of [Scaling] and [Load].
final class SheetsTest {

    private final Figures figures = new Figures();

    @Test
    void scalingDividesChildrenByTheJdksPool() {
        figures.add("children_1000", 0.5);
        figures.add("jdk_1000", 0.8);
        assertThat(row(Scaling.grid(figures), "1 ms")).containsExactly("0.500", "missing", "0.800", "0.625");
    }

    @Test
    void scalingHasNoRatioToWhatIsMissing() {
        figures.add("children_10", 0.5);
        assertThat(row(Scaling.grid(figures), "10 us")).containsExactly("0.500", "missing", "missing", "");
    }

    @Test
    void loadTakesTheMedianOfThePrograms() {
        for (var value : List.of(3.0, 9.0, 1.0)) {
            figures.add("first_p99", value);
        }
        assertThat(row(Load.grid(figures), "first() behind 100,000 until it starts, p99"))
                .containsExactly("ms", "5.00", "3.00");
    }

    @Test
    void oneFailedProgramSpoilsTheOthers() {
        figures.add("first_p99", 3.0);
        figures.add("first_p99", Double.NaN);
        assertThat(row(Load.grid(figures), "first() behind 100,000 until it starts, p99"))
                .containsExactly("ms", "5.00", "missing");
    }

    @Test
    void everyRunOfTheLoadHasFigures() {
        assertThat(LoadRun.values())
                .allSatisfy(run -> assertThat(LoadFigure.words(run)).isNotEmpty());
        assertThat(Load.grid(figures).rows()).hasSize(1 + LoadFigure.values().length);
    }

    /// Without its title.
    private static List<String> row(Grid grid, String title) {
        var line = grid.render()
                .lines()
                .filter(each -> each.startsWith("| " + title + " "))
                .findFirst()
                .orElseThrow();
        return Arrays.stream(line.substring(1, line.length() - 1).split("\\|"))
                .map(String::strip)
                .skip(1)
                .toList();
    }
}
