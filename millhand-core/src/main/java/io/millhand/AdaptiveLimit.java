package io.millhand;

/// As many attempts at a time as their resource bears, and as often as its quota allows.
///
/// It starts at `min`, grows while attempts wait for it and latency stays within twice the unloaded one, and shrinks
/// when latency grows, when more than a tenth of the attempts fail, and when one throws [BackOff]; after the latter it
/// also spreads the starts, at a rate that it learns. How, with sources, is said in `docs/limits.md`.
///
/// @param min attempts that may run at a time at least, at least 1; also where it starts
/// @param max attempts that may run at a time at most, at least `min`
public record AdaptiveLimit(int min, int max) implements Limit {

    /// Refuses what makes no sense.
    public AdaptiveLimit {
        if (min < 1) {
            throw new IllegalArgumentException("min must be at least 1, was " + min);
        }
        if (max < min) {
            throw new IllegalArgumentException("max must be at least min (" + min + "), was " + max);
        }
    }
}
