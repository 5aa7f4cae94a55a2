package io.millhand;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// Tells of a limit that ran out.
///
/// @param clock which of the clocks it was
/// @param limit what was allowed
/// @param elapsed what had passed on that clock when the worker confirmed the end; never less than `limit`
/// @param stack where the task stood just before the end, one frame a line; empty where it could not be sampled
/// @param abandoned whether the task could not be stopped and still holds a thread of this JVM
public record Expiry(Clock clock, Duration limit, Duration elapsed, String stack, boolean abandoned) {

    /// The clocks that can run out.
    public enum Clock {
        /// From the moment the worker takes the attempt.
        TIMEOUT,
        /// From the submission of the task.
        DEADLINE,
        /// From the last sign of life of the attempt.
        NO_PROGRESS
    }

    /// Refuses nulls.
    public Expiry {
        requireNonNull(clock, "clock");
        requireNonNull(limit, "limit");
        requireNonNull(elapsed, "elapsed");
        requireNonNull(stack, "stack");
    }

    @Override
    public String toString() {
        return clock.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + " of " + limit.toMillis()
                + " ms ran out after "
                + elapsed.toMillis() + " ms"
                + (abandoned ? ", the task ignores its interrupt and was left behind" : "")
                + (stack.isEmpty() ? "" : "\n" + stack);
    }
}
