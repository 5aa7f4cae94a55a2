package io.millhand.examples;

import io.millhand.TaskQueue;
import io.millhand.process.ProcessWorkers;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A dictionary that goes to each child once, however many tasks look things up in it.
///
/// Expected: `no, one, two, no, one, two`.
public final class SharedValues {

    private SharedValues() {}

    /// Runs it.
    ///
    /// @param args none
    public static void main(String[] args) {
        Map<Integer, String> words = IntStream.range(0, 100_000)
                .boxed()
                .collect(Collectors.toMap(
                        n -> n, n -> n == 0 ? "no" : n == 1 ? "one" : "two", (a, _) -> a, TreeMap::new));
        try (var pool = TaskQueue.on(ProcessWorkers.of(2))) {
            // snippet:share
            try (var dictionary = pool.share(words)) {
                try (var found = pool.map(
                        Stream.of(0, 1, 2, 0, 1, 2), n -> dictionary.value().get(n))) {
                    System.out.println(found.stream().collect(Collectors.joining(", ")));
                }
            }
            // end:share
        }
    }
}
