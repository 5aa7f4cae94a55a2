package io.millhand;

import java.util.Arrays;

/// Counts durations in the buckets of a [DurationHistogram]. Touched under the dispatcher's lock only, which
/// is held anyway where something is recorded.
final class DurationRecorder {

    /*
     *   row 0: 0 .. 63 ns    row 1: 64 .. 127 ns    row 2: 128 .. 255 ns, two to a bucket    row r: 64 buckets of 2^(r-1)
     *
     * 58 rows reach to 2^63. A row takes 512 bytes and is made when it is first needed: a queue needs about a dozen.
     */
    private static final int COLUMN_BITS = 6;

    private static final int COLUMNS = 1 << COLUMN_BITS;
    private static final int ROWS = Long.SIZE - COLUMN_BITS;
    private static final long[] EMPTY = {};

    private final long[][] rows = new long[ROWS][];
    private long count;
    private long totalNanos;
    private long maxNanos;

    DurationRecorder() {
        Arrays.fill(rows, EMPTY);
    }

    /// @param nanos a negative one counts as zero
    void record(long nanos) {
        long value = Math.max(0, nanos);
        int row = rowOf(value);
        if (rows[row].length == 0) {
            rows[row] = new long[COLUMNS];
        }
        rows[row][columnOf(value, row)]++;
        count++;
        totalNanos += value;
        maxNanos = Math.max(maxNanos, value);
    }

    DurationHistogram snapshot() {
        var copy = new long[ROWS][];
        for (int row = 0; row < ROWS; row++) {
            copy[row] = rows[row].length == 0 ? EMPTY : rows[row].clone();
        }
        return new DurationHistogram(copy, count, totalNanos, maxNanos);
    }

    private static int rowOf(long nanos) {
        return Long.SIZE - Long.numberOfLeadingZeros(nanos >>> COLUMN_BITS);
    }

    private static int columnOf(long nanos, int row) {
        return (int) (nanos >>> shiftOf(row)) & (COLUMNS - 1);
    }

    private static int shiftOf(int row) {
        return Math.max(0, row - 1);
    }

    /// The longest duration that a bucket holds.
    static long highest(int row, int column) {
        long base = row == 0 ? column : COLUMNS + column;
        return ((base + 1) << shiftOf(row)) - 1;
    }
}
