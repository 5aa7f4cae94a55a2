package io.millhand.testkit;

import static io.millhand.testkit.Bodies.mark;
import static io.millhand.testkit.Bodies.waitFor;
import static io.millhand.testkit.Contract.ended;
import static io.millhand.testkit.Contract.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millhand.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Handles as stages.
interface StageContract extends Contract {

    @Test
    @Guarantee("5.5.3")
    default void passesTheValueOnToAStage() throws Exception {
        try (var queue = open(1)) {
            var stage = queue.submit(() -> 20).thenApply(value -> value + 1).thenApplyAsync(value -> value * 2);
            assertThat(stage.toCompletableFuture().get(60, TimeUnit.SECONDS)).isEqualTo(42);
        }
    }

    @Test
    @Guarantee("5.5.3")
    default void passesTheFailureOnToAStage() throws Exception {
        try (var queue = open(1)) {
            var stage = queue.submit(() -> {
                        throw new ArithmeticException("by zero");
                    })
                    .handle((_, cause) -> cause);
            assertThat(stage.toCompletableFuture().get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessage("by zero");
        }
    }

    @Test
    @Guarantee("5.16.1")
    default void runsStagesOnCallbackThreads(@TempDir Path folder) throws Exception {
        var go = file(folder, "go");
        try (var queue = open(1)) {
            var handle = queue.submit(() -> waitFor(go));
            var stage = handle.thenApply(_ -> Thread.currentThread().getName());
            mark(go);
            assertThat(stage.toCompletableFuture().get(60, TimeUnit.SECONDS)).isEqualTo("millhand-queue-callback");
        }
    }

    @Test
    @Guarantee("5.16.1")
    default void runsAsyncStagesOnCallbackThreads() throws Exception {
        try (var queue = open(1)) {
            var stage = queue.submit(() -> "value")
                    .thenApplyAsync(_ -> Thread.currentThread().getName());
            assertThat(stage.toCompletableFuture().get(60, TimeUnit.SECONDS)).isEqualTo("millhand-queue-callback");
        }
    }

    @Test
    @Guarantee("5.16.2")
    default void goesOnWhileACallbackBlocks() {
        var release = new CountDownLatch(1);
        var blocked = new CountDownLatch(1);
        var ends = new ArrayList<CompletableFuture<?>>();
        try (var queue = open(1)) {
            ends.add(queue.submit(() -> "first")
                    .thenAcceptAsync(_ -> {
                        blocked.countDown();
                        Contract.await(release);
                    })
                    .toCompletableFuture());
            Contract.await(blocked);
            for (int i = 0; i < 50; i++) {
                int number = i;
                assertThat(ended(queue.submit(() -> number))).isEqualTo(new Outcome.Succeeded<>(number));
            }
        } finally {
            release.countDown();
        }
        ends.forEach(CompletableFuture::join);
    }

    @Test
    @Guarantee("5.6.5")
    default void letsNobodyCompleteAFuture() {
        try (var queue = open(1)) {
            var future = queue.submit(() -> "value").toCompletableFuture();
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> future.complete("mine"))
                    .withMessage("complete is refused: only the task itself ends its handle; use copy() for a future of"
                            + " your own");
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> future.completeExceptionally(new IllegalStateException()));
            assertThat(future.join()).isEqualTo("value");
        }
    }
}
