package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.ResultOrder;
import io.millhand.Task;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.time.Duration;
import java.util.Iterator;
import org.junit.jupiter.api.Test;

class IntakeTest {

    @Test
    void endsWithAFailureWhenTheSourceThrowsAnError() throws InterruptedException {
        var source = new Iterator<Task<String>>() {
            @Override
            public boolean hasNext() {
                throw new OutOfMemoryError("too long a line");
            }

            @Override
            public Task<String> next() {
                throw new AssertionError("not reached");
            }
        };
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            var intake = new Intake(queue, source, ResultOrder.INPUT, 1);
            intake.start();
            intake.poll(Duration.ofMinutes(1));
            assertThatThrownBy(intake::isDone)
                    .isInstanceOf(RunFailure.class)
                    .hasMessageContaining("cannot draw the next input")
                    .hasMessageContaining("too long a line");
        }
    }
}
