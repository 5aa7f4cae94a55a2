package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millhand.spi.ProgressMeter;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;

/// Messages, and progress that is read from them.
final class MessageTest {

    private static Message message(String text) {
        return new Message(
                1,
                1,
                "queue",
                Message.Kind.TEXT,
                System.Logger.Level.INFO,
                "",
                "main",
                Instant.EPOCH,
                text,
                Map.of(),
                text,
                0);
    }

    @Test
    void cutsWhatIsTooLongOnceAndNoCharacterInTwo() {
        String smiles = "x" + "\ud83d\ude00".repeat(Message.MOST_CHARS);
        var cut = message(smiles);
        assertThat(cut.text())
                .isEqualTo(
                        "x" + "\ud83d\ude00".repeat(Message.MOST_CHARS / 2 - 1) + "... (cut, had 131073 characters)");
        assertThat(cut.throwable()).isEqualTo(cut.text());
        assertThat(message(cut.text()).text()).isEqualTo(cut.text());
        assertThat(message("x".repeat(Message.MOST_CHARS)).text()).hasSize(Message.MOST_CHARS);
    }

    @Test
    void readsProgressByRules() {
        var meter = ProgressMeter.of(ProgressRules.counting("^done( (?<value>\\d+))?$")
                .total("^(\\d+) in all$")
                .alias("^at (.*)")
                .reset("^again$"));
        assertThat(meter.observe("nothing")).isNull();
        assertThat(meter.observe("done")).isEqualTo(new Progress(1, 0, ""));
        assertThat(meter.observe("20 in all")).isEqualTo(new Progress(1, 20, ""));
        assertThat(meter.observe("done 17")).isEqualTo(new Progress(17, 20, ""));
        assertThat(meter.observe("at last")).isEqualTo(new Progress(17, 20, "last"));
        assertThat(meter.observe("done")).isEqualTo(new Progress(18, 20, "last"));
        assertThat(meter.observe("99999999999999999999999 in all")).isNull();
        assertThat(meter.observe("again")).isEqualTo(new Progress(0, 0, "last"));
    }

    @Test
    void survivesAnExpressionThatIsTooDeepForAText() {
        var meter = ProgressMeter.of(ProgressRules.counting("^(a|b)*$"));
        assertThat(meter.observe("ab")).isNotNull();
        assertThat(meter.observe("ab".repeat(1_000_000))).isNull();
    }

    @Test
    void refusesWhatIsNoRuleAndNoRate() {
        assertThatExceptionOfType(PatternSyntaxException.class).isThrownBy(() -> ProgressRules.counting("("));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Task.of(() -> {}).messagesPerSecond(0))
                .withMessage("messagesPerSecond must be at least 1, was 0");
    }

    @Test
    void knowsWhatIsLeftOfTheNearestLimit() {
        var second = Duration.ofSeconds(1);
        assertThat(Clocks.NONE.left(second)).isEqualTo(Clocks.FOREVER);
        assertThat(Clocks.NONE.timeout(second).left(Duration.ofDays(1))).isEqualTo(second);
        assertThat(Clocks.NONE.deadline(second).left(Duration.ofMillis(300))).isEqualTo(Duration.ofMillis(700));
        assertThat(Clocks.NONE.deadline(second).left(Duration.ofDays(1))).isEqualTo(Duration.ZERO);
        assertThat(Clocks.NONE.deadline(second).timeout(Duration.ofMillis(1)).left(Duration.ZERO))
                .isEqualTo(Duration.ofMillis(1));
    }
}
