package io.millhand.process;

/// Code that never ends.
final class Loops {

    /// What was allocated last: somebody else might see it, so that no compiler leaves the allocation out.
    private static volatile Object sink = "";

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

    /// One counted loop after the other.
    static long counted() {
        long sum = 0;
        while (sum != 1) {
            for (int i = 0; i < Integer.MAX_VALUE; i++) {
                sum += (long) i * i & 2;
            }
        }
        return sum;
    }

    /// Fills the heap with small live objects up to some bytes, then allocates for ever what is garbage at once.
    static void thrash(long spareBytes) {
        System.gc();
        var runtime = Runtime.getRuntime();
        long free = runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
        int bytesEach = 16 + 8 * Long.BYTES + Integer.BYTES; // header, content, reference
        var live = new Object[(int) ((free - spareBytes) / bytesEach)];
        for (int i = 0; i < live.length; i++) {
            live[i] = new long[8];
        }
        while (live.length > 0) {
            sink = new byte[1024];
        }
        sink = live;
    }

    /// Asks for one collection after the other.
    static void collect() {
        while (sink != null) {
            System.gc();
        }
    }
}
