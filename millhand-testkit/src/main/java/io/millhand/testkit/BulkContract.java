package io.millhand.testkit;

import static io.millhand.testkit.Bodies.block;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millhand.CancelReason;
import io.millhand.Outcome;
import io.millhand.SerializableCallable;
import io.millhand.Task;
import io.millhand.TaskHandle;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/// `invokeAll` and `invokeAny`.
interface BulkContract extends Contract {

    SerializableCallable<String> BLOCKS = () -> block();
    SerializableCallable<String> FAILS = () -> {
        throw new IllegalStateException("no");
    };

    @Test
    @Guarantee("5.17.7")
    default void invokesAll() throws Exception {
        try (var queue = open(2)) {
            List<Future<String>> futures = queue.invokeAll(List.of(Task.call(() -> "a"), FAILS, Task.call(() -> "c")));
            assertThat(futures)
                    .extracting(Future::state)
                    .containsExactly(Future.State.SUCCESS, Future.State.FAILED, Future.State.SUCCESS);
            assertThat(futures.getFirst().resultNow()).isEqualTo("a");
            assertThat(futures.get(1).exceptionNow()).hasMessage("no");
            assertThat(futures.getLast().resultNow()).isEqualTo("c");
            assertThat(queue.invokeAll(List.<SerializableCallable<String>>of())).isEmpty();
        }
    }

    @Test
    @Guarantee("5.17.7")
    default void cancelsWhatInvokeAllCannotFinishInTime() throws Exception {
        try (var queue = open(2)) {
            var futures = queue.invokeAll(List.of(BLOCKS, BLOCKS, BLOCKS), 50, TimeUnit.MILLISECONDS);
            assertThat(futures).hasSize(3).allSatisfy(future -> {
                assertThat(future.isCancelled()).isTrue();
                assertThat(((TaskHandle<String>) future).outcome())
                        .isEqualTo(new Outcome.Cancelled<String>(CancelReason.FAIL_FAST));
            });
        }
    }

    @Test
    @Guarantee("5.17.7")
    default void cancelsAllWhenInvokeAllIsInterrupted() {
        try (var queue = open(1)) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> queue.invokeAll(List.of(BLOCKS)));
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    @Guarantee("5.17.8")
    default void answersAnySuccess() throws Exception {
        try (var queue = open(2)) {
            assertThat(queue.invokeAny(List.of(FAILS, Task.call(() -> "b"), FAILS)))
                    .isEqualTo("b");
        }
    }

    @Test
    @Guarantee("5.17.8")
    default void cancelsWhatInvokeAnyNoLongerNeeds() throws Exception {
        try (var queue = open(2)) {
            assertThat(queue.invokeAny(List.of(Task.call(() -> "a"), BLOCKS), 60, TimeUnit.SECONDS))
                    .isEqualTo("a");
        }
    }

    @Test
    @Guarantee("5.17.8")
    default void failsWhenNoneSucceeds() {
        try (var queue = open(2)) {
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> queue.invokeAny(List.of(FAILS, FAILS)))
                    .havingCause()
                    .isInstanceOf(IllegalStateException.class)
                    .withMessage("no");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> queue.invokeAny(List.<SerializableCallable<String>>of()))
                    .withMessage("calls must not be empty");
        }
    }

    @Test
    @Guarantee("5.17.8")
    default void failsWhenNoneSucceedsInTime() {
        try (var queue = open(2)) {
            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> queue.invokeAny(List.of(BLOCKS, BLOCKS), 50, TimeUnit.MILLISECONDS))
                    .withMessage("none of 2 calls succeeded within the time allowed");
        }
    }
}
