package io.millhand.examples;

import io.millhand.Broadcast;
import io.millhand.TaskQueue;
import io.millhand.process.ProcessWorkers;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/// A list that every child has, however late it starts.
///
/// Expected: `blocked: true`, `cleared in 1 child`.
public final class Broadcasts {

    private static final Set<String> BLOCKED = ConcurrentHashMap.newKeySet();

    private Broadcasts() {}

    /// Runs it.
    ///
    /// @param args none
    /// @throws InterruptedException does not happen
    /// @throws ExecutionException does not happen
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        try (var pool = TaskQueue.on(ProcessWorkers.of(1))) {
            // snippet:broadcast
            var addresses = new HashSet<>(List.of("198.51.100.7", "203.0.113.9"));
            var list = Broadcast.of(() -> block(addresses)).key("blocked").timeout(Duration.ofSeconds(5));
            pool.broadcast(list).get(); // no child lives yet: remembered for those to come
            System.out.println("blocked: "
                    + pool.submit(() -> BLOCKED.contains("203.0.113.9")).join());

            var outcomes = pool.broadcast(Broadcast.of(() -> BLOCKED.clear()).ephemeral())
                    .get();
            System.out.println("cleared in " + outcomes.size() + " child");
            // end:broadcast
        }
    }

    private static boolean block(Set<String> addresses) {
        BLOCKED.clear();
        return BLOCKED.addAll(addresses);
    }
}
