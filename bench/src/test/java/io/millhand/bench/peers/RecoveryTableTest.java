package io.millhand.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecoveryTableTest {

    private final RecoveryTable table = new RecoveryTable();

    @Test
    void showsMedianAndHighTrials() {
        table.add("ours", RecoveryMeasure.TIMEOUT, Trials.parse("3.0 1.0"));
        table.add("ours", RecoveryMeasure.TIMEOUT, Trials.parse("2.0"));
        assertThat(row(RecoveryMeasure.TIMEOUT)).containsExactly("10 ms", "2.00 (3.00)");
    }

    @Test
    void tellsWhatNeverCameFromWhatIsNotThere() {
        table.add("ours", RecoveryMeasure.TIMEOUT, Trials.parse("never never"));
        table.add("ours", RecoveryMeasure.NEXT_SPARE, Trials.none());
        assertThat(row(RecoveryMeasure.TIMEOUT)).contains("never");
        assertThat(row(RecoveryMeasure.NEXT_SPARE)).contains("none");
        assertThat(row(RecoveryMeasure.CRASH_KILLED)).contains("missing");
        assertThat(table.missing("ours"))
                .contains(RecoveryMeasure.CRASH_KILLED)
                .doesNotContain(RecoveryMeasure.TIMEOUT);
    }

    @Test
    void addsUpOrphans() {
        table.add("ours", RecoveryMeasure.ORPHANS, Trials.one(2));
        table.add("ours", RecoveryMeasure.ORPHANS, Trials.one(1));
        assertThat(row(RecoveryMeasure.ORPHANS)).containsExactly("0", "3 of 4");
    }

    /// Without its title.
    private List<String> row(RecoveryMeasure measure) {
        var line = table.render(List.of("ours"))
                .lines()
                .filter(each -> each.contains(measure.title()))
                .findFirst()
                .orElseThrow();
        return Arrays.stream(line.substring(1, line.length() - 1).split("\\|"))
                .map(String::strip)
                .skip(1)
                .toList();
    }
}
