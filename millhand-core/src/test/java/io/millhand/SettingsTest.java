package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The settings of queues and of workers in this JVM.
final class SettingsTest {

    @Test
    void callsAQueueAQueue() {
        assertThat(QueueConfig.defaults())
                .isEqualTo(new QueueConfig(
                        "queue",
                        Order.FAIR,
                        Capacity.unbounded(),
                        Clocks.FOREVER,
                        CallLogging.FAILURES,
                        true,
                        null,
                        null));
    }

    @Test
    void refusesANegativeTimeToClose() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QueueConfig.defaults().closeWithin(Duration.ofMillis(-1)))
                .withMessage(
                        "closeWithin must not be negative (zero kills at once, Clocks.FOREVER never), was PT-0.001S");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "scores", "Scores-2_b.c", "0123456789012345678901234567890123456789012345678901234567890123"
            })
    void takesANameThatCanBeShown(String name) {
        assertThat(QueueConfig.defaults().named(name).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "two words", "a/b", "ä", "01234567890123456789012345678901234567890123456789012345678901234"
            })
    void refusesANameThatCannotBeShown(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QueueConfig.defaults().named(name))
                .withMessage("name must be 1 to 64 letters, digits, dots, dashes or underscores, was '" + name + "'");
    }

    @Test
    void startsWithAGraceOfOneSecond() {
        assertThat(ThreadWorkers.of(3)).isEqualTo(new ThreadWorkers(3, Duration.ofSeconds(1)));
        assertThat(ThreadWorkers.single()).isEqualTo(ThreadWorkers.of(1));
        assertThat(VirtualThreadWorkers.of(3)).isEqualTo(new VirtualThreadWorkers(3, Duration.ofSeconds(1)));
    }

    @Test
    void refusesWorkersThatMakeNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ThreadWorkers.of(0))
                .withMessage("slots must be at least 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VirtualThreadWorkers.of(-2))
                .withMessage("slots must be at least 1, was -2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ThreadWorkers.of(1).grace(Duration.ofMillis(-5)))
                .withMessage("grace must not be negative, was PT-0.005S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VirtualThreadWorkers.of(1).grace(Duration.ofMillis(-5)))
                .withMessage("grace must not be negative, was PT-0.005S");
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    void refusesNulls() {
        assertThatNullPointerException()
                .isThrownBy(() -> QueueConfig.defaults().named(null))
                .withMessage("name");
        assertThatNullPointerException()
                .isThrownBy(() -> QueueConfig.defaults().callbacks(null))
                .withMessage("callbacks");
        assertThatNullPointerException()
                .isThrownBy(() -> QueueConfig.defaults().backend(null))
                .withMessage("backend");
        assertThatNullPointerException().isThrownBy(() -> TaskQueue.on(null)).withMessage("workers");
        assertThatNullPointerException()
                .isThrownBy(() -> ThreadWorkers.of(1).grace(null))
                .withMessage("grace");
    }
}
