package io.millhand.spi;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// How a broadcast ended in one address space.
///
/// @param ending `Killed` at its limit, `TakenBack` where the queue was closed before its end
/// @param elapsed since its turn had come
public record BroadcastEnding(AttemptEnding ending, Duration elapsed) {

    /// Refuses nulls.
    public BroadcastEnding {
        requireNonNull(ending, "ending");
        requireNonNull(elapsed, "elapsed");
    }
}
