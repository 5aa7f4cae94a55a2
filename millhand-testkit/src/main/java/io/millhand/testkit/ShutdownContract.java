package io.millhand.testkit;

import static io.millhand.testkit.Bodies.beginAndBlock;
import static io.millhand.testkit.Bodies.beginAndWaitFor;
import static io.millhand.testkit.Bodies.mark;
import static io.millhand.testkit.Contract.aside;
import static io.millhand.testkit.Contract.awaitFile;
import static io.millhand.testkit.Contract.ended;
import static io.millhand.testkit.Contract.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millhand.CancelReason;
import io.millhand.Outcome;
import io.millhand.QueueConfig;
import io.millhand.ShutdownAccount;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The end of a queue.
interface ShutdownContract extends Contract {

    Outcome<?> BY_SHUTDOWN = new Outcome.Cancelled<>(CancelReason.SHUTDOWN);

    @Test
    @Guarantee("5.17.1")
    default void drainsOnShutdown() throws Exception {
        var queue = open(2);
        List<TaskHandle<Integer>> handles = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            handles.add(queue.submit(() -> number));
        }
        queue.shutdown();
        assertThat(queue.isShutdown()).isTrue();
        assertThat(queue.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(queue.isTerminated()).isTrue();
        for (int i = 0; i < 20; i++) {
            assertThat(handles.get(i).resultNow()).isEqualTo(i);
        }
    }

    @Test
    @Guarantee("5.17.2")
    default void rejectsTasksAfterShutdown() {
        var queue = open(1);
        assertThat(queue.isShutdown()).isFalse();
        queue.shutdown();
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> queue.submit(Task.of(() -> "late").named("late one")))
                .withMessage(
                        "task 'late one' was rejected: the queue 'queue' is shut down; submit before shutdown() and close(),"
                                + " or open another queue");
        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> queue.execute(() -> {}));
        queue.close();
    }

    @Test
    @Guarantee("5.17.3")
    default void killsAndCancelsOnShutdownNow(@TempDir Path folder) throws Exception {
        var begun = file(folder, "begun");
        var ran = file(folder, "ran");
        var queue = open(1);
        var running = queue.submit(() -> beginAndBlock(begun));
        awaitFile(begun);
        var queued = queue.submit(() -> mark(ran));
        var neverStarted = queue.shutdownNow();
        assertThat(ended(running)).isEqualTo(BY_SHUTDOWN);
        assertThat(ended(queued)).isEqualTo(BY_SHUTDOWN);
        assertThat(queue.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(neverStarted).hasSize(1);
        assertThat(ran).doesNotExist();
        neverStarted.getFirst().run();
        assertThat(ran).exists();
        assertThat(queue.shutdownNow()).isEmpty();
    }

    @Test
    @Guarantee("5.17.3")
    default void killsOnShutdownNowWhatWasCancelledAndLeftAlone(@TempDir Path folder) throws Exception {
        var begun = file(folder, "begun");
        var queue = open(1);
        var running = queue.submit(() -> beginAndBlock(begun));
        awaitFile(begun);
        running.cancel(false);
        queue.shutdownNow();
        assertThat(queue.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @Guarantee("5.17.4")
    default void waitsForTheEndOnClose(@TempDir Path folder) throws Exception {
        var begun = file(folder, "begun");
        var go = file(folder, "go");
        var queue = open(1);
        var running = queue.submit(() -> beginAndWaitFor(begun, go));
        awaitFile(begun);
        var closing = aside(queue::close);
        Await.until("shutdown", queue::isShutdown);
        assertThat(queue.awaitTermination(1, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(queue.isTerminated()).isFalse();
        assertThat(closing).isNotDone();
        mark(go);
        closing.get(60, TimeUnit.SECONDS);
        assertThat(running.resultNow()).isEqualTo("seen");
        assertThat(queue.isTerminated()).isTrue();
    }

    @Test
    @Guarantee("5.17.4")
    default void closesAsOftenAsAsked() {
        var queue = open(1);
        ended(queue.submit(() -> "value"));
        queue.close();
        queue.close();
        queue.shutdown();
        assertThat(queue.shutdownNow()).isEmpty();
        assertThat(queue.isTerminated()).isTrue();
    }

    @Test
    @Guarantee("5.17.5")
    default void killsWhenCloseIsInterrupted(@TempDir Path folder) {
        var begun = file(folder, "begun");
        var queue = open(1);
        var running = queue.submit(() -> beginAndBlock(begun));
        awaitFile(begun);
        Thread.currentThread().interrupt();
        queue.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ended(running)).isEqualTo(BY_SHUTDOWN);
        assertThat(queue.isTerminated()).isTrue();
    }

    @Test
    @Guarantee({"5.17.13", "5.17.14"})
    default void killsWhatHasNotEndedInTime(@TempDir Path folder) {
        var begun = file(folder, "begun");
        var queue = open(1);
        var ended = queue.submit(() -> "ended before");
        assertThat(ended(ended)).isEqualTo(new Outcome.Succeeded<>("ended before"));
        var running = queue.submit(() -> beginAndBlock(begun));
        awaitFile(begun);
        var queued = queue.submit(() -> "never");
        assertThat(queue.close(Duration.ofMillis(20))).isEqualTo(new ShutdownAccount(0, 0, 1, 1));
        assertThat(queue.isTerminated()).isTrue();
        assertThat(ended(running)).isEqualTo(BY_SHUTDOWN);
        assertThat(ended(queued)).isEqualTo(BY_SHUTDOWN);
        assertThat(queue.close(Duration.ZERO)).as("again").isEqualTo(new ShutdownAccount(0, 0, 1, 1));
    }

    @Test
    @Guarantee("5.17.13")
    default void killsOnCloseWhatTheSettingsDoNotWaitFor(@TempDir Path folder) {
        var begun = file(folder, "begun");
        var queue = TaskQueue.on(workers(1), QueueConfig.defaults().closeWithin(Duration.ofMillis(20)));
        var running = queue.submit(() -> beginAndBlock(begun));
        awaitFile(begun);
        queue.close();
        assertThat(queue.isTerminated()).isTrue();
        assertThat(ended(running)).isEqualTo(BY_SHUTDOWN);
    }

    @Test
    @Guarantee({"5.17.13", "5.17.14"})
    default void tellsWhatBecameOfTheTasksAfterTheirEnd(@TempDir Path folder) throws Exception {
        var begun = file(folder, "begun");
        var go = file(folder, "go");
        var queue = open(1);
        var running = queue.submit(() -> beginAndWaitFor(begun, go));
        awaitFile(begun);
        var queued = queue.submit(() -> 2);
        var account = queue.shutdownAsync();
        assertThat(queue.isShutdown()).isTrue();
        assertThat(account.toCompletableFuture()).isNotDone();
        mark(go);
        assertThat(account.toCompletableFuture().get(60, TimeUnit.SECONDS)).isEqualTo(new ShutdownAccount(2, 0, 0, 0));
        assertThat(queue.isTerminated()).isTrue();
        assertThat(running.resultNow()).isEqualTo("seen");
        assertThat(queued.resultNow()).isEqualTo(2);
    }

    @Test
    @Guarantee("5.17.15")
    default void endsOnShutdownWhatNobodyServes() throws Exception {
        var queue = open(1);
        var unserved = queue.submit(Task.of(() -> "never").requires("moonlight"));
        queue.shutdown();
        assertThat(ended(unserved)).isEqualTo(BY_SHUTDOWN);
        assertThat(queue.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @Guarantee("5.17.6")
    default void closesFromACallback() throws Exception {
        var queue = open(1);
        var closed = queue.submit(() -> "value").thenAcceptAsync(_ -> queue.close());
        closed.toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertThat(queue.isTerminated()).isTrue();
    }

    @Test
    @Guarantee("5.17.1")
    default void closesWithoutHavingRunAnything() {
        var queue = open(4);
        queue.close();
        assertThat(queue.isTerminated()).isTrue();
    }
}
