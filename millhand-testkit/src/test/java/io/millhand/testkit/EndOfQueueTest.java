package io.millhand.testkit;

import static io.millhand.testkit.QueueRig.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.CancelReason;
import io.millhand.Outcome;
import io.millhand.QueueConfig;
import io.millhand.RetryPolicy;
import io.millhand.Task;
import io.millhand.TaskQueue;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class EndOfQueueTest {

    @Test
    @Guarantee("5.17.4")
    void waitsForKilledAttemptsToBeConfirmed() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.submit("a");
            var attempt = rig.next().started();
            assertThat(rig.queue().shutdownNow()).isEmpty();
            assertThat(outcome(handle)).isEqualTo(new Outcome.Cancelled<>(CancelReason.SHUTDOWN));
            assertThat(attempt.isKilled()).isTrue();
            rig.time().settle();
            assertThat(rig.queue().isTerminated()).isFalse();
            assertThat(rig.workers().closed()).isFalse();
            attempt.confirmsKill();
            rig.time().settle();
            assertThat(rig.queue().isTerminated()).isTrue();
        }
    }

    @Test
    @Guarantee("5.17.3")
    void startsNothingThatWasPausedWhenItIsShutDownNow() {
        try (var rig = QueueRig.of(1, 1)) {
            rig.queue().pause();
            rig.submit("a");
            assertThat(rig.queue().shutdownNow()).hasSize(1);
            assertThat(rig.workers().assigned()).isEmpty();
        }
    }

    @Test
    @Guarantee("5.17.3")
    void answersTheTasksThatNeverStartedInOrder() {
        try (var rig = QueueRig.of(1, 1)) {
            var retried = rig.queue()
                    .submit(Task.<String>of(() -> "retried")
                            .retry(RetryPolicy.exponential(2).withDelays(Duration.ZERO, Duration.ZERO)));
            rig.submit("holds the slot");
            rig.submit("b");
            rig.submit("c");
            rig.next().throwsException(new IllegalStateException("one"));
            rig.time().settle();
            var neverStarted = rig.queue().shutdownNow();
            assertThat(outcome(retried)).isEqualTo(new Outcome.Cancelled<>(CancelReason.SHUTDOWN));
            assertThat(neverStarted)
                    .as("b and c, but not the one that had an attempt")
                    .hasSize(2);
            assertThat(neverStarted.getFirst().toString()).contains("b");
            assertThat(neverStarted.getLast().toString()).contains("c");
        }
    }

    @Test
    @Guarantee("5.17.1")
    void endsEveryHandleBeforeItTerminates() throws Exception {
        var time = VirtualTime.ofSeed(1);
        var workers = ScriptedWorkers.of(1, 1);
        var holds = new AtomicBoolean();
        var held = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        Executor callbacks = action -> {
            if (holds.getAndSet(false)) {
                held.countDown();
                Contract.await(release);
            }
            time.execute(action);
        };
        var queue = TaskQueue.on(workers, QueueConfig.defaults().backend(time).callbacks(callbacks));
        var recorder = new EventContract.Recorder();
        queue.events().subscribe(recorder);
        time.settle();
        recorder.request(Long.MAX_VALUE);
        var handle = queue.submit(Task.<String>of(() -> "never called"));
        time.settle();
        var attempt = workers.next().started();
        time.settle();
        holds.set(true);
        var reporting = Contract.aside(() -> attempt.returns("value"));
        Contract.await(held); // the worker is about to end the handle
        queue.shutdown();
        time.settle();
        assertThat(queue.isTerminated()).as("a handle has not ended").isFalse();
        release.countDown();
        reporting.get(60, TimeUnit.SECONDS);
        time.settle();
        assertThat(handle.isDone()).isTrue();
        assertThat(queue.isTerminated()).isTrue();
    }

    @Test
    @Guarantee("5.16.2")
    void goesOnWhenTheCallbackExecutorRefuses() {
        var time = VirtualTime.ofSeed(1);
        var workers = ScriptedWorkers.of(1, 1);
        Executor callbacks = _ -> {
            throw new RejectedExecutionException("full");
        };
        var queue = TaskQueue.on(workers, QueueConfig.defaults().backend(time).callbacks(callbacks));
        queue.events().subscribe(new EventContract.Recorder());
        var a = queue.submit(Task.<String>of(() -> "never called"));
        var _ = a.thenAccept(_ -> {});
        var b = queue.submit(Task.<String>of(() -> "never called"));
        workers.next().returns("a");
        workers.next().returns("b");
        assertThat(outcome(a)).isEqualTo(new Outcome.Succeeded<>("a"));
        assertThat(outcome(b)).isEqualTo(new Outcome.Succeeded<>("b"));
        queue.shutdown();
        time.settle();
        assertThat(queue.isTerminated()).isTrue();
    }
}
