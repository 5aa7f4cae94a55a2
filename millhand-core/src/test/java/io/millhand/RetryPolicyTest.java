package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RetryPolicyTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static RetryPolicy policy(int attempts, Duration first, Duration most, int crashes) {
        return new RetryPolicy(
                attempts, new RetryPolicy.Delays(first, most), crashes, RetryPolicy.Endings.ALL, Task.FOREVER);
    }

    private static boolean triesAgainAfter(RetryPolicy policy, Throwable thrown) {
        return policy.endings().include(Attempt.Ending.FAILED, () -> RetryPolicy.namesOf(thrown));
    }

    @Test
    void triesAgainAfterTheExceptionsThatItNames() {
        var policy = RetryPolicy.exponential(3).retryOn(IOException.class).retryOn(ArithmeticException.class);
        assertThat(triesAgainAfter(policy, new IOException("no"))).isTrue();
        assertThat(triesAgainAfter(policy, new FileNotFoundException("no"))).isTrue();
        assertThat(triesAgainAfter(policy, new ArithmeticException("no"))).isTrue();
        assertThat(triesAgainAfter(policy, new RuntimeException("no"))).isFalse();
        var never = policy.neverOn(FileNotFoundException.class);
        assertThat(triesAgainAfter(never, new FileNotFoundException("no"))).isFalse();
        assertThat(triesAgainAfter(never, new IOException("no"))).isTrue();
        var all = RetryPolicy.exponential(3).neverOn(Error.class);
        assertThat(triesAgainAfter(all, new RuntimeException("no"))).isTrue();
        assertThat(triesAgainAfter(all, new AssertionError("no"))).isFalse();
        assertThat(all.endings().include(Attempt.Ending.FAILED, List::of))
                .as("nobody knows")
                .isTrue();
        assertThat(policy.endings().include(Attempt.Ending.FAILED, List::of)).isFalse();
        assertThat(policy.endings().include(Attempt.Ending.CRASHED, List::of)).isTrue();
    }

    @Test
    void triesOnceByDefault() {
        assertThat(RetryPolicy.none()).isEqualTo(policy(1, Duration.ZERO, Duration.ZERO, 2));
    }

    @Test
    void growsExponentiallyUpToHalfAMinute() {
        assertThat(RetryPolicy.exponential(5)).isEqualTo(policy(5, Duration.ofMillis(100), Duration.ofSeconds(30), 2));
    }

    @Test
    void changesOneSettingAtATime() {
        assertThat(RetryPolicy.exponential(3)
                        .withDelays(SECOND, Duration.ofHours(1))
                        .withCrashLimit(7))
                .isEqualTo(policy(3, SECOND, Duration.ofHours(1), 7));
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
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryPolicy.none().within(Duration.ZERO))
                .withMessage("within must be positive, was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryPolicy.none().retryOn())
                .withMessage("retryOn must be given at least one class, was given none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryPolicy.none().retryOn(IOException.class).neverOn(IOException.class))
                .withMessage("a class is either in retryOn or in neverOn, was in both: java.io.IOException");
    }
}
