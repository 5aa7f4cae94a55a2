package io.millhand.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TrialsTest {

    @Test
    void readsWhatItWrites() {
        var trials = Trials.parse("1.5 never 3.0");
        assertThat(trials.values()).containsExactly(1.5, Double.POSITIVE_INFINITY, 3.0);
        assertThat(Trials.parse(trials.words())).isEqualTo(trials);
        assertThat(Trials.parse(Trials.none().words())).isEqualTo(Trials.none());
    }

    @Test
    void whatMostlyNeverCameHasNoMedian() {
        assertThat(Trials.parse("never 1.0 never").median()).isInfinite();
        assertThat(Trials.parse("1.0 never 2.0").median()).isEqualTo(2);
        assertThat(Trials.parse("1.0 never 2.0").isEverNever()).isTrue();
    }

    @Test
    void oneThatFailedSpoilsTheOthers() {
        assertThat(Trials.one(1).and(Trials.one(2)).values()).isEqualTo(List.of(1.0, 2.0));
        assertThat(Trials.one(1).and(Trials.failed()).isMissing()).isTrue();
        assertThat(Trials.one(1).and(Trials.one(2)).isMissing()).isFalse();
    }

    @Test
    void whatIsNotOfferedIsNotMissing() {
        assertThat(Trials.none().isMissing()).isFalse();
        assertThat(Trials.EMPTY.isMissing()).isTrue();
    }
}
