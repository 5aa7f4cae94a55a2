package io.millhand.process;

/// Code that never ends.
final class Loops {

    private Loops() {}

    /// Nested counted loops without calls: the compiler removes their safepoint polls unless it is told not to.
    static long nested() {
        long sum = 0;
        while (sum != 1) {
            for (int i = 0; i < Integer.MAX_VALUE; i++) {
                for (int j = 0; j < Integer.MAX_VALUE; j++) {
                    sum += (long) i * j & 2;
                }
            }
        }
        return sum;
    }
}
