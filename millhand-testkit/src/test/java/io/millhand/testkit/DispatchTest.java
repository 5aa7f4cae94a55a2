package io.millhand.testkit;

import static io.millhand.testkit.QueueRig.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Attempt;
import io.millhand.CancelReason;
import io.millhand.Outcome;
import io.millhand.WorkerStartException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class DispatchTest {

    @Test
    @Guarantee("5.1.1")
    void startsTasksInTheOrderOfSubmission() {
        try (var rig = QueueRig.of(1, 2)) {
            Stream.of("a", "b", "c", "d").forEach(rig::submit);
            var a = rig.next();
            var b = rig.next();
            assertThat(rig.workers().awaiting()).isZero();
            b.returns("");
            var c = rig.next();
            a.returns("");
            var d = rig.next();
            assertThat(Stream.of(a, b, c, d).map(ScriptedAttempt::taskName)).containsExactly("a", "b", "c", "d");
            c.returns("");
            d.returns("");
        }
    }

    @Test
    @Guarantee("5.1.2")
    void usesEachSlotOnceAtATime() {
        try (var rig = QueueRig.of(2, 3)) {
            for (int i = 0; i < 20; i++) {
                rig.submit("task");
            }
            assertThat(rig.workers().underWay()).hasSize(6);
            while (!rig.workers().underWay().isEmpty()) {
                rig.workers().underWay().getFirst().returns("");
            }
            assertThat(rig.workers().assigned()).hasSize(20);
            assertThat(rig.workers().most()).isEqualTo(6);
        }
    }

    @Test
    void usesTheWorkerThatWasFreedLastFirst() {
        try (var rig = QueueRig.of(3, 1)) {
            rig.submit("a");
            rig.submit("b");
            var a = rig.next();
            var b = rig.next();
            a.returns("");
            b.returns("");
            rig.submit("c");
            assertThat(rig.next().worker()).isEqualTo(b.worker());
            rig.submit("d");
            assertThat(rig.next().worker()).isEqualTo(a.worker());
            rig.submit("e");
            assertThat(rig.next().worker()).isNotIn(a.worker(), b.worker());
        }
    }

    @Test
    void leavesIdleWorkersIdle() {
        try (var rig = QueueRig.of(3, 1)) {
            for (int i = 0; i < 5; i++) {
                rig.submit("task");
                rig.next().returns("");
            }
            assertThat(rig.workers().assigned().stream().map(ScriptedAttempt::worker))
                    .containsOnly("queue#1");
        }
    }

    @Test
    @Guarantee("5.4.6")
    void putsWhatIsGivenBackAtTheHeadAndDoesNotCountIt() {
        try (var rig = QueueRig.of(1, 1)) {
            var a = rig.submit("a");
            rig.submit("b");
            rig.next().givesBack();
            var again = rig.next();
            assertThat(again.taskName()).isEqualTo("a");
            assertThat(again.attempt()).isEqualTo(1);
            again.returns("value");
            assertThat(a.attempts()).extracting(Attempt::number).containsExactly(1);
            assertThat(outcome(a)).isEqualTo(new Outcome.Succeeded<>("value"));
            rig.next().returns("");
        }
    }

    @Test
    @Guarantee("5.5.5")
    void failsQueuedTasksAfterThreeFailedStartsInARow() {
        try (var rig = QueueRig.of(1, 1)) {
            var a = rig.submit("a");
            var b = rig.submit("b");
            rig.next().startFails("one");
            rig.time().advance(Duration.ofMillis(100));
            rig.next().startFails("two");
            rig.time().advance(Duration.ofSeconds(1));
            assertThat(a.isDone()).isFalse();
            rig.next().startFails("three");
            assertThat(Stream.of(a, b)).allSatisfy(handle -> {
                assertThat(outcome(handle))
                        .isInstanceOfSatisfying(
                                Outcome.Failed.class,
                                failed -> assertThat(failed.cause())
                                        .isInstanceOf(WorkerStartException.class)
                                        .hasMessage("3 starts of workers failed in a row, the last one so: three"));
                assertThat(handle.attempts()).isEmpty();
            });
            var c = rig.submit("c");
            rig.next().startFails("four");
            rig.time().advance(Duration.ofMillis(100));
            rig.next().returns("value");
            assertThat(outcome(c)).isEqualTo(new Outcome.Succeeded<>("value"));
        }
    }

    @Test
    @Guarantee("5.5.5")
    void forgetsFailedStartsWhenOneSucceeds() {
        try (var rig = QueueRig.of(1, 1)) {
            for (int round = 0; round < 3; round++) {
                var handle = rig.submit("task");
                rig.next().startFails("one");
                rig.time().advance(Duration.ofMillis(100));
                rig.next().startFails("two");
                rig.time().advance(Duration.ofSeconds(1));
                rig.next().returns("value");
                assertThat(outcome(handle)).isEqualTo(new Outcome.Succeeded<>("value"));
            }
        }
    }

    @Test
    @Guarantee("5.5.6")
    void pausesLongerAfterEachFailedStart() {
        try (var rig = QueueRig.of(1, 1)) {
            rig.submit("task");
            rig.next().startFails("one");
            rig.time().advance(Duration.ofMillis(99));
            assertThat(rig.workers().awaiting()).isZero();
            rig.time().advance(Duration.ofMillis(1));
            rig.next().startFails("two");
            rig.time().advance(Duration.ofMillis(999));
            assertThat(rig.workers().awaiting()).isZero();
            rig.time().advance(Duration.ofMillis(1));
            rig.next().returns("value");
        }
    }

    @Test
    @Guarantee("5.5.6")
    void letsOtherWorkersServeWhileOnePauses() {
        try (var rig = QueueRig.of(2, 1)) {
            rig.submit("a");
            var failing = rig.next();
            failing.startFails("one");
            var again = rig.next();
            assertThat(again.taskName()).isEqualTo("a");
            assertThat(again.worker()).isNotEqualTo(failing.worker());
            again.returns("value");
            rig.submit("b");
            assertThat(rig.next().worker()).isEqualTo(again.worker());
            rig.submit("c");
            assertThat(rig.workers().awaiting()).isZero();
            rig.time().advance(Duration.ofMillis(100));
            assertThat(rig.next().worker()).isEqualTo(failing.worker());
        }
    }

    @Test
    @Guarantee("5.5.6")
    void closesInAPause() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.submit("task");
            rig.next().startFails("one");
            rig.queue().shutdownNow();
            assertThat(outcome(handle)).isEqualTo(new Outcome.Cancelled<>(CancelReason.SHUTDOWN));
        }
    }

    @Test
    @Guarantee("5.6.2")
    void holdsTheSlotOfAKilledAttemptUntilItsEndIsConfirmed() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.submit("a");
            rig.submit("b");
            var attempt = rig.next().started();
            assertThat(handle.cancel(true)).isTrue();
            assertThat(outcome(handle)).isEqualTo(new Outcome.Cancelled<>(CancelReason.CALLER));
            assertThat(attempt.isKilled()).isTrue();
            assertThat(rig.workers().awaiting()).isZero();
            attempt.confirmsKill();
            assertThat(handle.attempts()).extracting(Attempt::ending).containsExactly(Attempt.Ending.CANCELLED);
            assertThat(rig.next().taskName()).isEqualTo("b");
        }
    }

    @Test
    @Guarantee("5.6.3")
    void tellsAnAttemptThatIsLeftAlone() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.submit("a");
            var attempt = rig.next().started();
            assertThat(handle.cancel(false)).isTrue();
            assertThat(attempt.isCancelled()).isTrue();
            assertThat(attempt.isKilled()).isFalse();
            attempt.returns("late");
            assertThat(outcome(handle)).isEqualTo(new Outcome.Cancelled<>(CancelReason.CALLER));
        }
    }

    @Test
    void killsAnAttemptThatWasCancelledWhileItWasOnItsWayToTheWorker() {
        try (var rig = QueueRig.of(1, 1)) {
            rig.submit("a");
            var handle = rig.submit("b");
            rig.workers().onAssign(attempt -> assertThat(handle.cancel(true)).isTrue());
            rig.next().returns("");
            assertThat(rig.next().isKilled()).isTrue();
        }
    }

    @Test
    void tellsAnAttemptThatWasCancelledWhileItWasOnItsWayToTheWorker() {
        try (var rig = QueueRig.of(1, 1)) {
            rig.submit("a");
            var handle = rig.submit("b");
            rig.workers().onAssign(attempt -> assertThat(handle.cancel(false)).isTrue());
            rig.next().returns("");
            var attempt = rig.next();
            assertThat(attempt.isCancelled()).isTrue();
            assertThat(attempt.isKilled()).isFalse();
        }
    }

    @Test
    @Guarantee("5.5.4")
    void dropsEverySecondReport() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.submit("a");
            var attempt = rig.next();
            attempt.returns("first");
            attempt.returns("second");
            attempt.throwsException(new IllegalStateException("third"));
            attempt.crashes(1);
            assertThat(outcome(handle)).isEqualTo(new Outcome.Succeeded<>("first"));
            assertThat(handle.attempts()).hasSize(1);
            rig.submit("b");
            rig.submit("c");
            rig.next();
            assertThat(rig.workers().awaiting()).as("a slot was freed once").isZero();
        }
    }

    @Test
    @Guarantee("5.6.5")
    void seesTheCancelOfAFutureAtOnce() {
        try (var rig = QueueRig.of(1, 1)) {
            var future = rig.submit("a").toCompletableFuture();
            assertThat(future.cancel(true)).isTrue();
            assertThat(future).isCancelled();
            rig.next().confirmsKill();
        }
    }
}
