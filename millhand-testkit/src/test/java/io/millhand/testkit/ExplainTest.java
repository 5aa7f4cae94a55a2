package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Limits;
import io.millhand.QueueSnapshot;
import io.millhand.RetryPolicy;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.WaitReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class ExplainTest {

    private static TaskHandle<String> submit(QueueRig rig, UnaryOperator<Task<String>> how) {
        return rig.queue().submit(how.apply(Task.<String>of(() -> "never called")));
    }

    @Test
    @Guarantee("5.13.6")
    void saysWhyEachTaskWaits() {
        try (var rig = QueueRig.of(1, 4)) {
            var queue = rig.queue();
            queue.series("paused").pause();
            queue.series("busy").limit(1);
            queue.limit("db", Limits.fixed(1));
            var retry = RetryPolicy.exponential(2).withDelays(Duration.ofDays(1), Duration.ofDays(1));
            var backsOff = submit(rig, task -> task.retry(retry));
            rig.next().throwsException(new IllegalStateException("once"));
            var runs = submit(rig, task -> task.series("busy"));
            var usesDb = submit(rig, task -> task.resource("db"));
            rig.next().started();
            rig.time().advance(Duration.ofMillis(1_500));
            var paused = submit(rig, task -> task.series("paused"));
            var behind = submit(rig, task -> task.series("paused"));
            var busy = submit(rig, task -> task.series("busy"));
            var noPermit = submit(rig, task -> task.resource("db"));
            var unserved = submit(rig, task -> task.requires("gpu", "big"));
            rig.submit("takes a slot");
            rig.submit("takes a slot, too");
            var full = submit(rig, task -> task);

            assertThat(backsOff.explain()).startsWith("it waits for its next attempt, after Attempt[number=1");
            assertThat(runs.explain()).isEqualTo("it runs on worker queue#1 since 1500 ms");
            assertThat(usesDb.explain()).isEqualTo("worker queue#1 has it and has not begun");
            assertThat(paused.explain()).isEqualTo("it waits: series 'paused' is paused");
            assertThat(behind.explain()).isEqualTo("it waits: series 'paused' is paused; 1 of its line are before it");
            assertThat(busy.explain()).isEqualTo("it waits: series 'busy' has 1 running, its limit is 1");
            assertThat(noPermit.explain()).isEqualTo("it waits: resource 'db' has no permit now");
            assertThat(unserved.explain()).startsWith("it waits: no worker offers all of [big, gpu]; workers offer");
            assertThat(full.explain()).isEqualTo("it waits: all slots that could run it are in use");

            var snapshot = queue.snapshot();
            assertThat(snapshot.waiting())
                    .isEqualTo(Map.of(
                            WaitReason.BACKOFF, 1,
                            WaitReason.SERIES_PAUSED, 2,
                            WaitReason.SERIES_LIMIT, 1,
                            WaitReason.RESOURCE_LIMIT, 1,
                            WaitReason.NOBODY_QUALIFIES, 1,
                            WaitReason.NO_FREE_SLOT, 1));
            assertThat(snapshot.running()).hasSize(4);
            assertThat(snapshot.running().getFirst().elapsed()).isEqualTo(Duration.ofMillis(1_500));
            assertThat(snapshot.workers())
                    .containsExactly(new QueueSnapshot.WorkerState("queue#1", 4, 4, Set.of(), List.of()));
            queue.pause();
            assertThat(full.explain()).isEqualTo("it waits: the queue is paused");
        }
    }

    @Test
    @Guarantee("5.13.7")
    void tellsOfASlotWhoseTaskHasEnded() {
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.submit("cancelled");
            rig.next().started();
            assertThat(handle.cancel(false)).isTrue();
            assertThat(handle.explain()).isEqualTo("it has ended");
            assertThat(rig.queue().snapshot().running())
                    .singleElement()
                    .satisfies(attempt -> assertThat(attempt.over()).isTrue());
        }
    }
}
