package io.millhand.testkit;

import static io.millhand.testkit.QueueRig.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millhand.AttachedWorkers;
import io.millhand.Attempt;
import io.millhand.CancelReason;
import io.millhand.InlineWorkers;
import io.millhand.Outcome;
import io.millhand.QueueConfig;
import io.millhand.QueueSnapshot;
import io.millhand.RetryPolicy;
import io.millhand.Task;
import io.millhand.TaskQueue;
import io.millhand.Unfinished;
import io.millhand.WaitReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/// Workers that come, go and change their number while the queue runs.
final class AttachTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static AttachedWorkers first(QueueRig rig) {
        return rig.queue().workers().getFirst();
    }

    private static CompletableFuture<List<Task<?>>> detach(QueueRig rig, Duration within, Unfinished unfinished) {
        return first(rig).detach(within, unfinished).toCompletableFuture();
    }

    private static List<String> names(List<Task<?>> tasks) {
        return tasks.stream().<String>map(Task::name).toList();
    }

    @Test
    @Guarantee("5.9.2")
    void servesWhatWaitsWithWorkersThatComeLater() {
        var more = ScriptedWorkers.of(2, 1);
        try (var rig = QueueRig.of(1, 1)) {
            rig.submit("a");
            var b = rig.submit("b");
            rig.submit("c");
            var grip = rig.queue().attach(more);
            assertThat(grip.name()).isEqualTo("queue-2");
            assertThat(more.next().worker()).isEqualTo("queue-2#1");
            assertThat(more.next().taskName()).isEqualTo("c");
            assertThat(rig.queue().workers()).extracting(AttachedWorkers::name).containsExactly("queue", "queue-2");
            assertThat(rig.queue().snapshot().workers())
                    .extracting(QueueSnapshot.WorkerState::name)
                    .containsExactly("queue#1", "queue-2#1", "queue-2#2");
            more.assigned().forEach(attempt -> attempt.returns("there"));
            assertThat(outcome(b)).isEqualTo(new Outcome.Succeeded<>("there"));
        }
        assertThat(more.closed()).isTrue();
    }

    @Test
    @Guarantee("5.9.3")
    void givesAttachedWorkersANameOnce() {
        try (var rig = QueueRig.of(1, 1)) {
            var second = rig.queue().attach(ScriptedWorkers.of(1, 1));
            second.detach(Duration.ZERO, Unfinished.REQUEUE);
            assertThat(rig.queue().attach(ScriptedWorkers.of(1, 1)).name()).isEqualTo("queue-3");
            assertThat(rig.queue().workers("queue-3").name()).isEqualTo("queue-3");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> rig.queue().workers("queue-2"))
                    .withMessage("no workers 'queue-2' are attached; the workers of the queue 'queue' are [queue,"
                            + " queue-3]");
        }
    }

    @Test
    @Guarantee("5.9.4")
    void letsWhatRunsEndWithinTheLimit() {
        var more = ScriptedWorkers.of(1, 1);
        try (var rig = QueueRig.of(1, 1)) {
            var a = rig.submit("a");
            var b = rig.submit("b");
            rig.queue().attach(more);
            more.next().started();
            var detached = rig.queue()
                    .workers("queue-2")
                    .detach(SECOND, Unfinished.RETURN)
                    .toCompletableFuture();
            rig.submit("c");
            rig.time().advance(Duration.ofMillis(999));
            assertThat(detached).isNotDone();
            assertThat(more.closed()).isFalse();
            more.underWay().getFirst().returns("b");
            rig.time().settle();
            assertThat(detached).isCompletedWithValue(List.of());
            assertThat(more.closed()).isTrue();
            assertThat(outcome(b)).isEqualTo(new Outcome.Succeeded<>("b"));
            assertThat(more.assigned()).hasSize(1);
            assertThat(a.isDone()).isFalse();
            assertThat(rig.time().waiting()).as("timers left").isZero();
        }
    }

    @Test
    @Guarantee("5.9.5")
    void putsBackWhatIsKilledAndDoesNotCountIt() {
        try (var rig = QueueRig.of(1, 1)) {
            var a = rig.submit("a");
            rig.submit("b");
            rig.next().started();
            var more = ScriptedWorkers.of(1, 1);
            var detached = detach(rig, SECOND, Unfinished.REQUEUE);
            rig.time().advance(SECOND);
            var killed = rig.workers().underWay().getFirst();
            assertThat(killed.isKilled()).isTrue();
            assertThat(detached).as("the end is not confirmed").isNotDone();
            killed.confirmsKill();
            rig.time().settle();
            assertThat(detached).isCompletedWithValue(List.of());
            assertThat(rig.queue().snapshot().waiting()).isEqualTo(Map.of(WaitReason.NOBODY_QUALIFIES, 2));
            assertThat(a.explain()).isEqualTo("it waits: no workers are attached");
            rig.queue().attach(more);
            var again = more.next();
            assertThat(again.taskName()).as("it has its old place").isEqualTo("a");
            assertThat(again.attempt()).isEqualTo(2);
            again.throwsException(new IllegalStateException("once"));
            assertThat(outcome(a)).isInstanceOf(Outcome.Failed.class);
            assertThat(a.attempts())
                    .extracting(Attempt::ending)
                    .containsExactly(Attempt.Ending.DETACHED, Attempt.Ending.FAILED);
            more.next().returns("b");
        }
    }

    @Test
    @Guarantee("5.9.5")
    void countsTheAttemptsThatWereNotKilledForADetachment() {
        var more = ScriptedWorkers.of(1, 1);
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.queue()
                    .submit(Task.<String>of(() -> "")
                            .retry(RetryPolicy.exponential(2).withDelays(Duration.ZERO, Duration.ZERO)));
            rig.next().started();
            rig.queue().attach(more);
            var _ = detach(rig, Duration.ZERO, Unfinished.REQUEUE);
            rig.workers().underWay().getFirst().confirmsKill();
            rig.time().settle();
            more.next().throwsException(new IllegalStateException("one"));
            rig.time().settle();
            assertThat(handle.isDone()).isFalse();
            more.next().throwsException(new IllegalStateException("two"));
            assertThat(handle.isDone()).isTrue();
            assertThat(handle.attempts()).hasSize(3);
        }
    }

    @Test
    @Guarantee("5.9.6")
    void returnsWhatIsKilledOnRequest() {
        try (var rig = QueueRig.of(2, 1)) {
            var a = rig.submit("a");
            var b = rig.submit("b");
            var c = rig.submit("c");
            rig.next().started();
            var detached = detach(rig, Duration.ZERO, Unfinished.RETURN);
            rig.workers().underWay().forEach(ScriptedAttempt::confirmsKill);
            rig.time().settle();
            assertThat(names(detached.join())).containsExactly("a", "b");
            assertThat(List.of(a, b))
                    .allSatisfy(handle ->
                            assertThat(outcome(handle)).isEqualTo(new Outcome.Cancelled<>(CancelReason.DETACHED)));
            assertThat(a.attempts()).extracting(Attempt::ending).containsExactly(Attempt.Ending.DETACHED);
            assertThat(c.isDone()).as("it waits").isFalse();
        }
    }

    @Test
    @Guarantee("5.9.6")
    void returnsWhatWasLeftBehindInAnyCase() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.submit("a");
            rig.next().started();
            var detached = detach(rig, Duration.ZERO, Unfinished.REQUEUE);
            rig.workers().underWay().getFirst().ends(new io.millhand.spi.AttemptEnding.Killed("", true));
            rig.time().settle();
            assertThat(names(detached.join())).containsExactly("a");
            assertThat(outcome(handle)).isEqualTo(new Outcome.Cancelled<>(CancelReason.DETACHED));
        }
    }

    @Test
    @Guarantee("5.9.7")
    void keepsWhatEndedBeforeItsKill() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.submit("a");
            rig.next().started();
            var detached = detach(rig, Duration.ZERO, Unfinished.RETURN);
            rig.workers().underWay().getFirst().returns("in time");
            rig.time().settle();
            assertThat(outcome(handle)).isEqualTo(new Outcome.Succeeded<>("in time"));
            assertThat(detached).isCompletedWithValue(List.of());
        }
    }

    @Test
    @Guarantee("5.9.7")
    void takesACrashOfAKilledAttemptForTheKill() {
        var more = ScriptedWorkers.of(1, 1);
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.submit("a");
            rig.next().started();
            var _ = detach(rig, Duration.ZERO, Unfinished.REQUEUE);
            rig.workers().underWay().getFirst().crashes(1);
            rig.queue().attach(more);
            rig.time().settle();
            more.next().returns("there");
            assertThat(outcome(handle)).isEqualTo(new Outcome.Succeeded<>("there"));
        }
    }

    @Test
    @Guarantee("5.9.7")
    void letsTheTimeoutStandThatCameBefore() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.queue().submit(Task.<String>of(() -> "").timeout(SECOND));
            rig.next().started();
            var detached = detach(rig, SECOND.plusNanos(1), Unfinished.RETURN);
            rig.time().advance(SECOND.multipliedBy(2));
            rig.workers().underWay().getFirst().confirmsKill();
            rig.time().settle();
            assertThat(outcome(handle)).isInstanceOf(Outcome.TimedOut.class);
            assertThat(detached).isCompletedWithValue(List.of());
        }
    }

    @Test
    @Guarantee("5.9.7")
    void letsNoTimeoutComeAfterTheKill() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.queue().submit(Task.<String>of(() -> "").timeout(SECOND.plusNanos(1)));
            rig.next().started();
            var detached = detach(rig, SECOND, Unfinished.RETURN);
            rig.time().advance(SECOND.multipliedBy(2));
            rig.workers().underWay().getFirst().confirmsKill();
            rig.time().settle();
            assertThat(outcome(handle)).isEqualTo(new Outcome.Cancelled<>(CancelReason.DETACHED));
            assertThat(detached.join()).hasSize(1);
        }
    }

    @Test
    @Guarantee("5.9.7")
    void letsTheDeadlineOutrankTheKill() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.queue().submit(Task.<String>of(() -> "").deadline(SECOND.multipliedBy(2)));
            rig.next().started();
            var detached = detach(rig, SECOND, Unfinished.RETURN);
            rig.time().advance(SECOND.multipliedBy(2));
            rig.workers().underWay().getFirst().confirmsKill();
            rig.time().settle();
            assertThat(outcome(handle)).isInstanceOf(Outcome.TimedOut.class);
            assertThat(detached).isCompletedWithValue(List.of());
        }
    }

    @Test
    @Guarantee("5.9.7")
    void letsACancelEndATaskThatIsBeingKilled() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.submit("a");
            rig.next().started();
            var detached = detach(rig, Duration.ZERO, Unfinished.RETURN);
            assertThat(handle.cancel(true)).isTrue();
            rig.workers().underWay().getFirst().confirmsKill();
            rig.time().settle();
            assertThat(outcome(handle)).isEqualTo(new Outcome.Cancelled<>(CancelReason.CALLER));
            assertThat(detached).isCompletedWithValue(List.of());
        }
    }

    @Test
    @Guarantee("5.9.4")
    void killsAnAttemptThatWasCancelledAndLeftAlone() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.submit("a");
            rig.next().started();
            handle.cancel(false);
            var detached = detach(rig, SECOND, Unfinished.REQUEUE);
            var attempt = rig.workers().underWay().getFirst();
            assertThat(attempt.isKilled()).isFalse();
            rig.time().advance(SECOND);
            assertThat(attempt.isKilled()).isTrue();
            attempt.confirmsKill();
            rig.time().settle();
            assertThat(detached).isCompletedWithValue(List.of());
        }
    }

    @Test
    @Guarantee("5.9.8")
    void answersASecondDetachAsTheFirst() {
        try (var rig = QueueRig.of(1, 1)) {
            rig.submit("a");
            rig.next().started();
            var grip = first(rig);
            var once = grip.detach(Task.FOREVER, Unfinished.REQUEUE).toCompletableFuture();
            var twice = grip.detach(Duration.ZERO, Unfinished.RETURN).toCompletableFuture();
            assertThat(rig.workers().underWay().getFirst().isKilled()).isFalse();
            rig.workers().underWay().getFirst().returns("");
            rig.time().settle();
            assertThat(once).isCompletedWithValue(List.of());
            assertThat(twice).isCompletedWithValue(List.of());
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> grip.resize(2))
                    .withMessage("workers 'queue' cannot be resized: they are detached");
        }
    }

    @Test
    void refusesANegativeLimit() {
        try (var rig = QueueRig.of(1, 1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> first(rig).detach(Duration.ofMillis(-1), Unfinished.RETURN))
                    .withMessage("within must not be negative, was PT-0.001S");
        }
    }

    @Test
    @Guarantee("5.9.9")
    void releasesWorkersThatAreBeingDetachedWithTheQueue() {
        var rig = QueueRig.of(1, 1);
        var handle = rig.submit("a");
        rig.next().started();
        var detached = detach(rig, Task.FOREVER, Unfinished.REQUEUE);
        rig.queue().shutdownNow();
        assertThat(outcome(handle)).isEqualTo(new Outcome.Cancelled<>(CancelReason.SHUTDOWN));
        rig.workers().underWay().getFirst().confirmsKill();
        rig.time().settle();
        assertThat(detached).isCompletedWithValue(List.of());
        rig.close();
    }

    @Test
    @Guarantee("5.9.9")
    void refusesWorkersAfterTheShutdown() {
        var late = ScriptedWorkers.of(1, 1);
        try (var rig = QueueRig.of(1, 1)) {
            rig.queue().shutdown();
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> rig.queue().attach(late))
                    .withMessage("no workers are attached any more: the queue 'queue' is shut down");
        }
        assertThat(late.assigned()).isEmpty();
    }

    @Test
    @Guarantee("5.9.10")
    void refusesWorkersOfTheCallerAmongOthers() {
        try (var rig = QueueRig.of(1, 1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> rig.queue().attach(InlineWorkers.of()))
                    .withMessageStartingWith("InlineWorkers share a queue with no others: they run a task in the"
                            + " thread that submits it, and nothing else can; the workers of the queue 'queue' are"
                            + " [queue]");
        }
        try (var queue = TaskQueue.on(InlineWorkers.of())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> queue.attach(ScriptedWorkers.of(1, 1)))
                    .withMessageStartingWith("InlineWorkers share a queue with no others");
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> queue.workers("queue").resize(2));
        }
    }

    @Test
    @Guarantee("5.9.11")
    void usesMoreSlotsAtOnce() {
        try (var rig = QueueRig.of(1, 1)) {
            List.of("a", "b", "c").forEach(rig::submit);
            assertThat(rig.workers().underWay()).hasSize(1);
            first(rig).resize(2);
            assertThat(rig.workers().underWay()).hasSize(2);
            assertThat(rig.queue().snapshot().workers())
                    .extracting(QueueSnapshot.WorkerState::slots, QueueSnapshot.WorkerState::busy)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(2, 2));
            while (!rig.workers().underWay().isEmpty()) {
                rig.workers().underWay().getFirst().returns("");
            }
            assertThat(rig.workers().assigned()).hasSize(3);
        }
    }

    @Test
    @Guarantee("5.9.11")
    void losesSlotsInUseWhenTheirAttemptsEnd() {
        try (var rig = QueueRig.of(1, 3)) {
            for (int i = 0; i < 6; i++) {
                rig.submit("task");
            }
            first(rig).resize(1);
            assertThat(rig.workers().underWay())
                    .noneMatch(ScriptedAttempt::isKilled)
                    .hasSize(3);
            rig.next().returns("");
            rig.next().returns("");
            assertThat(rig.workers().underWay()).hasSize(1);
            rig.next().returns("");
            assertThat(rig.workers().underWay()).hasSize(1);
            assertThat(rig.workers().assigned()).hasSize(4);
            first(rig).resize(2);
            assertThat(rig.workers().underWay()).hasSize(2);
            while (!rig.workers().underWay().isEmpty()) {
                rig.workers().underWay().getFirst().returns("");
            }
        }
    }

    @Test
    void refusesASizeOfNothing() {
        try (var rig = QueueRig.of(1, 1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> first(rig).resize(0))
                    .withMessage("size must be at least 1, was 0; to have none of these workers, detach them");
        }
    }

    @Test
    @Guarantee("5.9.12")
    void failsOnlyWhatWorkersThatDoNotStartWouldServe() {
        var broken = ScriptedWorkers.of(1, 1);
        var time = VirtualTime.ofSeed(1);
        try (var rig = QueueRig.of(ScriptedWorkers.of(1, 1), time, QueueConfig.defaults())) {
            rig.submit("runs");
            rig.next().started();
            var waits = rig.submit("waits for the worker that is busy");
            var other = rig.submit("waits, too");
            rig.queue().attach(broken.offering("gpu"));
            var gpu = rig.queue().submit(Task.<String>of(() -> "").requires("gpu"));
            for (int i = 0; i < 3; i++) {
                broken.next().startFails("broken");
                time.advance(SECOND);
            }
            assertThat(outcome(gpu)).isInstanceOf(Outcome.Failed.class);
            assertThat(waits.isDone()).isFalse();
            assertThat(other.isDone()).isFalse();
            while (!broken.underWay().isEmpty()) {
                broken.underWay().getFirst().returns("");
            }
        }
    }
}
