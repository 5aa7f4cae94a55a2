package io.millhand;

import java.time.Duration;

/// Makes limits.
///
/// ```java
/// Limits.fixed(8)                             // eight at a time
/// Limits.rate(100, Duration.ofSeconds(1))     // a hundred starts a second, evenly spread
/// Limits.adaptive(1, 200)                     // as many as the resource bears
/// ```
///
/// A task may throw [BackOff] under each of them: no other attempt then starts before the time that it names.
public final class Limits {

    private Limits() {}

    /// Always the same number at a time.
    ///
    /// @param n attempts that may run at a time, at least 1
    /// @return the limit
    public static FixedLimit fixed(int n) {
        return new FixedLimit(n);
    }

    /// So many starts in a stretch of time, however long they run, with a burst of a tenth of it.
    ///
    /// @param permits how many attempts may start, at least 1
    /// @param per in which time; more than 0, at most 365 days
    /// @return the limit
    public static RateLimit rate(int permits, Duration per) {
        return RateLimit.of(permits, per);
    }

    /// As many at a time as the resource bears, found out from latency, failures and [BackOff].
    ///
    /// @param min attempts that may run at a time at least, at least 1; also where it starts
    /// @param max attempts that may run at a time at most, at least `min`
    /// @return the limit
    public static AdaptiveLimit adaptive(int min, int max) {
        return new AdaptiveLimit(min, max);
    }
}
