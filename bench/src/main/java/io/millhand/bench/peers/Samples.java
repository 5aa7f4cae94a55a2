package io.millhand.bench.peers;

import java.util.Arrays;

/// Statistics of repeated measurements.
final class Samples {

    private Samples() {}

    /// The middle one, or the mean of the two in the middle.
    static double median(double[] values) {
        ensureNotEmpty(values);
        var sorted = sorted(values);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// The smallest value that at least this share of all values does not exceed (nearest rank).
    ///
    /// @param share more than 0, at most 1
    static double percentile(double[] values, double share) {
        ensureNotEmpty(values);
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be more than 0 and at most 1, was " + share);
        }
        return sorted(values)[(int) Math.ceil(share * values.length) - 1];
    }

    private static double[] sorted(double[] values) {
        var copy = values.clone();
        Arrays.sort(copy);
        return copy;
    }

    private static void ensureNotEmpty(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("values must not be empty");
        }
    }
}
