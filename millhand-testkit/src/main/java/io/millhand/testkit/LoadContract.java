package io.millhand.testkit;

import static io.millhand.testkit.Contract.aside;
import static io.millhand.testkit.Contract.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Attempt;
import io.millhand.Outcome;
import io.millhand.TaskHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Many tasks, from one thread and from many.
interface LoadContract extends Contract {

    @Test
    @Guarantee("5.5.4")
    default void endsEachOfManyTasksOnce() {
        try (var queue = open(4)) {
            List<TaskHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                int number = i;
                handles.add(queue.submit(() -> number));
            }
            for (int i = 0; i < 10_000; i++) {
                assertThat(ended(handles.get(i))).isEqualTo(new Outcome.Succeeded<>(i));
                assertThat(handles.get(i).attempts())
                        .singleElement()
                        .satisfies(attempt -> assertThat(attempt.ending()).isEqualTo(Attempt.Ending.SUCCEEDED));
            }
        }
    }

    @Test
    @Guarantee("5.5.4")
    default void takesTasksFromManyThreads() throws Exception {
        int threads = 8;
        int each = 200;
        try (var queue = open(2)) {
            var handles = new ConcurrentLinkedQueue<TaskHandle<Integer>>();
            var submitters = new ArrayList<CompletableFuture<?>>();
            for (int thread = 0; thread < threads; thread++) {
                int first = thread * each;
                submitters.add(aside(() -> {
                    for (int i = 0; i < each; i++) {
                        int number = first + i;
                        handles.add(queue.submit(() -> number));
                    }
                }));
            }
            for (var submitter : submitters) {
                submitter.get(60, TimeUnit.SECONDS);
            }
            assertThat(handles.stream().mapToInt(handle -> handle.join()).sorted())
                    .hasSize(threads * each)
                    .doesNotHaveDuplicates()
                    .startsWith(0)
                    .endsWith(threads * each - 1);
            assertThat(handles.stream().map(TaskHandle::id)).doesNotHaveDuplicates();
        }
    }
}
