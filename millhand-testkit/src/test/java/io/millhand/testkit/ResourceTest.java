package io.millhand.testkit;

import static io.millhand.testkit.QueueRig.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.millhand.BackOff;
import io.millhand.Limits;
import io.millhand.Outcome;
import io.millhand.RetryPolicy;
import io.millhand.Task;
import io.millhand.TaskHandle;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class ResourceTest {

    private static final Duration TICK = Duration.ofNanos(1);

    @CanIgnoreReturnValue
    private static TaskHandle<String> submit(QueueRig rig, String name, UnaryOperator<Task<String>> how) {
        return rig.queue()
                .submit(how.apply(
                        Task.<String>of(() -> "never called").named(name).resource("db")));
    }

    @CanIgnoreReturnValue
    private static TaskHandle<String> submit(QueueRig rig, String name) {
        return submit(rig, name, task -> task);
    }

    @Test
    @Guarantee("5.18.1")
    void holdsTheTasksOfAResourceToItsLimitAndLetsOthersPast() {
        try (var rig = QueueRig.of(1, 5)) {
            rig.queue().limit("db", Limits.fixed(2));
            for (int i = 1; i <= 4; i++) {
                submit(rig, "db " + i);
            }
            rig.submit("other");
            var first = rig.next();
            assertThat(first.taskName()).isEqualTo("db 1");
            assertThat(rig.next().taskName()).isEqualTo("db 2");
            assertThat(rig.next().taskName()).isEqualTo("other");
            assertThat(rig.workers().awaiting()).isZero();
            first.returns("");
            assertThat(rig.next().taskName()).isEqualTo("db 3");
            assertThat(rig.workers().awaiting()).isZero();
        }
    }

    @Test
    @Guarantee("5.18.2")
    void movesALimitAtRunTimeAndTakesItAway() {
        try (var rig = QueueRig.of(1, 9)) {
            rig.queue().limit("db", Limits.fixed(1));
            for (int i = 1; i <= 6; i++) {
                int niceness = i;
                submit(rig, "db " + i, task -> task.niceness(niceness));
            }
            assertThat(rig.workers().awaiting()).isEqualTo(1);
            rig.queue().limit("db", Limits.fixed(4));
            assertThat(rig.workers().awaiting()).isEqualTo(4);
            rig.queue().unlimit("db");
            assertThat(rig.workers().awaiting()).isEqualTo(6);
        }
    }

    @Test
    @Guarantee("5.18.3")
    void startsNoMoreInATimeThanARateAllows() {
        try (var rig = QueueRig.of(1, 99)) {
            rig.queue().limit("db", Limits.rate(10, Duration.ofSeconds(1)).withBurst(1));
            for (int i = 1; i <= 30; i++) {
                submit(rig, "db " + i);
            }
            assertThat(rig.workers().awaiting()).isEqualTo(1);
            rig.time().advance(Duration.ofMillis(100).minus(TICK));
            assertThat(rig.workers().awaiting()).isEqualTo(1);
            rig.time().advance(TICK);
            assertThat(rig.workers().awaiting()).isEqualTo(2);
            rig.time().advance(Duration.ofSeconds(2));
            assertThat(rig.workers().awaiting()).isEqualTo(22);
        }
    }

    @Test
    @Guarantee("5.18.4")
    void leavesAResourceAloneThatIsOutOfQuota() {
        try (var rig = QueueRig.of(1, 9)) {
            rig.queue().limit("db", Limits.fixed(1));
            var handle = submit(
                    rig,
                    "db 1",
                    task -> task.retry(RetryPolicy.exponential(2).withDelays(Duration.ZERO, Duration.ZERO)));
            submit(rig, "db 2");
            rig.next().throwsException(new BackOff(Duration.ofSeconds(30)));
            rig.submit("other");
            assertThat(rig.next().taskName()).isEqualTo("other");
            rig.time().advance(Duration.ofSeconds(30).minus(TICK));
            assertThat(rig.workers().awaiting()).isZero();
            rig.time().advance(TICK);
            assertThat(rig.workers().awaiting()).isEqualTo(1);
            while (rig.workers().awaiting() > 0) {
                rig.next().returns("done");
            }
            assertThat(outcome(handle)).isEqualTo(new Outcome.Succeeded<>("done"));
        }
    }

    @Test
    @Guarantee("5.18.5")
    void givesThePermitOfAnAttemptBackThatNeverStarted() {
        try (var rig = QueueRig.of(1, 9)) {
            rig.queue().limit("db", Limits.rate(1, Duration.ofHours(1)).withBurst(1));
            submit(rig, "db");
            rig.next().givesBack();
            assertThat(rig.next().attempt()).isEqualTo(1);
        }
    }

    @Test
    @Guarantee("5.18.1")
    void letsTheNextOneTryWhereTheFirstLosesItsTurn() {
        try (var rig = QueueRig.of(1, 9)) {
            rig.queue().limit("db", Limits.fixed(1));
            rig.queue().series("a").limit(1);
            submit(rig, "runs");
            var cancelled = submit(rig, "cancelled", task -> task.niceness(-9));
            submit(rig, "of a paused series", task -> task.niceness(-8).series("a"));
            submit(rig, "waits", task -> task.niceness(9));
            submit(rig, "unserved", task -> task.niceness(-20).requires("gpu"));
            var running = rig.next();
            assertThat(rig.workers().awaiting()).isZero();
            cancelled.cancel(false);
            rig.queue().series("a").pause();
            running.returns("");
            assertThat(rig.next().taskName()).isEqualTo("waits");
        }
    }
}
