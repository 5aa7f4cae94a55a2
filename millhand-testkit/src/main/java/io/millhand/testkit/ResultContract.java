package io.millhand.testkit;

import static io.millhand.testkit.Bodies.beginAndWaitFor;
import static io.millhand.testkit.Bodies.mark;
import static io.millhand.testkit.Contract.awaitFile;
import static io.millhand.testkit.Contract.ended;
import static io.millhand.testkit.Contract.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.millhand.Outcome;
import io.millhand.SerializableCallable;
import io.millhand.SerializableRunnable;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Values, exceptions, and the forms in which a handle tells of them.
interface ResultContract extends Contract {

    @Test
    @Guarantee("5.5.1")
    default void returnsAValue() {
        try (var queue = open(1)) {
            assertThat(ended(queue.submit(() -> "value"))).isEqualTo(new Outcome.Succeeded<>("value"));
        }
    }

    @Test
    @Guarantee("5.5.1")
    default void returnsNull() {
        try (var queue = open(1)) {
            var handle = queue.submit(Task.<@Nullable String>of(() -> null));
            assertThat(ended(handle)).isEqualTo(new Outcome.Succeeded<@Nullable String>(null));
            assertThat(handle.join()).isNull();
        }
    }

    @Test
    default void carriesALargeValueBothWays() {
        var large = new byte[1_000_000];
        large[large.length - 1] = 7;
        try (var queue = open(1)) {
            var outcome = ended(queue.submit(() -> {
                var answer = large.clone();
                answer[0] = 5;
                return answer;
            }));
            assertThat(outcome).isInstanceOfSatisfying(Outcome.Succeeded.class, succeeded -> {
                var answer = (byte[]) succeeded.value();
                assertThat(answer).hasSize(1_000_000).startsWith(5).endsWith(7);
            });
        }
    }

    @Test
    @Guarantee("5.5.2")
    default void keepsTheClassAndMessageOfWhatWasThrown() {
        try (var queue = open(1)) {
            var outcome = ended(queue.submit(() -> {
                throw new IllegalArgumentException("not that one", new IOException("disk"));
            }));
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isExactlyInstanceOf(IllegalArgumentException.class)
                                    .hasMessage("not that one")
                                    .cause()
                                    .isExactlyInstanceOf(IOException.class)
                                    .hasMessage("disk"));
        }
    }

    @Test
    @Guarantee("5.5.2")
    default void keepsTheStackTraceOfTheTask() {
        try (var queue = open(1)) {
            var outcome = ended(queue.submit(() -> Integer.parseInt("no number")));
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause().getStackTrace())
                                    .anyMatch(frame -> frame.getMethodName().equals("parseInt")));
        }
    }

    @Test
    @Guarantee("5.5.2")
    default void tellsOfErrorsAsFailures() {
        try (var queue = open(1)) {
            var outcome = ended(queue.submit(() -> {
                throw new AssertionError("broken");
            }));
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isExactlyInstanceOf(AssertionError.class)
                                    .hasMessage("broken"));
            assertThat(ended(queue.submit(() -> "next"))).isEqualTo(new Outcome.Succeeded<>("next"));
        }
    }

    @Test
    default void runsRunnables(@TempDir Path folder) {
        var ran = file(folder, "ran");
        SerializableRunnable action = () -> mark(ran);
        try (var queue = open(1)) {
            assertThat(ended(queue.submit(action))).isEqualTo(new Outcome.Succeeded<@Nullable Object>(null));
            assertThat(ended(queue.submit(action, "given"))).isEqualTo(new Outcome.Succeeded<>("given"));
            assertThat(Bodies.marks(ran)).isEqualTo(2);
        }
    }

    @Test
    @Guarantee("5.15.2")
    default void namesATaskAfterTheClassOfItsRecipe() {
        try (var queue = open(1)) {
            assertThat(queue.submit(() -> "value").task().name()).isEqualTo(ResultContract.class.getName());
        }
    }

    @Test
    default void executesWithoutAHandle(@TempDir Path folder) {
        var ran = file(folder, "ran");
        try (var queue = open(1)) {
            queue.execute(() -> mark(ran));
            awaitFile(ran);
        }
    }

    @Test
    default void servesAsAnExecutorService() throws Exception {
        try (ExecutorService executor = open(1)) {
            Future<Integer> answer = executor.submit(Task.call(() -> 42));
            assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(42);
        }
    }

    @Test
    default void isolatesAFailure() {
        try (var queue = open(1)) {
            var handles = new ArrayList<TaskHandle<Integer>>();
            for (int i = 0; i < 10; i++) {
                int number = i;
                handles.add(queue.submit(() -> {
                    if (number % 2 == 1) {
                        throw new IllegalStateException("odd");
                    }
                    return number;
                }));
            }
            for (int i = 0; i < 10; i++) {
                var outcome = ended(handles.get(i));
                if (i % 2 == 1) {
                    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
                } else {
                    assertThat(outcome).isEqualTo(new Outcome.Succeeded<>(i));
                }
            }
        }
    }

    @Test
    default void keepsNoInterruptFromOneTaskToTheNext() {
        try (var queue = open(1)) {
            for (int i = 0; i < 20; i++) {
                var interrupting = queue.submit(() -> Thread.currentThread().interrupt());
                var next = queue.submit(() -> Thread.currentThread().isInterrupted());
                ended(interrupting);
                assertThat(ended(next)).isEqualTo(new Outcome.Succeeded<>(false));
            }
        }
    }

    @Test
    @Guarantee("5.5.3")
    default void tellsOfASuccessInEveryForm() throws Exception {
        try (var queue = open(1)) {
            var handle = queue.submit(() -> "value");
            var outcome = ended(handle);
            assertThat(handle.outcome()).isSameAs(outcome);
            assertThat(handle.get()).isEqualTo("value");
            assertThat(handle.get(0, TimeUnit.SECONDS)).isEqualTo("value");
            assertThat(handle.join()).isEqualTo("value");
            assertThat(handle.resultNow()).isEqualTo("value");
            assertThat(handle.state()).isEqualTo(Future.State.SUCCESS);
            assertThat(handle.isDone()).isTrue();
            assertThat(handle.isCancelled()).isFalse();
            assertThatIllegalStateException().isThrownBy(handle::exceptionNow);
        }
    }

    @Test
    @Guarantee("5.5.3")
    default void tellsOfAFailureInEveryForm() {
        try (var queue = open(1)) {
            var handle = queue.submit(() -> {
                throw new ArithmeticException("by zero");
            });
            ended(handle);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(handle::get)
                    .havingCause()
                    .isInstanceOf(ArithmeticException.class)
                    .withMessage("by zero");
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(handle::join)
                    .havingCause()
                    .isInstanceOf(ArithmeticException.class);
            assertThat(handle.exceptionNow()).isInstanceOf(ArithmeticException.class);
            assertThat(handle.state()).isEqualTo(Future.State.FAILED);
            assertThat(handle.isDone()).isTrue();
            assertThat(handle.isCancelled()).isFalse();
            assertThatIllegalStateException().isThrownBy(handle::resultNow);
        }
    }

    @Test
    default void givesUpWaitingInTime(@TempDir Path folder) throws Exception {
        var begun = file(folder, "begun");
        var go = file(folder, "go");
        try (var queue = open(1)) {
            var handle = queue.submit(() -> beginAndWaitFor(begun, go));
            assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> handle.get(1, TimeUnit.MILLISECONDS));
            assertThat(handle.outcome(Duration.ofMillis(1))).isEmpty();
            assertThat(handle.outcome(Duration.ZERO)).isEmpty();
            assertThat(handle.isDone()).isFalse();
            assertThat(handle.state()).isEqualTo(Future.State.RUNNING);
            assertThatIllegalStateException().isThrownBy(handle::resultNow);
            mark(go);
            assertThat(ended(handle)).isEqualTo(new Outcome.Succeeded<>("seen"));
        }
    }

    @Test
    @Guarantee("5.5.7")
    default void endsAsTheStageOfAnAsynchronousTaskDoes() {
        try (var queue = open(1)) {
            var later = queue.submit(Task.async(
                    () -> new CompletableFuture<String>().completeOnTimeout("later", 10, TimeUnit.MILLISECONDS)));
            assertThat(ended(later)).isEqualTo(new Outcome.Succeeded<>("later"));
            var fails = queue.submit(Task.async(() -> CompletableFuture.supplyAsync(() -> Bodies.failIf(true))));
            assertThat(ended(fails))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessage("as asked"));
        }
    }

    @Test
    @Guarantee("5.5.7")
    default void cancelsTheStageOfAnAsynchronousTaskAtItsTimeout() {
        try (var queue = open(1)) {
            var never = queue.submit(
                    Task.async(() -> new CompletableFuture<String>()).timeout(Duration.ofMillis(100)));
            assertThat(ended(never)).isInstanceOf(Outcome.TimedOut.class);
            assertThat(ended(queue.submit(() -> "next"))).isEqualTo(new Outcome.Succeeded<>("next"));
        }
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    default void refusesNulls() {
        try (TaskQueue queue = open(1)) {
            assertThatNullPointerException().isThrownBy(() -> queue.submit((Task<Object>) null));
            assertThatNullPointerException().isThrownBy(() -> queue.submit((Callable<Object>) null));
            assertThatNullPointerException().isThrownBy(() -> queue.submit((SerializableCallable<Object>) null));
            assertThatNullPointerException().isThrownBy(() -> queue.submit((Runnable) null));
            assertThatNullPointerException().isThrownBy(() -> queue.submit((SerializableRunnable) null));
            assertThatNullPointerException().isThrownBy(() -> queue.submit((Runnable) null, "result"));
            assertThatNullPointerException().isThrownBy(() -> queue.execute((Runnable) null));
            assertThatNullPointerException().isThrownBy(() -> queue.execute((SerializableRunnable) null));
            assertThatNullPointerException().isThrownBy(() -> queue.invokeAll(null));
            assertThatNullPointerException()
                    .isThrownBy(() -> queue.map((java.util.Iterator<String>) null, input -> input));
            assertThatNullPointerException().isThrownBy(() -> queue.submitAll(null, null));
            assertThatNullPointerException().isThrownBy(() -> queue.events().subscribe(null));
        }
    }
}
