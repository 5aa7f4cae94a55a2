package io.millhand.testkit;

import static io.millhand.testkit.QueueRig.outcome;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millhand.Capacity;
import io.millhand.Outcome;
import io.millhand.QueueConfig;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class CapacityTest {

    private static QueueRig rig(Capacity capacity) {
        return QueueRig.of(
                ScriptedWorkers.of(1, 1),
                VirtualTime.ofSeed(1),
                QueueConfig.defaults().capacity(capacity));
    }

    /// Submits on a thread of its own and returns when that is seen to wait.
    private static CompletableFuture<String> blockedSubmit(QueueRig rig, Thread[] submitter) {
        var submitted = new CompletableFuture<String>();
        submitter[0] = Thread.ofPlatform().daemon().start(() -> {
            try {
                submitted.complete(rig.submit("blocked").task().name());
            } catch (RejectedExecutionException e) {
                submitted.completeExceptionally(e);
            }
        });
        Await.until(
                "the submitter waits",
                () -> submitter[0].getState() == Thread.State.WAITING
                        || submitter[0].getState() == Thread.State.TIMED_WAITING);
        return submitted;
    }

    private static Throwable failureOf(CompletableFuture<?> submitted) {
        var failure = submitted
                .handle((_, cause) -> cause)
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
        return requireNonNull(failure, "the submission was not rejected");
    }

    @Test
    @Guarantee("5.10.24")
    void waitsForRoomWhereAWindowIsWiderThanTheCapacity() {
        var config = QueueConfig.defaults().capacity(Capacity.rejecting(1));
        try (var queue = TaskQueue.on(ThreadWorkers.of(2), config);
                var results = queue.map(IntStream.range(0, 200).boxed(), number -> number)) {
            assertThat(results.stream())
                    .containsExactlyElementsOf(IntStream.range(0, 200).boxed().toList());
        }
    }

    @Test
    @Guarantee("5.10.20")
    void rejectsBeyondItsCapacity() {
        try (var rig = rig(Capacity.rejecting(2))) {
            rig.submit("runs");
            rig.submit("waits");
            var waits = rig.submit("waits, too");
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> rig.submit("too much"))
                    .withMessageContaining("task 'too much' was rejected: 2 tasks wait, the capacity of the queue");
            assertThat(waits.cancel(false)).isTrue();
            rig.submit("has room");
        }
    }

    @Test
    @Guarantee("5.10.21")
    void holdsASubmitterUntilThereIsRoom() throws Exception {
        try (var rig = rig(Capacity.blocking(1))) {
            rig.submit("runs");
            rig.submit("waits");
            var submitter = new Thread[1];
            var submitted = blockedSubmit(rig, submitter);
            assertThat(submitted).isNotDone();
            rig.next().returns("");
            assertThat(submitted.get(30, TimeUnit.SECONDS)).isEqualTo("blocked");
        }
    }

    @Test
    @Guarantee("5.10.21")
    void rejectsASubmitterWhosePatienceEnds() {
        try (var rig = rig(Capacity.blocking(1).patience(Duration.ofMillis(5)))) {
            rig.submit("runs");
            rig.submit("waits");
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> rig.submit("too much"))
                    .withMessageContaining("waited 5 ms for room");
        }
    }

    @Test
    @Guarantee("5.10.21")
    void rejectsASubmitterThatIsInterruptedAndKeepsTheInterrupt() {
        try (var rig = rig(Capacity.blocking(1))) {
            rig.submit("runs");
            rig.submit("waits");
            var submitter = new Thread[1];
            var submitted = blockedSubmit(rig, submitter);
            submitter[0].interrupt();
            assertThat(failureOf(submitted)).hasMessageContaining("interrupted while it waited for room");
        }
    }

    @Test
    @Guarantee("5.17.11")
    void rejectsWhoWaitsForRoomWhenTheQueueShutsDown() {
        try (var rig = rig(Capacity.blocking(1))) {
            rig.submit("runs");
            rig.submit("waits");
            var submitter = new Thread[1];
            var submitted = blockedSubmit(rig, submitter);
            rig.queue().shutdown();
            assertThat(failureOf(submitted)).hasMessageContaining("is shut down");
        }
    }

    @Test
    @Guarantee("5.17.12")
    void liftsPausesWhenItShutsDown() {
        try (var rig = rig(Capacity.unbounded())) {
            rig.queue().pause();
            var handle = rig.submit("paused");
            rig.queue().shutdown();
            rig.next().returns("ran");
            assertThat(outcome(handle)).isEqualTo(new Outcome.Succeeded<>("ran"));
        }
    }

    @Test
    @Guarantee("5.10.22")
    void takesTasksOfItsOwnTasksBeyondItsCapacity() throws Exception {
        var config = QueueConfig.defaults().capacity(Capacity.blocking(1));
        try (var queue = TaskQueue.on(ThreadWorkers.of(1), config)) {
            var full = new CountDownLatch(1);
            var outer = queue.submit(() -> {
                assertThat(full.await(30, TimeUnit.SECONDS)).isTrue();
                var first = queue.submit(() -> "inner");
                var second = queue.submit(() -> "inner, too");
                return java.util.List.of(first, second);
            });
            var waits = queue.submit(() -> "waits");
            full.countDown();
            var inner = outer.get(30, TimeUnit.SECONDS);
            assertThat(waits.get(30, TimeUnit.SECONDS)).isEqualTo("waits");
            for (var handle : inner) {
                assertThat(handle.get(30, TimeUnit.SECONDS)).startsWith("inner");
            }
        }
    }

    @Test
    void refusesACapacityOfNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Capacity.blocking(0))
                .withMessage("capacity must be at least 1, was 0");
    }
}
