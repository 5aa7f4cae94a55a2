package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ConvertersTest {

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "30s, PT30S", "1.5m, PT1M30S", "2h, PT2H", "0s, PT0S", "0.25ms, PT0.00025S"})
    void readsDurations(String text, Duration duration) {
        assertThat(new DurationConverter().convert(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "-1s", "30 s", "1d", "1e3s", "1.s"})
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> new DurationConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "' is not a duration");
    }

    @Test
    void refusesDurationsThatDoNotFitNanoseconds() {
        assertThat(new DurationConverter().convert("2562047h")).isEqualTo(Duration.ofHours(2_562_047));
        assertThatThrownBy(() -> new DurationConverter().convert("2562048h"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("a duration must be at most 2562047h, was '2562048h'");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "64k, 65536", "512m, 536870912", "2G, 2147483648", "1gb, 1073741824"})
    void readsSizes(String text, long bytes) {
        assertThat(new SizeConverter().convert(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "m", "-1m", "1.5g", "999999999999999999g", "5t"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> new SizeConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "' is not a size");
    }

    @Test
    void countsRangesAtTheirLimits() {
        assertThat(NumberRange.parse("-5..5").size()).isEqualTo(11);
        assertThat(NumberRange.parse("7..7").size()).isEqualTo(1);
        assertThat(NumberRange.parse("0..9223372036854775807").size()).isEqualTo(Long.MAX_VALUE);
        assertThat(new NumberRange(Long.MIN_VALUE, Long.MAX_VALUE).size()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void drawsARangeWithBothEnds() {
        assertThat(NumberRange.parse("-1..1").inputs())
                .toIterable()
                .extracting(Input::text)
                .containsExactly("-1", "0", "1");
    }

    @Test
    void drawsTheLastNumberOfAll() {
        assertThat(new NumberRange(Long.MAX_VALUE - 1, Long.MAX_VALUE).inputs())
                .toIterable()
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "5..1, is empty",
        "1-5, is not a range",
        "1.., is not a range",
        "a..b, is not a range",
        "1..9223372036854775808, must lie within"
    })
    void refusesWhatIsNoRange(String text, String message) {
        assertThatThrownBy(() -> new NumberRange.Converter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining(message);
    }
}
