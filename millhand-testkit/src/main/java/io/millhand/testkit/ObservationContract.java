package io.millhand.testkit;

import static io.millhand.testkit.Contract.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Attempt;
import io.millhand.QueueLoad;
import io.millhand.TaskEvent;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What a queue tells of itself in numbers.
interface ObservationContract extends Contract {

    private static String fails() {
        throw new ArithmeticException("by zero");
    }

    @Test
    @Guarantee("5.13.8")
    default void countsWhatItRuns() {
        try (var queue = open(2)) {
            for (int i = 0; i < 20; i++) {
                ended(queue.submit(() -> "value"));
                ended(queue.submit(ObservationContract::fails));
            }
            var tasks = queue.statistics().tasks();
            assertThat(tasks.accepted()).isEqualTo(40);
            assertThat(tasks.rejected()).isZero();
            assertThat(tasks.ended(Attempt.Ending.SUCCEEDED)).isEqualTo(20);
            assertThat(tasks.ended(Attempt.Ending.FAILED)).isEqualTo(20);
            assertThat(tasks.ended()).isEqualTo(40);
            var attempts = queue.statistics().attempts();
            assertThat(attempts.ended()).isEqualTo(40);
            assertThat(attempts.retried()).isZero();
            assertThat(attempts.queueWait().count()).isEqualTo(40);
            assertThat(attempts.overhead().count()).isEqualTo(40);
            assertThat(attempts.run().count()).isEqualTo(40);
            assertThat(attempts.run().max()).isPositive();
        }
    }

    @Test
    @Guarantee("5.13.11")
    default void becomesIdleWhenAllHasEnded() throws Exception {
        try (var queue = open(2)) {
            for (int i = 0; i < 20; i++) {
                queue.execute(() -> {});
            }
            assertThat(queue.awaitLoad(QueueLoad::isIdle, WorkerContract.PATIENCE))
                    .isTrue();
            assertThat(queue.statistics().tasks().accepted()).isEqualTo(20);
            assertThat(queue.load().slots()).isPositive();
        }
    }

    @Test
    @Guarantee("5.13.11")
    default void tellsTheNextEventOfAKind() throws Exception {
        try (var queue = open(1)) {
            var end = queue.nextEvent(event -> event instanceof TaskEvent.Ended);
            var handle = queue.submit(() -> "value");
            var told = end.get(WorkerContract.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(((TaskEvent.Ended) told).task()).isEqualTo(handle.id());
        }
    }
}
