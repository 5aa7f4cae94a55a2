package io.millhand;

import java.time.Duration;
import java.util.Arrays;

/// How long something took, many times: a distribution of durations, immutable.
///
/// Log-linear buckets, as in Gil Tene's HdrHistogram: durations below 128 ns have a bucket each; above, every
/// power of two is cut into 64 buckets of equal width. So a bucket is never wider than 1/64 of the durations
/// in it, from
/// nanoseconds to centuries, in at most 3,712 buckets; [#count], [#mean] and [#max] are exact.
public final class DurationHistogram {

    private final long[][] rows;
    private final long count;
    private final long totalNanos;
    private final long maxNanos;

    DurationHistogram(long[][] rows, long count, long totalNanos, long maxNanos) {
        this.rows = rows;
        this.count = count;
        this.totalNanos = totalNanos;
        this.maxNanos = maxNanos;
    }

    /// How many durations there are.
    ///
    /// @return zero or more
    public long count() {
        return count;
    }

    /// Their mean.
    ///
    /// @return zero where there are none
    public Duration mean() {
        return Duration.ofNanos(count == 0 ? 0 : totalNanos / count);
    }

    /// The longest one.
    ///
    /// @return zero where there are none
    public Duration max() {
        return Duration.ofNanos(maxNanos);
    }

    /// The duration that so many of all do not exceed: 50 for the median. The upper end of its bucket, so
    /// never too short, and too long by at most 1/64.
    ///
    /// @param percentile from 0 to 100
    /// @return zero where there are none
    public Duration percentile(double percentile) {
        if (!(percentile >= 0 && percentile <= 100)) {
            throw new IllegalArgumentException("percentile must be from 0 to 100, was " + percentile);
        }
        long rank = Math.max(1, (long) Math.ceil(percentile * count / 100));
        long seen = 0;
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < rows[row].length; column++) {
                seen += rows[row][column];
                if (seen >= rank) {
                    return Duration.ofNanos(Math.min(maxNanos, DurationRecorder.highest(row, column)));
                }
            }
        }
        return max();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DurationHistogram that
                && count == that.count
                && totalNanos == that.totalNanos
                && maxNanos == that.maxNanos
                && Arrays.deepEquals(rows, that.rows);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(rows);
    }

    @Override
    public String toString() {
        return count + " durations, mean " + mean() + ", p50 " + percentile(50) + ", p99 " + percentile(99) + ", max "
                + max();
    }
}
