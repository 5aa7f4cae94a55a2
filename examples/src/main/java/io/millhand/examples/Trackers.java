package io.millhand.examples;

import io.millhand.Completions;
import io.millhand.TaskQueue;
import io.millhand.TaskTracker;
import io.millhand.ThreadWorkers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// Waits for many things at once.
///
/// Expected: `all done: true`, then five counts of primes in the order in which they were found.
public final class Trackers {

    private Trackers() {}

    /// Runs them all.
    ///
    /// @param args none
    public static void main(String[] args) throws InterruptedException {
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            track(queue);
            take(queue);
        }
    }

    private static void track(TaskQueue queue) throws InterruptedException {
        // snippet:tracker
        var tracker = TaskTracker.of();
        tracker.add(CompletableFuture.runAsync(Trackers::warmUp)); // any stage will do
        for (int i = 1; i <= 1_000; i++) {
            int limit = 100 * i;
            tracker.awaitFewerThan(20); // never more than 20 under way
            tracker.add(queue.submit(() -> Primes.countBelow(limit)));
        }
        boolean done = tracker.awaitAll(Duration.ofMinutes(1));
        System.out.println("all done: " + done);
        // end:tracker
    }

    private static void take(TaskQueue queue) throws InterruptedException {
        // snippet:completions
        Completions<Long> counts = queue.completions();
        for (int limit = 5_000_000; limit > 0; limit -= 1_000_000) {
            int below = limit;
            counts.submit(() -> Primes.countBelow(below));
        }
        for (int i = 0; i < 5; i++) {
            System.out.println(counts.take().outcome());
        }
        // end:completions
    }

    private static void warmUp() {
        System.out.println("warm: " + Primes.countBelow(1_000));
    }
}
