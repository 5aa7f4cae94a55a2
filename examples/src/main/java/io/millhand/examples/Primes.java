package io.millhand.examples;

import java.util.BitSet;

/// Something to compute.
final class Primes {

    private Primes() {}

    /// Counts the primes below `limit` with the sieve of Eratosthenes.
    static long countBelow(int limit) {
        var composite = new BitSet(limit);
        long count = 0;
        for (int i = 2; i < limit; i++) {
            if (!composite.get(i)) {
                count++;
                for (long j = (long) i * i; j < limit; j += i) {
                    composite.set((int) j);
                }
            }
        }
        return count;
    }
}
