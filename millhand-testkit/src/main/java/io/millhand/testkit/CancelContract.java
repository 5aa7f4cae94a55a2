package io.millhand.testkit;

import static io.millhand.testkit.Bodies.beginAndBlock;
import static io.millhand.testkit.Bodies.beginAndWaitFor;
import static io.millhand.testkit.Bodies.mark;
import static io.millhand.testkit.Bodies.markWhenCancelled;
import static io.millhand.testkit.Contract.awaitAttempts;
import static io.millhand.testkit.Contract.awaitFile;
import static io.millhand.testkit.Contract.ended;
import static io.millhand.testkit.Contract.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millhand.Attempt;
import io.millhand.CancelReason;
import io.millhand.Outcome;
import io.millhand.Task;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Calling tasks off.
interface CancelContract extends Contract {

    Outcome<?> BY_CALLER = new Outcome.Cancelled<>(CancelReason.CALLER);

    @Test
    @Guarantee("5.6.1")
    default void neverRunsWhatWasCancelledInTheQueue(@TempDir Path folder) {
        var begun = file(folder, "begun");
        var go = file(folder, "go");
        var ran = file(folder, "ran");
        try (var queue = open(1)) {
            var first = queue.submit(() -> beginAndWaitFor(begun, go));
            awaitFile(begun);
            var queued = queue.submit(() -> mark(ran));
            var last = queue.submit(() -> "last");
            assertThat(queued.cancel(false)).isTrue();
            assertThat(queued.isDone()).isTrue();
            assertThat(ended(queued)).isEqualTo(BY_CALLER);
            mark(go);
            assertThat(ended(first)).isEqualTo(new Outcome.Succeeded<>("seen"));
            assertThat(ended(last)).isEqualTo(new Outcome.Succeeded<>("last"));
            assertThat(queued.attempts()).isEmpty();
        }
        assertThat(ran).doesNotExist();
    }

    @Test
    @Guarantee("5.6.7")
    default void callsATaskAndWaitsForIt() throws Exception {
        try (var queue = open(1)) {
            assertThat(queue.call(Task.of(() -> 6 * 7))).isEqualTo(42);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> queue.call(Task.of(() -> Integer.parseInt("many"))))
                    .withCauseInstanceOf(NumberFormatException.class);
        }
    }

    @Test
    @Guarantee("5.6.7")
    default void endsTheTaskOfACallerThatIsInterrupted(@TempDir Path folder) throws Exception {
        var begun = file(folder, "begun");
        try (var queue = open(1)) {
            var thrown = new CompletableFuture<Throwable>();
            var caller = Thread.ofPlatform().start(() -> {
                try {
                    thrown.complete(new AssertionError(queue.call(Task.of(() -> beginAndBlock(begun)))));
                } catch (Exception e) {
                    thrown.complete(e);
                }
            });
            awaitFile(begun);
            caller.interrupt();
            assertThat(thrown.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
            assertThat(ended(queue.submit(() -> "next"))).isEqualTo(new Outcome.Succeeded<>("next"));
        }
    }

    @Test
    @Guarantee("5.6.2")
    default void endsARunningTaskByForce(@TempDir Path folder) {
        var begun = file(folder, "begun");
        try (var queue = open(1)) {
            var handle = queue.submit(() -> beginAndBlock(begun));
            awaitFile(begun);
            assertThat(handle.cancel(true)).isTrue();
            assertThat(handle.isDone()).isTrue();
            assertThat(ended(handle)).isEqualTo(BY_CALLER);
            assertThat(ended(queue.submit(() -> "next"))).isEqualTo(new Outcome.Succeeded<>("next"));
            awaitAttempts(handle, 1);
            assertThat(handle.attempts()).extracting(Attempt::ending).containsExactly(Attempt.Ending.CANCELLED);
        }
    }

    @Test
    @Guarantee("5.6.3")
    default void leavesARunningTaskAloneWhenAskedTo(@TempDir Path folder) {
        var begun = file(folder, "begun");
        var go = file(folder, "go");
        var finished = file(folder, "finished");
        try (var queue = open(1)) {
            var handle = queue.submit(() -> {
                beginAndWaitFor(begun, go);
                return mark(finished);
            });
            awaitFile(begun);
            assertThat(handle.cancel(false)).isTrue();
            assertThat(ended(handle)).isEqualTo(BY_CALLER);
            var next = queue.submit(() -> "next");
            assertThat(finished).doesNotExist();
            assertThat(next.isDone()).as("the slot is held").isFalse();
            mark(go);
            assertThat(ended(next)).isEqualTo(new Outcome.Succeeded<>("next"));
            assertThat(finished).exists();
        }
    }

    @Test
    @Guarantee("5.6.3")
    default void tellsARunningTaskThatItIsCancelled(@TempDir Path folder) {
        var begun = file(folder, "begun");
        var seen = file(folder, "seen");
        try (var queue = open(1)) {
            var handle = queue.submit(() -> markWhenCancelled(begun, seen));
            awaitFile(begun);
            assertThat(handle.cancel(false)).isTrue();
            awaitFile(seen);
            assertThat(ended(handle)).isEqualTo(BY_CALLER);
        }
    }

    @Test
    @Guarantee("5.6.4")
    default void answersFalseToACancelAfterTheEnd() {
        try (var queue = open(1)) {
            var handle = queue.submit(() -> "value");
            ended(handle);
            assertThat(handle.cancel(true)).isFalse();
            assertThat(handle.cancel(false)).isFalse();
            assertThat(handle.join()).isEqualTo("value");
        }
    }

    @Test
    @Guarantee("5.6.4")
    default void cancelsOnce(@TempDir Path folder) {
        var begun = file(folder, "begun");
        try (var queue = open(1)) {
            var handle = queue.submit(() -> beginAndBlock(begun));
            awaitFile(begun);
            assertThat(handle.cancel(true)).isTrue();
            assertThat(handle.cancel(true)).isFalse();
        }
    }

    @Test
    @Guarantee("5.5.3")
    default void tellsOfACancelInEveryForm(@TempDir Path folder) {
        var begun = file(folder, "begun");
        try (var queue = open(1)) {
            var handle = queue.submit(() -> beginAndBlock(begun));
            awaitFile(begun);
            handle.cancel(true);
            assertThatExceptionOfType(CancellationException.class).isThrownBy(handle::get);
            assertThatExceptionOfType(CancellationException.class).isThrownBy(handle::join);
            assertThat(handle.state()).isEqualTo(Future.State.CANCELLED);
            assertThat(handle.isDone()).isTrue();
            assertThat(handle.isCancelled()).isTrue();
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(handle::resultNow);
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(handle::exceptionNow);
        }
    }

    @Test
    @Guarantee("5.6.5")
    default void cancelsThroughAFuture(@TempDir Path folder) {
        var begun = file(folder, "begun");
        try (var queue = open(1)) {
            var handle = queue.submit(() -> beginAndBlock(begun));
            awaitFile(begun);
            var future = handle.toCompletableFuture();
            assertThat(future.cancel(true)).isTrue();
            assertThat(future.isCancelled()).isTrue();
            assertThat(ended(handle)).isEqualTo(BY_CALLER);
            assertThat(ended(queue.submit(() -> "next"))).isEqualTo(new Outcome.Succeeded<>("next"));
        }
    }
}
