package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Attempt;
import io.millhand.TaskEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class NextEventTest {

    private static boolean isEnd(TaskEvent event) {
        return event instanceof TaskEvent.Ended;
    }

    private static Throwable causeOf(CompletableFuture<?> failed) {
        return failed.exceptionNow();
    }

    @Test
    @Guarantee("5.13.11")
    void missesNothingThatHappensAfterTheCall() {
        try (var rig = QueueRig.of(1, 1)) {
            var end = rig.queue().nextEvent(NextEventTest::isEnd);
            rig.submit("first");
            rig.next().started().returns("done");
            rig.submit("second");
            rig.next().started().returns("done");
            rig.time().settle();
            assertThat(end.resultNow()).isEqualTo(new TaskEvent.Ended(1, "first", 1, Attempt.Ending.SUCCEEDED));
        }
    }

    @Test
    void failsWhereTheQueueTerminatesFirst() {
        CompletableFuture<TaskEvent> never;
        try (var rig = QueueRig.of(1, 1)) {
            never = rig.queue().nextEvent(event -> event instanceof TaskEvent.Worker);
        }
        assertThat(causeOf(never))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the queue has terminated, and no event was the one that was waited for");
    }

    @Test
    void failsWhereItMissedEvents() {
        try (var rig = QueueRig.of(1, 1)) {
            var never = rig.queue().nextEvent(event -> event instanceof TaskEvent.Worker);
            for (int i = 0; i < 1_100; i++) {
                rig.submit("fills the buffer, while nobody is told");
            }
            rig.time().settle();
            assertThat(never).isNotDone();
            rig.submit("makes the gap known");
            rig.time().settle();
            assertThat(causeOf(never)).hasMessageContaining("events were missed that may have been meant");
        }
    }

    @Test
    void failsWithWhatThePredicateThrows() {
        try (var rig = QueueRig.of(1, 1)) {
            var broken = rig.queue().nextEvent(_ -> {
                throw new IllegalStateException("broken");
            });
            rig.submit("any");
            rig.time().settle();
            assertThat(causeOf(broken)).hasMessage("broken");
        }
    }

    @Test
    void asksNoMoreWhenItIsCancelled() {
        try (var rig = QueueRig.of(1, 1)) {
            var asked = new AtomicInteger();
            var end = rig.queue().nextEvent(_ -> asked.incrementAndGet() < 0);
            rig.submit("first");
            rig.time().settle();
            end.cancel(false);
            rig.submit("second");
            rig.time().settle();
            assertThat(asked).hasValue(1);
        }
    }
}
