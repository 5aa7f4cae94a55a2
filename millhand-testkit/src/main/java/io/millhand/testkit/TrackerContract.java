package io.millhand.testkit;

import static io.millhand.testkit.Bodies.beginAndBlock;
import static io.millhand.testkit.Contract.awaitFile;
import static io.millhand.testkit.Contract.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.TaskHandle;
import io.millhand.TaskTracker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trackers over the tasks of a queue.
interface TrackerContract extends Contract {

    @Test
    @Guarantee("5.12.1")
    default void waitsForAllTasksHoweverTheyEnd() throws Exception {
        var tracker = TaskTracker.of();
        var handles = new ArrayList<TaskHandle<?>>();
        try (var queue = open(2)) {
            for (int i = 0; i < 50; i++) {
                int number = i;
                handles.add(queue.submit(() -> 100 / (number % 5)));
                tracker.add(handles.getLast());
            }
            assertThat(tracker.awaitAll(WorkerContract.PATIENCE)).isTrue();
            assertThat(handles).allMatch(TaskHandle::isDone);
            assertThat(tracker.outstanding()).isZero();
        }
    }

    @Test
    @Guarantee("5.12.1")
    default void keepsANumberOfTasksUnderWay() throws Exception {
        var tracker = TaskTracker.of();
        try (var queue = open(2)) {
            for (int i = 0; i < 200; i++) {
                assertThat(tracker.awaitFewerThan(10, WorkerContract.PATIENCE)).isTrue();
                assertThat(tracker.outstanding()).isLessThan(10);
                tracker.add(queue.submit(() -> "value"));
            }
            assertThat(tracker.awaitAll(WorkerContract.PATIENCE)).isTrue();
        }
    }

    @Test
    @Guarantee("5.12.1")
    default void tracksATaskThatIsCancelled(@TempDir Path folder) throws Exception {
        var begun = file(folder, "begun");
        var tracker = TaskTracker.of();
        try (var queue = open(1)) {
            var running = queue.submit(() -> beginAndBlock(begun));
            var queued = queue.submit(() -> "value");
            tracker.add(running);
            tracker.add(queued);
            awaitFile(begun);
            assertThat(tracker.awaitAny(Duration.ZERO)).isFalse();
            assertThat(queued.cancel(true)).isTrue();
            assertThat(tracker.outstanding()).isEqualTo(1);
            assertThat(running.cancel(true)).isTrue();
            assertThat(tracker.awaitAll(Duration.ZERO)).isTrue();
        }
    }
}
