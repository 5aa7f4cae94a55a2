package io.millhand.examples;

import io.millhand.ErrorPolicy;
import io.millhand.Feed;
import io.millhand.MapOptions;
import io.millhand.Outcome;
import io.millhand.ResultOrder;
import io.millhand.Source;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/// Many inputs, few workers. What `docs/intake.md` shows is cut from here.
///
/// Expected: the lengths of the lines of the file given, three times, then three pages, then what became of -1 to
/// 1.
@SuppressWarnings("StreamResourceLeak") // the results close their streams
public final class Intake {

    private Intake() {}

    /// Runs them all.
    ///
    /// @param args a text file
    public static void main(String[] args) throws IOException, InterruptedException {
        try (var pool = TaskQueue.on(ThreadWorkers.of(2))) {
            lines(pool, Path.of(args[0]));
            options(pool, Path.of(args[0]));
            feed(pool);
            outcomes(pool);
        }
    }

    private static void lines(TaskQueue pool, Path file) throws IOException, InterruptedException {
        // snippet:forms
        try (var results = pool.map(Files.lines(file), String::length)) { // closes the stream, too
            results.forEach(Intake::show);
        }
        try (var lines = Files.lines(file)) {
            List<Integer> lengths = lines.gather(pool.mapping(String::length)).toList();
            show(lengths);
        }
        long lines = pool.forEach(Files.readAllLines(file), line -> show(line.length()));
        // end:forms
        show(lines);
    }

    private static void options(TaskQueue pool, Path file) throws IOException {
        // snippet:options
        var options = MapOptions.defaults()
                .order(ResultOrder.COMPLETION)
                .errors(ErrorPolicy.SKIP)
                .window(100)
                .tasks(task -> task.named("length").timeout(Duration.ofSeconds(5)));
        try (var results = pool.map(Source.of(Files.lines(file)), String::length, options)) {
            results.forEach(Intake::show);
            show(results.skipped());
        }
        // end:options
    }

    private static void feed(TaskQueue pool) {
        // snippet:feed
        Feed<Integer> feed = Feed.of(100); // what does not fit has to wait
        var producer = feed.producer();
        Thread.ofVirtual().start(() -> {
            try (producer) { // the feed ends when its last producer closes
                for (int page = 1; page <= 3; page++) {
                    producer.put(page);
                }
            } catch (InterruptedException e) {
                feed.fail(e);
            }
        });
        try (var results = pool.map(feed, Renderer::render)) {
            results.forEach(Intake::show);
        }
        // end:feed
    }

    private static void outcomes(TaskQueue pool) {
        // snippet:outcomes
        var inputs = Source.of(IntStream.rangeClosed(-1, 1).iterator());
        try (var outcomes = pool.mapOutcomes(inputs, n -> 10 / n, MapOptions.defaults())) {
            for (var outcome : outcomes) {
                switch (outcome) {
                    case Outcome.Succeeded<Integer>(var value) -> show(value);
                    case Outcome.Failed<Integer>(var cause) -> show(cause);
                    case Outcome.TimedOut<Integer> _, Outcome.Crashed<Integer> _, Outcome.Cancelled<Integer> _ ->
                        show(outcome);
                }
            }
        }
        // end:outcomes
    }

    private static void show(Object what) {
        System.out.println(what);
    }
}
