package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millhand.spi.ProgressMeter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
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

    private static Message message(Map<String, String> context) {
        return new Message(
                1,
                1,
                "queue",
                Message.Kind.LOG,
                System.Logger.Level.INFO,
                "l".repeat(2000),
                "t".repeat(2000),
                Instant.EPOCH,
                "",
                context,
                "",
                0);
    }

    @Test
    void boundsItsContextOnce() {
        Map<String, String> many = new LinkedHashMap<>();
        for (int i = 0; i < 100; i++) {
            many.put("key" + i, "value" + i);
        }
        var message = message(many);
        assertThat(message.context())
                .hasSize(64)
                .containsEntry("key62", "value62")
                .doesNotContainKey("key63");
        assertThat(message.context().keySet()).startsWith("key0", "key1").endsWith("key62", "...");
        assertThat(message.context()).containsEntry("...", "(cut, had 100 entries)");
        assertThat(message(message.context()).context()).isEqualTo(message.context());
    }

    @Test
    void cutsKeysValuesAndNamesAndWeighsTheContext() {
        var message = message(Map.of("k".repeat(1000), "v".repeat(10_000)));
        var cut = Map.of(
                "k".repeat(256) + "... (cut, had 1000 characters)",
                "v".repeat(4096) + "... (cut, had 10000 characters)");
        assertThat(message.context()).isEqualTo(cut);
        assertThat(message(cut).context()).isEqualTo(cut);
        assertThat(message.logger()).isEqualTo("l".repeat(1024) + "... (cut, had 2000 characters)");
        assertThat(message.thread()).isEqualTo("t".repeat(1024) + "... (cut, had 2000 characters)");
        assertThat(message.chars()).isEqualTo(256 + 30 + 4096 + 31);
        assertThat(message(Map.of("a\u0000", "")).context()).isEqualTo(Map.of("a\u0000", ""));
    }

    /// Null where the text says nothing of it.
    private static @Nullable Progress told(ProgressMeter meter, String text) {
        return meter.observe(text) ? meter.latest() : null;
    }

    @Test
    void readsProgressByRules() {
        var meter = ProgressMeter.of(ProgressRules.counting("^done( (?<value>\\d+))?$")
                .total("^(\\d+) in all$")
                .alias("^at (.*)")
                .reset("^again$"));
        assertThat(told(meter, "nothing")).isNull();
        assertThat(told(meter, "done")).isEqualTo(new Progress(1, 0, ""));
        assertThat(told(meter, "20 in all")).isEqualTo(new Progress(1, 20, ""));
        assertThat(told(meter, "done 17")).isEqualTo(new Progress(17, 20, ""));
        assertThat(told(meter, "at last")).isEqualTo(new Progress(17, 20, "last"));
        assertThat(told(meter, "done")).isEqualTo(new Progress(18, 20, "last"));
        assertThat(told(meter, "99999999999999999999999 in all")).isNull();
        assertThat(told(meter, "again")).isEqualTo(new Progress(0, 0, "last"));
    }

    @Test
    void survivesAnExpressionThatIsTooDeepForAText() {
        var meter = ProgressMeter.of(ProgressRules.counting("^(a|b)*$"));
        assertThat(meter.observe("ab")).isTrue();
        assertThat(meter.observe("ab".repeat(1_000_000))).isFalse();
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
