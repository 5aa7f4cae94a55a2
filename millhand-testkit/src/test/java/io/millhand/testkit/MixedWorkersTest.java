package io.millhand.testkit;

import static io.millhand.testkit.QueueRig.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millhand.NotTransferableException;
import io.millhand.Outcome;
import io.millhand.QueueConfig;
import io.millhand.Task;
import io.millhand.Unfinished;
import io.millhand.WaitReason;
import io.millhand.spi.Carrier;
import io.millhand.spi.Payload;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/// Workers of several kinds in one queue, some as if they were in other JVMs.
final class MixedWorkersTest {

    /// What the carrier of that name has encoded.
    private record Parcel(String carrier) implements Payload {
        @Override
        public long bytes() {
            return 1;
        }
    }

    private record NamedCarrier(String name) implements Carrier {
        @Override
        public Payload encode(Callable<?> call) {
            if (call instanceof Rooted) {
                throw new NotTransferableException("it is rooted", null);
            }
            return new Parcel(name);
        }
    }

    /// A task that cannot travel.
    private static final class Rooted implements Callable<String> {
        @Override
        public String call() {
            return "never called";
        }
    }

    private static ScriptedWorkers remote(String carrier) {
        return ScriptedWorkers.of(1, 1).carrying(new NamedCarrier(carrier));
    }

    @Test
    @Guarantee("5.7.5")
    void runsATaskOnWorkersOfAnyKindInTheFormThatTheyUnderstand() {
        var remote = remote("r");
        try (var rig = QueueRig.of(1, 1)) {
            rig.queue().attach(remote);
            rig.submit("a");
            rig.submit("b");
            assertThat(rig.next().payload()).isEmpty();
            var there = remote.next();
            assertThat(there.payload()).isEqualTo(Optional.of(new Parcel("r")));
            there.returns("");
            rig.workers().underWay().getFirst().returns("");
        }
    }

    @Test
    @Guarantee("5.7.6")
    void keepsALocalTaskInThisJvm() {
        var remote = remote("r");
        try (var rig = QueueRig.of(1, 1)) {
            rig.queue().attach(remote);
            rig.submit("keeps the worker here busy");
            var local = rig.queue().submit(Task.of(new Rooted()).local());
            var free = rig.submit("goes anywhere");
            assertThat(remote.next().taskName()).isEqualTo("goes anywhere");
            assertThat(remote.awaiting()).isZero();
            rig.next().returns("");
            rig.next().returns("here");
            assertThat(outcome(local)).isEqualTo(new Outcome.Succeeded<>("here"));
            assertThat(free.isDone()).isFalse();
            remote.underWay().forEach(attempt -> attempt.returns(""));
        }
    }

    @Test
    @Guarantee({"5.7.6", "5.2.5"})
    void keepsALocalTaskInThisJvmWhereItsSeriesWasSentAheadElsewhere() {
        var remote = remote("r");
        remote.ahead(2);
        try (var rig = QueueRig.of(1, 1)) {
            rig.submit("keeps the worker here busy");
            rig.queue().attach(remote);
            rig.submit("keeps the worker there busy");
            var _ = rig.queue().submit(Task.<String>of(() -> "").named("s1").series("s"));
            var local =
                    rig.queue().submit(Task.of(new Rooted()).local().named("s2").series("s"));
            rig.next().returns("");
            assertThat(rig.workers().underWay()).isEmpty(); // s1 has not started
            var busy = remote.next().started();
            var first = remote.next();
            assertThat(first.taskName()).isEqualTo("s1");
            assertThat(remote.awaiting()).isZero();

            busy.returns("");
            first.started();

            rig.next().returns("here");
            assertThat(outcome(local)).isEqualTo(new Outcome.Succeeded<>("here"));
            first.returns("");
        }
    }

    @Test
    @Guarantee("5.7.6")
    void namesLocalWhereATaskCannotTravelAndSomeWorkersAreHere() {
        try (var rig = QueueRig.of(1, 1)) {
            rig.queue().attach(remote("r"));
            assertThatExceptionOfType(NotTransferableException.class)
                    .isThrownBy(() -> rig.queue().submit(Task.of(new Rooted())))
                    .withMessage("it is rooted; a task that says local() need not travel: it runs on [queue] only, in"
                            + " this JVM");
        }
        try (var rig = QueueRig.of(remote("r"))) {
            assertThatExceptionOfType(NotTransferableException.class)
                    .isThrownBy(() -> rig.queue().submit(Task.of(new Rooted())))
                    .withMessage("it is rooted");
        }
    }

    @Test
    @Guarantee("5.7.6")
    void letsALocalTaskWaitForWorkersHere() {
        var here = ScriptedWorkers.of(1, 1);
        try (var rig = QueueRig.of(remote("r"))) {
            var local = rig.queue().submit(Task.of(new Rooted()).local());
            var other = rig.submit("other");
            assertThat(rig.next().taskName()).as("it blocks no other").isEqualTo("other");
            assertThat(local.explain()).isEqualTo("it waits: it is local() and workers [queue#1] run in other JVMs");
            assertThat(rig.queue().snapshot().waiting()).isEqualTo(Map.of(WaitReason.NOBODY_QUALIFIES, 1));
            rig.queue().attach(here);
            here.next().returns("");
            assertThat(local.isDone()).isTrue();
            assertThat(other.isDone()).isFalse();
        }
    }

    @Test
    @Guarantee("5.7.7")
    void keepsATaskFromWorkersThatCameAfterItsSubmission() {
        var remote = remote("r");
        try (var rig = QueueRig.of(1, 1)) {
            rig.submit("busy");
            var early = rig.submit("early");
            rig.queue().attach(remote);
            var late = rig.submit("late");
            assertThat(remote.next().taskName()).isEqualTo("late");
            assertThat(early.isDone()).isFalse();
            rig.queue().workers().getFirst().detach(Task.FOREVER, Unfinished.REQUEUE);
            assertThat(early.explain())
                    .isEqualTo("it waits: it was submitted when no workers of their kind were attached, so that it"
                            + " cannot travel to workers [queue-2#1]");
            remote.underWay().forEach(attempt -> attempt.returns(""));
            assertThat(late.isDone()).isTrue();
            assertThat(remote.awaiting()).isZero();
        }
    }

    @Test
    @Guarantee("5.7.8")
    void encodesForEachCarrierAndSharesWhatEqualOnesEncoded() {
        var first = remote("x");
        var same = remote("x");
        var other = remote("y");
        try (var rig = QueueRig.of(first)) {
            rig.queue().attach(same);
            rig.queue().attach(other);
            rig.submit("a");
            rig.submit("b");
            rig.submit("c");
            assertThat(first.next().payload()).isEqualTo(Optional.of(new Parcel("x")));
            assertThat(same.next().payload()).isEqualTo(Optional.of(new Parcel("x")));
            assertThat(other.next().payload()).isEqualTo(Optional.of(new Parcel("y")));
            same.underWay().forEach(attempt -> attempt.returns(""));
            other.underWay().forEach(attempt -> attempt.returns(""));
        }
    }

    @Test
    @Guarantee("5.7.8")
    void runsOnAReplacementWhatItsPredecessorUnderstood() {
        var next = remote("x");
        try (var rig = QueueRig.of(remote("x"))) {
            rig.submit("busy");
            var waits = rig.submit("waits");
            rig.next().started();
            rig.queue().workers().getFirst().detach(Duration.ZERO, Unfinished.RETURN);
            rig.queue().attach(next);
            next.next().returns("there");
            assertThat(outcome(waits)).isEqualTo(new Outcome.Succeeded<>("there"));
        }
    }

    @Test
    @Guarantee("5.7.5")
    void combinesRequirementsWithKinds() {
        var remote = remote("r");
        var time = VirtualTime.ofSeed(1);
        try (var rig = QueueRig.of(ScriptedWorkers.of(1, 2), time, QueueConfig.defaults())) {
            rig.queue().attach(remote.offering("gpu"));
            var _ = rig.queue().submit(Task.<String>of(() -> "").named("gpu").requires("gpu"));
            var never =
                    rig.queue().submit(Task.<String>of(() -> "").requires("gpu").local());
            assertThat(remote.next().taskName()).isEqualTo("gpu");
            assertThat(rig.workers().awaiting()).isZero();
            assertThat(never.explain()).contains("it is local()");
            remote.underWay().forEach(attempt -> attempt.returns(""));
        }
    }
}
