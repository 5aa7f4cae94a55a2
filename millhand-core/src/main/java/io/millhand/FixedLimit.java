package io.millhand;

/// Always the same number of attempts at a time.
///
/// @param n attempts that may run at a time, at least 1
public record FixedLimit(int n) implements Limit {

    /// Refuses what makes no sense.
    public FixedLimit {
        if (n < 1) {
            throw new IllegalArgumentException("n must be at least 1, was " + n);
        }
    }
}
