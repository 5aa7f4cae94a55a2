package io.millhand.testkit;

import static io.millhand.testkit.Bodies.beginAndBlock;
import static io.millhand.testkit.Bodies.mark;
import static io.millhand.testkit.Bodies.waitFor;
import static io.millhand.testkit.Contract.awaitFile;
import static io.millhand.testkit.Contract.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.CancelReason;
import io.millhand.Completions;
import io.millhand.Outcome;
import io.millhand.Task;
import io.millhand.TaskHandle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Handles that are taken as their tasks end.
interface CompletionsContract extends Contract {

    @Test
    @Guarantee("5.13.4")
    default void answersEachEndOnce() throws Exception {
        try (var queue = open(2)) {
            Completions<Integer> completions = queue.completions();
            var submitted = new HashSet<TaskHandle<Integer>>();
            for (int i = 0; i < 100; i++) {
                int number = i;
                submitted.add(completions.submit(() -> 100 / (number % 5)));
            }
            var other = queue.submit(() -> 0);
            var taken = new HashSet<TaskHandle<Integer>>();
            for (int i = 0; i < 100; i++) {
                var handle = Objects.requireNonNull(completions.poll(WorkerContract.PATIENCE));
                assertThat(handle.isDone()).isTrue();
                taken.add(handle);
            }
            assertThat(taken).isEqualTo(submitted);
            Contract.ended(other);
            assertThat((Object) completions.poll()).isNull();
        }
    }

    @Test
    @Guarantee("5.13.4")
    default void answersTheEndThatCameFirst(@TempDir Path folder) throws Exception {
        var go = file(folder, "go");
        try (var queue = open(2)) {
            Completions<String> completions = queue.completions();
            var slow = completions.submit(() -> waitFor(go));
            var quick = completions.submit(() -> "quick");
            assertThat((Object) completions.take()).isSameAs(quick);
            assertThat((Object) completions.poll(Duration.ZERO)).isNull();
            mark(go);
            assertThat((Object) completions.take()).isSameAs(slow);
        }
    }

    @Test
    @Guarantee("5.13.4")
    default void answersWhatShutdownNowCancelled(@TempDir Path folder) throws Exception {
        var begun = file(folder, "begun");
        try (var queue = open(1)) {
            Completions<String> completions = queue.completions();
            var running = completions.submit(() -> beginAndBlock(begun));
            var queued = completions.submit(Task.of(() -> "value").named("queued"));
            awaitFile(begun);
            assertThat(queue.shutdownNow()).hasSize(1);
            var taken = new HashSet<TaskHandle<String>>();
            taken.add(completions.take());
            taken.add(completions.take());
            assertThat(taken)
                    .containsExactlyInAnyOrder(running, queued)
                    .allSatisfy(handle -> assertThat(handle.outcome())
                            .isEqualTo(new Outcome.Cancelled<String>(CancelReason.SHUTDOWN)));
        }
    }
}
