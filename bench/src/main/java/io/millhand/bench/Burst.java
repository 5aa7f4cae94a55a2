package io.millhand.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/// Submits no-op tasks one by one, then waits for all.
final class Burst {

    static final int TASKS = 1_000;

    private Burst() {}

    /// Each task answers what it captured, so that none can be left out.
    static long through(ExecutorService executor) throws Exception {
        List<Future<Integer>> futures = new ArrayList<>(TASKS);
        for (int i = 0; i < TASKS; i++) {
            int number = i;
            futures.add(executor.submit(() -> number));
        }
        long sum = 0;
        for (var future : futures) {
            sum += future.get();
        }
        return sum;
    }
}
