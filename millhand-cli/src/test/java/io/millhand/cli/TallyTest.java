package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Attempt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TallyTest {

    private static final long SECOND = 1_000_000_000;

    @Test
    void saysHowItWent() {
        var tally = new Tally(0, OptionalLong.empty());
        for (int i = 0; i < 12; i++) {
            tally.count(Attempt.Ending.SUCCEEDED);
        }
        tally.count(Attempt.Ending.TIMED_OUT);
        tally.count(Attempt.Ending.CRASHED);
        assertThat(tally.allSucceeded()).isFalse();
        assertThat(tally.summary(7 * SECOND))
                .isEqualTo("14 inputs in 7 s (2.0/s): 12 succeeded, 1 timed out, 1 crashed");
    }

    @Test
    void saysThatNothingWasDone() {
        var tally = new Tally(0, OptionalLong.of(5));
        assertThat(tally.allSucceeded()).isTrue();
        assertThat(tally.summary(SECOND)).isEqualTo("0 inputs in 1 s");
    }

    @Test
    void showsWhereTheRunStands() {
        var tally = new Tally(0, OptionalLong.of(4_000));
        for (int i = 0; i < 1_000; i++) {
            tally.count(Attempt.Ending.SUCCEEDED);
        }
        assertThat(tally.progress(10 * SECOND))
                .isEqualTo("millhand: 1,000 of 4,000 done, 100/s, 10 s, about 30 s left");
        tally.count(Attempt.Ending.FAILED);
        assertThat(tally.progress(10 * SECOND)).contains("1 without result");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 ms",
        "999, 999 ms",
        "1000, 1 s",
        "8199, 8.1 s",
        "59999, 59.9 s",
        "60000, 1 min",
        "125000, 2 min 5 s",
        "3600000, 1 h",
        "10920000, 3 h 2 min"
    })
    void writesDurationsAsPeopleReadThem(long millis, String text) {
        assertThat(Tally.seconds(millis * 1_000_000)).isEqualTo(text);
    }
}
