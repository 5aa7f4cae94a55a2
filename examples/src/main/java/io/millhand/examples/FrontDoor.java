package io.millhand.examples;

import io.millhand.Outcome;
import io.millhand.Results;
import io.millhand.RetryPolicy;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.process.ProcessWorkers;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// The first things that one does with Millhand. What the README shows is cut from here.
///
/// Expected: `3001134`, then that page 7 was rendered, that page 13 timed out with the frames where it looped, that
/// page
/// 99 took its JVM along with exit code 3, and ten squares.
public final class FrontDoor {

    private FrontDoor() {}

    /// Runs them all.
    ///
    /// @param args none
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        firstTask();
        try (var pool = TaskQueue.on(ProcessWorkers.of(2))) {
            render(pool, 7);
            render(pool, 13);
            render(pool, 99);
            squares(pool);
        }
    }

    private static void firstTask() throws InterruptedException, ExecutionException {
        // snippet:first
        try (var pool = TaskQueue.on(ProcessWorkers.of(4))) {
            Future<Long> sum = pool.submit(() -> Primes.countBelow(50_000_000));
            System.out.println(sum.get());
        }
        // end:first
    }

    private static void render(TaskQueue pool, int page) {
        // snippet:outcome
        TaskHandle<String> handle = pool.submit(Task.of(() -> Renderer.render(page))
                .named("page-" + page)
                .timeout(Duration.ofSeconds(2))
                .retry(RetryPolicy.exponential(1)));
        switch (handle.outcome()) {
            case Outcome.Succeeded<String>(var text) -> show(text);
            case Outcome.Failed<String>(var cause) -> show(cause); // with the child's stack trace
            case Outcome.TimedOut<String>(var expiry) -> show(expiry); // which limit, and where it looped
            case Outcome.Crashed<String>(var report) -> show(report); // exit code, signal, last lines of stderr
            case Outcome.Cancelled<String>(var reason) -> show(reason); // by whom
        }
        // end:outcome
    }

    private static void squares(TaskQueue pool) {
        // snippet:map
        try (Results<Long> results = pool.map(IntStream.range(0, 10).iterator(), n -> (long) n * n)) {
            results.forEach(FrontDoor::show);
        }
        // end:map
    }

    private static void show(Object what) {
        System.out.println(what);
    }
}
