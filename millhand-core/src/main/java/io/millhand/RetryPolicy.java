package io.millhand;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// Decides whether and when a task that did not succeed is tried again.
///
/// A failure, a timeout and a crash are tried again; a cancelled task is not. The recipe runs anew each time, and a
/// task that waits for its next attempt holds no worker. Attempts may overlap nothing: the next one starts only after
/// the end of the previous one is confirmed.
///
/// The wait before attempt `n + 1` is drawn uniformly from 0 to `min(maxDelay, firstDelay * 2^(n - 1))`: exponential
/// backoff with full jitter, as in Marc Brooker, *Exponential Backoff And Jitter* (AWS Architecture Blog, 2015).
///
/// @param maxAttempts how many attempts in all, at least 1
/// @param firstDelay the ceiling of the first wait
/// @param maxDelay the ceiling of every wait
/// @param crashLimit how many workers the task may crash before it is quarantined, at least 1
public record RetryPolicy(int maxAttempts, Duration firstDelay, Duration maxDelay, int crashLimit) {

    private static final RetryPolicy NONE = new RetryPolicy(1, Duration.ZERO, Duration.ZERO, 2);

    /// Refuses what makes no sense.
    public RetryPolicy {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts must be at least 1, was " + maxAttempts);
        }
        if (requireNonNull(firstDelay, "firstDelay").isNegative()) {
            throw new IllegalArgumentException("firstDelay must not be negative, was " + firstDelay);
        }
        if (requireNonNull(maxDelay, "maxDelay").compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException(
                    "maxDelay must be at least firstDelay (" + firstDelay + "), was " + maxDelay);
        }
        if (crashLimit < 1) {
            throw new IllegalArgumentException("crashLimit must be at least 1, was " + crashLimit);
        }
    }

    /// One attempt, the default of every task.
    ///
    /// @return the policy
    public static RetryPolicy none() {
        return NONE;
    }

    /// Up to `maxAttempts` attempts, with waits of at most 100 ms, 200 ms, 400 ms and so on up to 30 s between them.
    ///
    /// @param maxAttempts how many attempts in all, at least 1
    /// @return the policy
    public static RetryPolicy exponential(int maxAttempts) {
        return new RetryPolicy(maxAttempts, Duration.ofMillis(100), Duration.ofSeconds(30), 2);
    }

    /// This policy with other waits.
    ///
    /// @param firstDelay the ceiling of the first wait
    /// @param maxDelay the ceiling of every wait
    /// @return the changed copy
    public RetryPolicy withDelays(Duration firstDelay, Duration maxDelay) {
        return new RetryPolicy(maxAttempts, firstDelay, maxDelay, crashLimit);
    }

    /// This policy with another number of crashes before quarantine.
    ///
    /// @param crashLimit at least 1
    /// @return the changed copy
    public RetryPolicy withCrashLimit(int crashLimit) {
        return new RetryPolicy(maxAttempts, firstDelay, maxDelay, crashLimit);
    }

    /// The ceiling of the wait after attempt `attempt`, in nanoseconds.
    long delayCeilingNanos(int attempt) {
        // Shifting by more than 62 would overflow; long before that the ceiling rules.
        int doublings = Math.min(attempt - 1, 62);
        long first = SystemBackend.saturatedNanos(firstDelay);
        long most = SystemBackend.saturatedNanos(maxDelay);
        return first > (most >> doublings) ? most : first << doublings;
    }
}
