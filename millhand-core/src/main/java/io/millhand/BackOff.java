package io.millhand;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Thrown by a task to tell that its resource is out of quota or overloaded: no other attempt that uses this resource
/// starts before the time it names, and an adaptive limit shrinks.
///
/// The attempt has failed with it; whether the task is tried again is up to its [RetryPolicy]. For an HTTP service it
/// is what status 429, or 503, with its header `Retry-After` says. It travels from child JVMs.
public class BackOff extends RuntimeException {

    private static final long serialVersionUID = 1;

    /// Not negative.
    private final Duration retryAfter;

    /// With a message that tells the time.
    ///
    /// @param retryAfter how long to leave the resource alone; 0 where it did not say
    public BackOff(Duration retryAfter) {
        this("back off for " + retryAfter, retryAfter, null);
    }

    /// With what the resource said.
    ///
    /// @param message what the resource said
    /// @param retryAfter how long to leave the resource alone; 0 where it did not say
    /// @param cause the exception by which the resource said it, or null
    public BackOff(String message, Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        if (requireNonNull(retryAfter, "retryAfter").isNegative()) {
            throw new IllegalArgumentException("retryAfter must not be negative, was " + retryAfter);
        }
        this.retryAfter = retryAfter;
    }

    /// How long to leave the resource alone.
    ///
    /// @return not negative
    public final Duration retryAfter() {
        return retryAfter;
    }
}
