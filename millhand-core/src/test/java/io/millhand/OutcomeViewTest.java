package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class OutcomeViewTest {

    private static Arguments refused(String name, Consumer<CompletableFuture<String>> call) {
        return Arguments.of(name, call);
    }

    static Stream<Arguments> completions() {
        return Stream.of(
                refused("complete", future -> future.complete("mine")),
                refused("completeExceptionally", future -> future.completeExceptionally(new IllegalStateException())),
                refused("completeAsync", future -> future.completeAsync(() -> "mine")),
                refused("completeAsync", future -> future.completeAsync(() -> "mine", Runnable::run)),
                refused("completeOnTimeout", future -> future.completeOnTimeout("mine", 1, TimeUnit.DAYS)),
                refused("orTimeout", future -> future.orTimeout(1, TimeUnit.DAYS)),
                refused("obtrudeValue", future -> future.obtrudeValue("mine")),
                refused("obtrudeException", future -> future.obtrudeException(new IllegalStateException())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("completions")
    void refusesToBeCompleted(String name, Consumer<CompletableFuture<String>> call) {
        try (var queue = TaskQueue.on(InlineWorkers.of())) {
            var future = queue.submit(() -> "value").toCompletableFuture();
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> call.accept(future))
                    .withMessage(name
                            + " is refused: only the task itself ends its handle; use copy() for a future of your own");
            assertThat(future).isCompletedWithValue("value");
        }
    }

    @Test
    void isTheSameForEveryStage() {
        try (var queue = TaskQueue.on(InlineWorkers.of())) {
            var handle = queue.submit(() -> "value");
            assertThat(handle.toCompletableFuture()).isSameAs(handle.toCompletableFuture());
        }
    }

    @Test
    void givesCopiesThatAreTheCallers() {
        try (var queue = TaskQueue.on(InlineWorkers.of())) {
            var copy = queue.submit(() -> "value").toCompletableFuture().copy();
            copy.obtrudeValue("mine");
            assertThat(copy).isCompletedWithValue("mine");
        }
    }
}
