package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RetryPolicyTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void triesOnceByDefault() {
        assertThat(RetryPolicy.none()).isEqualTo(new RetryPolicy(1, Duration.ZERO, Duration.ZERO, 2));
    }

    @Test
    void growsExponentiallyUpToHalfAMinute() {
        assertThat(RetryPolicy.exponential(5))
                .isEqualTo(new RetryPolicy(5, Duration.ofMillis(100), Duration.ofSeconds(30), 2));
    }

    @Test
    void changesOneSettingAtATime() {
        assertThat(RetryPolicy.exponential(3)
                        .withDelays(SECOND, Duration.ofHours(1))
                        .withCrashLimit(7))
                .isEqualTo(new RetryPolicy(3, SECOND, Duration.ofHours(1), 7));
    }

    @Test
    void doublesTheCeilingUpToTheLongestDelay() {
        var policy = RetryPolicy.exponential(10).withDelays(SECOND, Duration.ofSeconds(5));
        assertThat(policy.delayCeilingNanos(1)).isEqualTo(1_000_000_000L);
        assertThat(policy.delayCeilingNanos(2)).isEqualTo(2_000_000_000L);
        assertThat(policy.delayCeilingNanos(3)).isEqualTo(4_000_000_000L);
        assertThat(policy.delayCeilingNanos(4)).isEqualTo(5_000_000_000L);
        assertThat(policy.delayCeilingNanos(Integer.MAX_VALUE)).isEqualTo(5_000_000_000L);
    }

    @Test
    void doesNotOverflow() {
        var policy = RetryPolicy.exponential(10).withDelays(Duration.ofNanos(1), Task.FOREVER);
        assertThat(policy.delayCeilingNanos(63)).isEqualTo(1L << 62);
        assertThat(policy.delayCeilingNanos(1_000)).isEqualTo(1L << 62);
        assertThat(policy.withDelays(Task.FOREVER, Task.FOREVER).delayCeilingNanos(1_000))
                .isEqualTo(Long.MAX_VALUE);
        assertThat(policy.withDelays(Duration.ZERO, Duration.ZERO).delayCeilingNanos(1_000))
                .isZero();
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryPolicy.exponential(0))
                .withMessage("maxAttempts must be at least 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryPolicy.none().withDelays(SECOND.negated(), SECOND))
                .withMessage("firstDelay must not be negative, was PT-1S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryPolicy.none().withDelays(SECOND, Duration.ZERO))
                .withMessage("maxDelay must be at least firstDelay (PT1S), was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryPolicy.none().withCrashLimit(0))
                .withMessage("crashLimit must be at least 1, was 0");
    }
}
