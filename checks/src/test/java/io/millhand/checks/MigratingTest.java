package io.millhand.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millhand.Capacity;
import io.millhand.Completions;
import io.millhand.MapOptions;
import io.millhand.Outcome;
import io.millhand.QueueConfig;
import io.millhand.Source;
import io.millhand.Task;
import io.millhand.TaskContext;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// The snippets of `docs/migrating.md`, run.
class MigratingTest {

    @Test
    void replacesAThreadPool() throws Exception {
        // snippet:pool
        var config = QueueConfig.defaults().named("reports").capacity(Capacity.blocking(1_000));
        try (var queue = TaskQueue.on(ThreadWorkers.of(4), config)) {
            Future<Integer> length = queue.submit(() -> "report".length());
            // end:pool
            assertThat(length.get()).isEqualTo(6);
        }
    }

    @Test
    void givesATimeoutToTheTask() throws Exception {
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            // snippet:timeout
            TaskHandle<Integer> handle =
                    queue.submit(Task.of(() -> 42).named("answer").timeout(Duration.ofSeconds(30)));
            // end:timeout
            assertThat(handle.get()).isEqualTo(42);
        }
    }

    @Test
    void takesWhatEnds() throws Exception {
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            // snippet:completions
            Completions<Integer> lengths = queue.completions();
            for (var word : List.of("a", "bc")) {
                lengths.submit(() -> word.length());
            }
            int sum = lengths.take().get() + lengths.take().get();
            // end:completions
            assertThat(sum).isEqualTo(3);
        }
    }

    @Test
    void chainsStages() {
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            // snippet:stages
            CompletableFuture<Integer> ours =
                    queue.submit(() -> 20).thenApply(n -> n + 1).toCompletableFuture();
            CompletableFuture<Integer> theirs =
                    CompletableFuture.supplyAsync(() -> 20, queue).thenApply(n -> n + 1);
            // end:stages
            assertThat(ours.join() + theirs.join()).isEqualTo(42);
        }
    }

    @Test
    void cancelsTheTaskItself() {
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            queue.pause();
            // snippet:cancel
            TaskHandle<Integer> handle = queue.submit(() -> 42);
            boolean cancelled = handle.cancel(true); // it will not run, and its slot is free
            // end:cancel
            assertThat(cancelled).isTrue();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(handle::get);
        }
    }

    // snippet:executor
    /// What Spring's AsyncTaskExecutor asks for: `execute`, and `submit` as its default does it.
    record QueueExecutor(TaskQueue queue) implements Executor {

        @Override
        public void execute(Runnable task) {
            queue.execute(task);
        }

        public <T> CompletableFuture<T> submitCompletable(Callable<T> task) {
            return queue.submit(task).toCompletableFuture();
        }
    }
    // end:executor

    @Test
    void servesAsAnExecutor() {
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            assertThat(new QueueExecutor(queue).submitCompletable(() -> 42).join())
                    .isEqualTo(42);
            assertThat(CompletableFuture.supplyAsync(() -> 42, new QueueExecutor(queue))
                            .join())
                    .isEqualTo(42);
        }
    }

    @Test
    void mapsLazily() {
        var seen = new ArrayList<Integer>();
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            // snippet:map
            try (var squares = queue.map(
                    Source.of(List.of(1, 2, 3)),
                    n -> n * n,
                    MapOptions.defaults().window(100))) {
                for (int square : squares) {
                    seen.add(square);
                }
            }
            // end:map
        }
        assertThat(seen).containsExactly(1, 4, 9);
    }

    @Test
    void answersByOffset() {
        var heard = new ConcurrentSkipListMap<Long, String>();
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            // snippet:offsets
            int number = 10; // what all share
            var options = MapOptions.defaults().onMessage((offset, message) -> heard.put(offset, message.text()));
            try (var outcomes = queue.mapOutcomes(
                    Source.of(List.of(0, 1, 2)),
                    pid -> {
                        TaskContext.current().message("hello from process " + pid);
                        return pid + number;
                    },
                    options)) {
                List<Integer> results = Outcome.values(outcomes);
                // end:offsets
                assertThat(results).containsExactly(10, 11, 12);
            }
            Awaitility.await().until(() -> heard.size() == 3);
        }
        assertThat(heard).containsEntry(2L, "hello from process 2");
    }
}
