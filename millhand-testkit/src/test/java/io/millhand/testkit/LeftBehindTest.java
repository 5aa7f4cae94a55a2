package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.InlineWorkers;
import io.millhand.Outcome;
import io.millhand.QueueConfig;
import io.millhand.RetryPolicy;
import io.millhand.Task;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a review found: ends that were lost, and limits that were none.
@ExtendWith(LeakCheck.class)
class LeftBehindTest {

    private static final Duration CEILING = Duration.ofSeconds(30);

    @Test
    @Guarantee("5.4.8")
    void triesNothingBesideAnAttemptThatWasLeftBehind() {
        var release = new CountDownLatch(1);
        try (var queue = TaskQueue.on(ThreadWorkers.of(2).grace(Duration.ofMillis(20)))) {
            var policy = RetryPolicy.exponential(3).withDelays(Duration.ZERO, Duration.ZERO);
            var handle = queue.submit(Task.of(() -> awaitDeaf(release))
                    .timeout(Duration.ofMillis(50))
                    .retry(policy));

            assertThat(handle.outcome(CEILING).orElseThrow())
                    .isInstanceOfSatisfying(
                            Outcome.TimedOut.class,
                            timedOut ->
                                    assertThat(timedOut.expiry().abandoned()).isTrue());
            assertThat(handle.attempts()).hasSize(1);
        } finally {
            release.countDown();
        }
    }

    @Test
    @Guarantee("5.16.2")
    void goesOnWhenTheCallbackExecutorThrowsWhateverItLikes() throws InterruptedException {
        var config = QueueConfig.defaults().callbacks(_ -> {
            throw new OutOfMemoryError("planted: unable to create native thread");
        });
        var queue = TaskQueue.on(ThreadWorkers.single(), config);
        var first = queue.submit(() -> 1);
        var stage = first.thenApply(n -> n + 1).toCompletableFuture();
        var second = queue.submit(() -> 2);
        queue.shutdown();

        assertThat(second.outcome(CEILING).orElseThrow()).isEqualTo(new Outcome.Succeeded<>(2));
        assertThat(stage.join()).isEqualTo(2);
        assertThat(queue.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @Guarantee("5.17.6")
    void refusesToBeClosedFromWithinItsTaskThroughAnotherQueue() {
        try (var outer = TaskQueue.on(
                        ThreadWorkers.single(), QueueConfig.defaults().named("outer"));
                var inner =
                        TaskQueue.on(InlineWorkers.of(), QueueConfig.defaults().named("inner"))) {
            Runnable close = outer::close;
            var _ = outer.submit(() -> "takes the first number").join();
            var handle = outer.submit(() -> inner.submit(close).outcome());

            assertThat(handle.join())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessageContaining("'outer' cannot be closed by its own task 2,"));
        }
    }

    @Test
    @Guarantee("5.17.7")
    void doesNotWaitWhenALimitIsNegative() throws InterruptedException, ExecutionException {
        var release = new CountDownLatch(1);
        try (var queue = TaskQueue.on(ThreadWorkers.single())) {
            var handle = queue.submit(() -> awaitDeaf(release));

            assertThatThrownBy(() -> handle.get(Long.MIN_VALUE, TimeUnit.NANOSECONDS))
                    .isInstanceOf(TimeoutException.class);
            assertThat(handle.outcome(Duration.ofSeconds(Long.MIN_VALUE))).isEmpty();
            assertThat(queue.invokeAll(List.of(() -> 1), Long.MIN_VALUE, TimeUnit.NANOSECONDS)
                            .getFirst()
                            .isCancelled())
                    .isTrue();
            release.countDown();
        }
    }

    private static int awaitDeaf(CountDownLatch release) {
        while (true) {
            try {
                release.await();
                return 0;
            } catch (InterruptedException _) {
                // deaf
            }
        }
    }
}
