package io.millhand.testkit;

import static io.millhand.testkit.QueueRig.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.CancelReason;
import io.millhand.Limits;
import io.millhand.Outcome;
import io.millhand.QueueLoad;
import io.millhand.Task;
import io.millhand.TaskHandle;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Attempts that are sent to a worker before it has a free slot.
final class AheadTest {

    private static QueueRig rig(int workers, int ahead) {
        return QueueRig.of(scripted(workers, ahead));
    }

    private static ScriptedWorkers scripted(int workers, int ahead) {
        return scripted(workers, 1, ahead);
    }

    private static ScriptedWorkers scripted(int workers, int slots, int ahead) {
        var scripted = ScriptedWorkers.of(workers, slots);
        scripted.ahead(ahead);
        return scripted;
    }

    private static List<TaskHandle<String>> submit(QueueRig rig, int count) {
        return IntStream.range(0, count).mapToObj(i -> rig.submit("t" + i)).toList();
    }

    private static TaskHandle<String> submitTo(QueueRig rig, String series, String name) {
        return rig.queue()
                .submit(Task.<String>of(() -> "never called").named(name).series(series));
    }

    private static List<String> underWay(QueueRig rig) {
        return rig.workers().underWay().stream()
                .map(attempt -> attempt.taskName() + "@" + attempt.worker())
                .toList();
    }

    @Test
    @Guarantee("5.1.11")
    void usesFreeSlotsBeforeItSendsAheadAndThenSendsToAllInTurn() {
        try (var rig = rig(2, 2)) {
            var _ = submit(rig, 7);

            assertThat(underWay(rig))
                    .containsExactly(
                            "t0@queue#1", "t1@queue#2", "t2@queue#1", "t3@queue#2", "t4@queue#1", "t5@queue#2");
            assertThat(rig.queue().load().running()).isEqualTo(2);
            assertThat(rig.queue().load().waiting()).isEqualTo(5);
        }
    }

    @Test
    @Guarantee("5.1.11")
    void sendsNothingAheadToAWorkerThatTakesLessThanItHas() {
        try (var rig = rig(1, 2)) {
            var _ = submit(rig, 5);
            rig.workers().ahead(0);
            rig.next().returns("");
            rig.next().returns("");
            assertThat(underWay(rig)).containsExactly("t2@queue#1");

            rig.next().returns("");
            assertThat(underWay(rig)).containsExactly("t3@queue#1");
        }
    }

    @Test
    @Guarantee({"5.1.11", "5.5.4"})
    void givesWhatComesBackToSomebodyElseWithoutCountingIt() {
        try (var rig = rig(2, 1)) {
            var handles = submit(rig, 4);
            rig.next().started();
            rig.next().returns("");
            var stuck = rig.next();
            assertThat(stuck.worker()).isEqualTo("queue#1");
            rig.workers().ahead(0);

            stuck.givesBack();

            rig.next().returns(""); // t3, which was ahead in the other worker
            assertThat(underWay(rig)).containsExactly("t0@queue#1", "t2@queue#2");
            rig.next().returns("at last");
            assertThat(outcome(handles.get(2))).isEqualTo(new Outcome.Succeeded<>("at last"));
            assertThat(handles.get(2).attempts()).hasSize(1);
        }
    }

    @Test
    @Guarantee("5.2.5")
    void sendsMoreOfASeriesToTheSameWorkerOnlyUntilItHasStarted() {
        try (var rig = rig(2, 2)) {
            var busy = submit(rig, 2);
            var _ = submitTo(rig, "s", "s1");
            var _ = submitTo(rig, "s", "s2");
            var _ = submitTo(rig, "s", "s3");
            var first = rig.next().started();
            var second = rig.next().started();
            assertThat(underWay(rig)).contains("s1@queue#1", "s2@queue#1").hasSize(4);

            second.returns("");
            assertThat(underWay(rig)).doesNotContain("s3@queue#2"); // s1 and s2 have not started
            first.returns("");
            assertThat(underWay(rig)).containsExactly("s1@queue#1", "s2@queue#1", "s3@queue#1");
            assertThat(busy).allMatch(TaskHandle::isDone);
        }
    }

    @Test
    @Guarantee("5.2.5")
    void letsOthersPassASeriesThatMayGoOnInOneWorkerOnly() {
        try (var rig = rig(2, 1)) {
            var _ = submit(rig, 2);
            var _ = submitTo(rig, "s", "s1");
            var _ = submitTo(rig, "s", "s2");
            var _ = rig.submit("other");

            assertThat(underWay(rig)).containsExactly("t0@queue#1", "t1@queue#2", "s1@queue#1", "other@queue#2");
        }
    }

    @Test
    @Guarantee("5.2.5")
    void goesOnWithASeriesElsewhereOnceItsLastOneHasStartedOrCameBack() {
        try (var rig = rig(2, 1)) {
            var _ = submit(rig, 2);
            var _ = submitTo(rig, "s", "s1");
            var _ = submitTo(rig, "s", "s2");
            rig.next().started();
            rig.next().returns("");
            assertThat(underWay(rig)).containsExactly("t0@queue#1", "s1@queue#1");

            rig.next().givesBack();

            assertThat(underWay(rig)).containsExactly("t0@queue#1", "s1@queue#2", "s2@queue#1");
        }
    }

    @Test
    @Guarantee("5.6.1")
    void asksForOneThatWasSentAheadWhenItIsCancelled() {
        try (var rig = rig(1, 1)) {
            var handles = submit(rig, 2);
            rig.next().started();
            var ahead = rig.next();

            assertThat(handles.get(1).cancel(false)).isTrue();
            assertThat(ahead.isCancelled()).isTrue();
            ahead.givesBack();

            assertThat(outcome(handles.get(1))).isEqualTo(new Outcome.Cancelled<>(CancelReason.CALLER));
            assertThat(handles.get(1).attempts()).isEmpty();
        }
    }

    @Test
    @Guarantee("5.1.11")
    void givesBackThePermitOfOneThatCameBack() {
        try (var rig = rig(1, 3)) {
            rig.queue().limit("db", Limits.fixed(1));
            var _ = rig.submit("t0");
            for (int i = 1; i <= 2; i++) {
                var _ = rig.queue()
                        .submit(Task.<String>of(() -> "").named("db" + i).resource("db"));
            }
            assertThat(underWay(rig)).containsExactly("t0@queue#1", "db1@queue#1");
            rig.next().started();

            rig.next().givesBack();

            assertThat(underWay(rig)).containsExactly("t0@queue#1", "db1@queue#1");
            rig.next().returns("");
            assertThat(underWay(rig)).containsExactly("t0@queue#1", "db2@queue#1");
        }
    }

    @Test
    @Guarantee("5.1.11")
    void prefersANewWorkerWithAFreeSlot() {
        try (var rig = rig(1, 4)) {
            var _ = submit(rig, 2);
            var late = scripted(1, 4);
            var attached = rig.queue().attach(late);

            var _ = rig.submit("t2");

            assertThat(late.underWay()).hasSize(1);
            late.next().returns("");
            assertThat(attached.name()).isNotEmpty();
        }
    }

    @Test
    @Guarantee("5.5.6")
    void sendsNothingAheadToAWorkerThatCouldNotBeStarted() {
        try (var rig = rig(1, 2)) {
            var _ = submit(rig, 1);
            rig.next().startFails("one");
            assertThat(underWay(rig)).isEmpty();
            assertThat(rig.queue().load().waiting()).isEqualTo(1);

            rig.time().advance(Duration.ofMillis(100));
            assertThat(underWay(rig)).containsExactly("t0@queue#1");
            var _ = submit(rig, 2);
            rig.next().started();
            assertThat(underWay(rig)).hasSize(3);
        }
    }

    @Test
    @Guarantee("5.1.11")
    void countsWhatWaitsInAWorkerAsWaitingAndWhatRunsAsRunning() {
        try (var rig = QueueRig.of(scripted(1, 3, 1))) {
            var _ = submit(rig, 4);
            rig.next().started();
            var second = rig.next().started();
            rig.next().started();
            assertThat(rig.queue().load()).isEqualTo(new QueueLoad(1, 3, 3, 1));

            rig.queue().workers("queue").resize(1); // all that have started go on
            assertThat(rig.queue().load()).isEqualTo(new QueueLoad(1, 3, 1, 1));
            rig.workers().withdraw("queue#1");
            assertThat(rig.queue().load()).isEqualTo(new QueueLoad(1, 3, 0, 0));

            second.returns("");
            assertThat(rig.queue().load()).isEqualTo(new QueueLoad(1, 2, 0, 0));
        }
    }

    @Test
    @Guarantee("5.1.11")
    void countsNothingTwiceWhileAStartIsAwaited() {
        try (var rig = rig(1, 2)) {
            var _ = submit(rig, 3);
            rig.next().startFails("one");
            assertThat(rig.queue().load()).isEqualTo(new QueueLoad(2, 1, 1, 1));
            rig.next().startFails("two");
            assertThat(rig.queue().load()).isEqualTo(new QueueLoad(2, 1, 1, 1));
        }
    }

    /// Else it would wait until that worker has room, though a permit and a slot are there.
    @Test
    @Guarantee("5.2.5")
    void letsOthersPassASeriesThatWaitsForAPermitAndForOneWorker() {
        try (var rig = rig(2, 2)) {
            rig.queue().limit("db", Limits.fixed(1));
            var _ = submit(rig, 2);
            var _ = rig.queue().submit(Task.<String>of(() -> "").named("db1").resource("db"));
            var _ = submitTo(rig, "s", "s1");
            var _ = rig.queue()
                    .submit(Task.<String>of(() -> "").named("s2").series("s").resource("db"));
            var _ = rig.queue()
                    .submit(Task.<String>of(() -> "").named("db2").last().resource("db"));
            var _ = rig.submit("x");
            var _ = rig.submit("y");
            rig.next();
            rig.next();
            var permitted = rig.next();
            assertThat(underWay(rig))
                    .containsExactly("t0@queue#1", "t1@queue#2", "db1@queue#1", "s1@queue#2", "x@queue#1", "y@queue#2");

            permitted.returns("");

            assertThat(underWay(rig)).endsWith("y@queue#2", "db2@queue#1");
        }
    }

    /// Its place is that which it had when it began to compete.
    @Test
    @Guarantee({"5.1.3", "5.2.5"})
    void keepsThePlaceOfASeriesThatOthersPassed() {
        try (var rig = rig(2, 1)) {
            rig.queue().series("o").pause();
            var _ = submitTo(rig, "o", "o1");
            var _ = submit(rig, 2);
            var _ = submitTo(rig, "s", "s1");
            var _ = submitTo(rig, "s", "s2");
            var behind = submitTo(rig, "s", "s3");
            for (int i = 1; i <= 4; i++) {
                var _ = rig.submit("u" + i);
            }
            var first = rig.next();
            rig.next().returns("");
            assertThat(rig.next().taskName()).isEqualTo("s1");
            rig.next().returns("");
            rig.queue().series("o").resume();
            assertThat(underWay(rig)).containsExactly("t0@queue#1", "s1@queue#1", "u2@queue#2", "u3@queue#2");

            assertThat(behind.cancel(false)).isTrue();
            first.returns("");

            assertThat(underWay(rig)).endsWith("u3@queue#2", "s2@queue#1");
        }
    }
}
