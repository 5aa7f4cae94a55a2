package io.millhand.testkit;

import static io.millhand.testkit.Contract.ended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millhand.Outcome;
import io.millhand.Task;
import io.millhand.TaskContext;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a task can learn of itself.
interface ContextContract extends Contract {

    /// What a task saw.
    record Seen(long id, String name, int attempt, String worker, HashMap<String, String> headers, boolean cancelled)
            implements Serializable {

        static Seen now() {
            var context = TaskContext.current();
            return new Seen(
                    context.taskId(),
                    context.taskName(),
                    context.attempt(),
                    context.worker(),
                    new HashMap<>(context.headers()),
                    context.cancelled());
        }

        static Seen atSecondAttempt() {
            if (TaskContext.current().attempt() == 1) {
                throw new IllegalStateException("once more");
            }
            return now();
        }
    }

    @Test
    @Guarantee("5.14.1")
    default void knowsItself() {
        try (var queue = open(1)) {
            ended(queue.submit(() -> "another one"));
            var task = Task.of(Seen::atSecondAttempt)
                    .named("page 7")
                    .headers(Map.of("trace", "00-4bf9"))
                    .retry(RetryContract.AT_ONCE_TWICE);
            var handle = queue.submit(task);
            assertThat(ended(handle)).isInstanceOfSatisfying(Outcome.Succeeded.class, succeeded -> {
                var seen = (Seen) succeeded.value();
                assertThat(seen.id()).isEqualTo(handle.id());
                assertThat(seen.name()).isEqualTo("page 7");
                assertThat(seen.attempt()).isEqualTo(2);
                assertThat(seen.worker()).isEqualTo(handle.attempts().getLast().worker());
                assertThat(seen.headers()).isEqualTo(Map.of("trace", "00-4bf9"));
                assertThat(seen.cancelled()).isFalse();
            });
            assertThat(handle.task()).isSameAs(task);
        }
    }

    @Test
    @Guarantee("5.14.1")
    default void isNotATaskOutside() {
        assertThatIllegalStateException()
                .isThrownBy(TaskContext::current)
                .withMessage(
                        "no task runs on this thread (" + Thread.currentThread().getName()
                                + "); TaskContext.current() works on the thread that runs the task, and on threads that"
                                + " it starts, until the task ends");
    }

    @Test
    default void numbersTasksAsTheyAreSubmitted() {
        try (var queue = open(1)) {
            assertThat(queue.submit(() -> "a").id()).isEqualTo(1);
            assertThat(queue.submit(() -> "b").id()).isEqualTo(2);
        }
    }
}
