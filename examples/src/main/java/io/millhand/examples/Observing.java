package io.millhand.examples;

import io.millhand.Attempt;
import io.millhand.QueueLoad;
import io.millhand.TaskEvent;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Looks at a queue while it works.
///
/// Expected: `idle: true`, then `100 succeeded, the median ran PT...`, then `Ended[task=101, ...]`.
public final class Observing {

    private Observing() {}

    /// Runs them all.
    ///
    /// @param args none
    public static void main(String[] args) throws Exception {
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            numbers(queue);
            next(queue);
        }
    }

    private static void numbers(TaskQueue queue) throws InterruptedException {
        // snippet:numbers
        for (int i = 1; i <= 100; i++) {
            int limit = 1_000 * i;
            queue.execute(() -> Primes.countBelow(limit));
        }
        boolean idle = queue.awaitLoad(QueueLoad::isIdle, Duration.ofMinutes(1));
        System.out.println("idle: " + idle);
        var statistics = queue.statistics();
        System.out.println(statistics.tasks().ended(Attempt.Ending.SUCCEEDED) + " succeeded, the median ran "
                + statistics.attempts().run().percentile(50));
        // end:numbers
    }

    private static void next(TaskQueue queue) throws Exception {
        // snippet:next
        var end = queue.nextEvent(event -> event instanceof TaskEvent.Ended); // from here on nothing is missed
        queue.execute(() -> Primes.countBelow(1_000));
        System.out.println(end.get(1, TimeUnit.MINUTES));
        // end:next
    }
}
