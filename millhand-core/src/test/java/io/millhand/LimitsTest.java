package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What limits may be, and how a task tells its own.
final class LimitsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void refusesLimitsThatLetNothingThrough() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.fixed(0))
                .withMessage("n must be at least 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.rate(0, SECOND))
                .withMessage("permits must be at least 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.rate(1, SECOND).withBurst(0))
                .withMessage("burst must be at least 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.adaptive(0, 5))
                .withMessage("min must be at least 1, was 0");
    }

    @Test
    void refusesAMinimumAboveTheMaximum() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.adaptive(6, 5))
                .withMessage("max must be at least min (6), was 5");
        assertThat(Limits.adaptive(5, 5)).isEqualTo(new AdaptiveLimit(5, 5));
    }

    @Test
    void refusesATimeThatIsNoneOrTooLong() {
        for (var per : new Duration[] {
            Duration.ZERO, Duration.ofNanos(-1), Duration.ofDays(365).plusNanos(1), Duration.ofSeconds(Long.MAX_VALUE)
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Limits.rate(1, per))
                    .withMessage("per must be more than 0 and at most 365 days (PT8760H), was " + per);
        }
        assertThat(Limits.rate(1, Duration.ofDays(365)).burst()).isEqualTo(1);
    }

    @Test
    void refusesABurstThatIsNotRefilledInAYear() {
        var daily = Limits.rate(2, Duration.ofDays(1));

        assertThat(daily.withBurst(730).burst()).isEqualTo(730);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> daily.withBurst(Integer.MAX_VALUE))
                .withMessage("burst must be refilled within 365 days: at 2 per PT24H, it must be at most 730, was"
                        + " 2147483647");
    }

    @Test
    void allowsABurstOfATenthUnlessToldOtherwise() {
        assertThat(Limits.rate(100, SECOND)).isEqualTo(new RateLimit(100, SECOND, 10));
        assertThat(Limits.rate(9, SECOND).burst()).isEqualTo(1);
    }

    @Test
    void tellsHowLongToBackOffAfterATripToAnotherJvm() throws IOException, ClassNotFoundException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(new BackOff("no quota", SECOND, new IOException("429")));
        }
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            var arrived = (BackOff) in.readObject();
            assertThat(arrived.retryAfter()).isEqualTo(SECOND);
            assertThat(arrived).hasMessage("no quota").hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void refusesToBackOffIntoThePast() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BackOff(Duration.ofSeconds(-1)))
                .withMessage("retryAfter must not be negative, was PT-1S");
        assertThat(new BackOff(Duration.ZERO)).hasMessage("back off for PT0S");
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    void refusesNulls() {
        assertThatNullPointerException().isThrownBy(() -> Limits.rate(1, null)).withMessage("per");
        assertThatNullPointerException().isThrownBy(() -> new BackOff(null)).withMessage("retryAfter");
    }
}
