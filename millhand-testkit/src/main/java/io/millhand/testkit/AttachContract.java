package io.millhand.testkit;

import static io.millhand.testkit.Contract.awaitFile;
import static io.millhand.testkit.Contract.ended;
import static io.millhand.testkit.Contract.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Attempt;
import io.millhand.CancelReason;
import io.millhand.Outcome;
import io.millhand.QueueSnapshot;
import io.millhand.SerializableCallable;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.Unfinished;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Workers that come, go and change their number while tasks run.
interface AttachContract extends Contract {

    private static List<Task<?>> released(CompletionStage<List<Task<?>>> detached) throws Exception {
        return detached.toCompletableFuture().get(WorkerContract.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static SerializableCallable<Integer> answering(int number) {
        return () -> number;
    }

    private static SerializableCallable<String> waiting(File begun, File go) {
        return () -> Bodies.beginAndWaitFor(begun, go);
    }

    private static int slots(TaskQueue queue) {
        return queue.snapshot().workers().stream()
                .mapToInt(QueueSnapshot.WorkerState::slots)
                .sum();
    }

    @Test
    @Guarantee("5.9.7")
    default void endsEachTaskOnceWhileWorkersComeAndGo() throws Exception {
        try (var queue = open(1)) {
            List<TaskHandle<Integer>> handles = new ArrayList<>();
            List<Task<?>> returned = new ArrayList<>();
            for (int round = 0; round < 6; round++) {
                var oldest = queue.workers().getFirst();
                var newest = queue.attach(workers(2));
                for (int i = 0; i < 100; i++) {
                    var task = Task.of(answering(handles.size())).named("" + handles.size());
                    handles.add(queue.submit(task));
                }
                newest.resize(1 + round % 2);
                boolean forced = round % 2 == 0;
                returned.addAll(released(oldest.detach(
                        forced ? Duration.ZERO : WorkerContract.PATIENCE,
                        forced ? Unfinished.RETURN : Unfinished.REQUEUE)));
            }
            List<String> cancelled = new ArrayList<>();
            for (int i = 0; i < handles.size(); i++) {
                var outcome = ended(handles.get(i));
                if (outcome.equals(new Outcome.Cancelled<Integer>(CancelReason.DETACHED))) {
                    cancelled.add("" + i);
                } else {
                    assertThat(outcome).isEqualTo(new Outcome.Succeeded<>(i));
                    assertThat(handles.get(i).attempts()).hasSize(1);
                }
            }
            assertThat(returned.stream().map(Task::name)).containsExactlyInAnyOrderElementsOf(cancelled);
            assertThat(queue.workers()).hasSize(1);
        }
    }

    @Test
    @Guarantee("5.9.5")
    default void runsElsewhereWhatIsKilledWithItsWorkers(@TempDir Path folder) throws Exception {
        File begun = file(folder, "begun");
        File go = file(folder, "go");
        try (var queue = open(1)) {
            var handle = queue.submit(Task.of(waiting(begun, go)));
            awaitFile(begun);
            var first = queue.workers().getFirst();
            assertThat(released(first.detach(Duration.ZERO, Unfinished.REQUEUE)))
                    .isEmpty();
            assertThat(queue.snapshot().workers()).isEmpty();
            assertThat(handle.isDone()).isFalse();
            Bodies.mark(go);
            queue.attach(workers(1));
            assertThat(ended(handle)).isEqualTo(new Outcome.Succeeded<>("seen"));
            assertThat(handle.attempts())
                    .extracting(Attempt::ending)
                    .containsExactly(Attempt.Ending.DETACHED, Attempt.Ending.SUCCEEDED);
            assertThat(handle.attempts().getLast().worker()).startsWith("queue-2");
        }
    }

    @Test
    @Guarantee("5.9.6")
    default void returnsWhatIsKilledWithItsWorkers(@TempDir Path folder) throws Exception {
        File begun = file(folder, "begun");
        try (var queue = open(1)) {
            var task = Task.of(waiting(begun, file(folder, "never"))).named("returned");
            var handle = queue.submit(task);
            awaitFile(begun);
            var detached = queue.workers().getFirst().detach(Duration.ofMillis(1), Unfinished.RETURN);
            assertThat(released(detached)).extracting(Task::name).containsExactly("returned");
            assertThat(ended(handle)).isEqualTo(new Outcome.Cancelled<>(CancelReason.DETACHED));
        }
    }

    @Test
    @Guarantee("5.9.11")
    default void changesItsNumberUnderLoad(@TempDir Path folder) {
        File go = file(folder, "go");
        try (var queue = open(1)) {
            List<TaskHandle<String>> handles = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                handles.add(queue.submit(Task.of(waiting(file(folder, "begun" + i), go))));
            }
            var grip = queue.workers().getFirst();
            grip.resize(3);
            for (int i = 0; i < 3; i++) {
                awaitFile(file(folder, "begun" + i));
            }
            grip.resize(1);
            assertThat(slots(queue)).isEqualTo(1);
            Bodies.mark(go);
            handles.forEach(handle -> assertThat(ended(handle)).isEqualTo(new Outcome.Succeeded<>("seen")));
            assertThat(handles)
                    .allSatisfy(handle -> assertThat(handle.attempts()).hasSize(1));
            grip.resize(2);
            assertThat(slots(queue)).isEqualTo(2);
            for (int i = 0; i < 20; i++) {
                assertThat(queue.submit(answering(i)).join()).isEqualTo(i);
            }
        }
    }
}
