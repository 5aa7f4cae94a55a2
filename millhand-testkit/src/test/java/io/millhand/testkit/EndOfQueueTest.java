package io.millhand.testkit;

import static io.millhand.testkit.QueueRig.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millhand.CancelReason;
import io.millhand.Outcome;
import io.millhand.QueueConfig;
import io.millhand.RetryPolicy;
import io.millhand.ShutdownAccount;
import io.millhand.Task;
import io.millhand.TaskQueue;
import io.millhand.spi.Backend;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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
    @Guarantee("5.17.14")
    void countsEachTaskThatHadNotEndedOnce() {
        try (var rig = QueueRig.of(5, 1)) {
            rig.submit("ended before");
            rig.next().returns("before");
            var onceMore = RetryPolicy.exponential(2).withDelays(Duration.ofHours(1), Duration.ofHours(1));
            var _ = rig.queue()
                    .submit(Task.<String>of(() -> "waits for another attempt").retry(onceMore));
            rig.next().throwsException(new IllegalStateException("one"));
            rig.submit("finished");
            rig.submit("killed");
            rig.submit("given back");
            rig.submit("begun in the same moment");
            var withdrawn = rig.submit("cancelled by its submitter");
            rig.submit("queued");
            var finished = rig.next().started();
            var killed = rig.next().started();
            var givenBack = rig.next();
            var begun = rig.next();
            var cancelled = rig.next().started();
            rig.queue().pause();
            var account = rig.queue().shutdownAsync().toCompletableFuture();
            withdrawn.cancel(true);
            rig.queue().series("lifted").pause();
            var alsoAtOnce = rig.queue().shutdownNow();
            assertThat(alsoAtOnce).hasSize(1);
            finished.returns("too late: it was killed");
            killed.confirmsKill();
            cancelled.confirmsKill();
            givenBack.givesBack();
            rig.time().settle();
            assertThat(account).as("an attempt is under way").isNotDone();
            begun.started().confirmsKill();
            rig.time().settle();
            assertThat(account.join()).isEqualTo(new ShutdownAccount(0, 2, 3, 2));
            assertThat(account.join().total()).isEqualTo(7);
        }
    }

    @Test
    @Guarantee("5.17.14")
    void countsAsFinishedWhatEndedByItself() {
        try (var rig = QueueRig.of(4, 1)) {
            rig.submit("returned");
            rig.submit("threw");
            rig.submit("crashed");
            var _ = rig.queue().submit(Task.<String>of(() -> "late").deadline(Duration.ofSeconds(1)));
            var _ = rig.queue()
                    .submit(Task.<String>of(() -> "late in the queue").deadline(Duration.ofSeconds(1)));
            rig.queue().shutdown();
            rig.time().advance(Duration.ofSeconds(1));
            rig.next().returns("done");
            rig.next().throwsException(new IllegalStateException("no"));
            rig.next().crashes(1);
            rig.next().started().confirmsKill();
            var account = rig.queue().shutdownAsync().toCompletableFuture();
            rig.time().settle();
            assertThat(account.join()).isEqualTo(new ShutdownAccount(4, 0, 0, 1));
        }
    }

    @Test
    @Guarantee("5.17.13")
    void waitsForItsTimeAndNoLongerBackoff() throws Exception {
        try (var rig = QueueRig.of(1, 1)) {
            var retried = rig.queue()
                    .submit(Task.<String>of(() -> "retried")
                            .retry(RetryPolicy.exponential(2).withDelays(Duration.ofDays(300), Duration.ofDays(300))));
            rig.next().throwsException(new IllegalStateException("one"));
            var account = new AtomicReference<ShutdownAccount>();
            var closing = Contract.aside(() -> account.set(rig.queue().close(Duration.ofSeconds(5))));
            Await.until("the timer", () -> rig.time().waiting() == 2);
            rig.time().advance(Duration.ofSeconds(5).minusNanos(1));
            assertThat(retried.isDone()).isFalse();
            rig.time().advance(Duration.ofNanos(1));
            closing.get(60, TimeUnit.SECONDS);
            assertThat(outcome(retried)).isEqualTo(new Outcome.Cancelled<>(CancelReason.SHUTDOWN));
            assertThat(account.get()).isEqualTo(new ShutdownAccount(0, 1, 0, 0));
        }
    }

    @Test
    @Guarantee("5.17.13")
    void ownsNoTimerAfterACloseThatWasInTime() throws Exception {
        try (var rig = QueueRig.of(1, 1)) {
            rig.submit("a");
            var closing = Contract.aside(() -> {
                var _ = rig.queue().close(Duration.ofDays(1));
            });
            Await.until("the timer", () -> rig.time().waiting() == 1);
            rig.next().returns("a");
            rig.time().settle();
            closing.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    @Guarantee("5.17.15")
    void endsWhatNobodyServesAnyMoreWhileItDrains() {
        try (var rig = QueueRig.of(1, 1)) {
            var retried = rig.queue()
                    .submit(Task.<String>of(() -> "retried")
                            .retry(RetryPolicy.exponential(3).withDelays(Duration.ofDays(1), Duration.ofDays(1))));
            rig.next().throwsException(new IllegalStateException("one"));
            var running = rig.submit("running");
            var attempt = rig.next().started();
            var queued = rig.submit("queued");
            rig.queue().shutdown();
            rig.time().settle();
            assertThat(queued.isDone()).as("it is served").isFalse();
            rig.workers().withdraw(attempt.worker());
            rig.time().settle();
            assertThat(outcome(queued)).isEqualTo(new Outcome.Cancelled<>(CancelReason.SHUTDOWN));
            assertThat(outcome(retried)).isEqualTo(new Outcome.Cancelled<>(CancelReason.SHUTDOWN));
            assertThat(running.isDone()).isFalse();
            attempt.givesBack();
            rig.time().settle();
            assertThat(outcome(running)).isEqualTo(new Outcome.Cancelled<>(CancelReason.SHUTDOWN));
            assertThat(rig.queue().isTerminated()).isTrue();
        }
    }

    @Test
    @Guarantee("5.17.15")
    void startsWhatStoodBehindATaskThatTheShutdownEnded() {
        try (var rig = QueueRig.of(1, 1)) {
            var _ = rig.queue()
                    .submit(Task.<String>of(() -> "unserved").series("s").requires("gpu"));
            var _ = rig.queue()
                    .submit(Task.<String>of(() -> "behind").named("behind").series("s"));
            assertThat(rig.workers().awaiting()).isZero();
            rig.queue().shutdown();
            assertThat(rig.next().taskName()).isEqualTo("behind");
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
    @Guarantee("5.16.4")
    void runsAStageOnceWhereItsExecutorTakesItAndThrows() {
        var time = VirtualTime.ofSeed(1);
        var workers = ScriptedWorkers.of(1, 1);
        Executor callbacks = action -> {
            time.execute(action);
            throw new RejectedExecutionException("and yet it was taken");
        };
        var queue = TaskQueue.on(workers, QueueConfig.defaults().backend(time).callbacks(callbacks));
        var runs = new AtomicInteger();
        var _ = queue.submit(Task.<String>of(() -> "never called")).thenRun(runs::incrementAndGet);
        workers.next().returns("value");
        queue.shutdown();
        time.settle();
        assertThat(runs).hasValue(1);
        assertThat(queue.isTerminated()).isTrue();
    }

    @Test
    @Guarantee("5.17.1")
    void terminatesThoughATimerCannotBeSet() {
        var time = VirtualTime.ofSeed(1);
        var fails = new AtomicBoolean();
        var workers = ScriptedWorkers.of(1, 1);
        var queue = TaskQueue.on(
                workers,
                QueueConfig.defaults().backend(new FailingTimers(time, fails)).callbacks(time));
        var handle = queue.submit(Task.<String>of(() -> "never called"));
        var attempt = workers.next();
        assertThat(queue.shutdownNow()).isEmpty();
        fails.set(true);
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> attempt.startFails("no"));
        time.settle();
        assertThat(handle.isDone()).isTrue();
        assertThat(queue.isTerminated()).isTrue();
    }

    /// As where no thread can be had for the timer.
    private record FailingTimers(VirtualTime time, AtomicBoolean fails) implements Backend {
        @Override
        public long nanoTime() {
            return time.nanoTime();
        }

        @Override
        public Timer schedule(long delayNanos, Runnable action) {
            if (fails.get()) {
                throw new OutOfMemoryError("no thread");
            }
            return time.schedule(delayNanos, action);
        }

        @Override
        public void start(String name, Runnable body) {
            time.start(name, body);
        }

        @Override
        public long random(long bound) {
            return time.random(bound);
        }
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
