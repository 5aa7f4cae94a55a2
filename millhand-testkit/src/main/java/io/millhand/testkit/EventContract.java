package io.millhand.testkit;

import static io.millhand.testkit.Contract.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Attempt;
import io.millhand.Progress;
import io.millhand.SerializableCallable;
import io.millhand.Task;
import io.millhand.TaskContext;
import io.millhand.TaskEvent;
import io.millhand.TaskHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What the queue publishes.
interface EventContract extends Contract {

    /// Keeps what it is told of tasks; asks for nothing by itself.
    final class Recorder implements Flow.Subscriber<TaskEvent> {
        final List<TaskEvent> events = new CopyOnWriteArrayList<>();
        final CountDownLatch completed = new CountDownLatch(1);
        private final CountDownLatch subscribed = new CountDownLatch(1);
        private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();

        Recorder() {}

        void request(long count) {
            Contract.await(subscribed);
            Objects.requireNonNull(subscription.get()).request(count);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription.set(subscription);
            subscribed.countDown();
        }

        @Override
        public void onNext(TaskEvent event) {
            if (!(event instanceof TaskEvent.Worker)) {
                events.add(event);
            }
        }

        @Override
        public void onError(Throwable cause) {
            throw new AssertionError("no error was expected", cause);
        }

        @Override
        public void onComplete() {
            completed.countDown();
        }
    }

    @Test
    @Guarantee("5.13.1")
    default void publishesTheLifeOfATask() {
        var recorder = new Recorder();
        try (var queue = open(1)) {
            queue.events().subscribe(recorder);
            recorder.request(Long.MAX_VALUE);
            var task = Task.of(ContextContract.Seen::atSecondAttempt).named("page 7");
            var handle = queue.submit(task.retry(RetryContract.AT_ONCE_TWICE));
            ended(handle);
            Await.until("the end is published", () -> recorder.events.size() >= 5);
            var worker = handle.attempts().getFirst().worker();
            assertThat(recorder.events)
                    .filteredOn(event -> !(event instanceof TaskEvent.Retrying))
                    .containsExactly(
                            new TaskEvent.Queued(handle.id(), "page 7"),
                            new TaskEvent.Started(handle.id(), "page 7", 1, worker),
                            new TaskEvent.Started(
                                    handle.id(),
                                    "page 7",
                                    2,
                                    handle.attempts().getLast().worker()),
                            new TaskEvent.Ended(handle.id(), "page 7", 2, Attempt.Ending.SUCCEEDED));
            assertThat(recorder.events.get(2))
                    .isInstanceOfSatisfying(
                            TaskEvent.Retrying.class,
                            retrying -> assertThat(retrying.attempt())
                                    .isEqualTo(handle.attempts().getFirst()));
        }
    }

    @Test
    @Guarantee("5.13.3")
    default void completesItsSubscribersAtItsEnd() {
        var recorder = new Recorder();
        var late = new Recorder();
        var queue = open(1);
        queue.events().subscribe(recorder);
        recorder.request(Long.MAX_VALUE);
        ended(queue.submit(() -> "value"));
        queue.close();
        Contract.await(recorder.completed);
        queue.events().subscribe(late);
        Contract.await(late.completed);
        assertThat(late.events).isEmpty();
    }

    @Test
    @Guarantee("5.13.2")
    default void tellsASlowSubscriberHowMuchItMissed() {
        var slow = new Recorder();
        int tasks = 500;
        try (var queue = open(2)) {
            queue.events().subscribe(slow);
            slow.request(1);
            var handles = new ArrayList<TaskHandle<String>>();
            for (int i = 0; i < tasks; i++) {
                handles.add(queue.submit(() -> "value"));
            }
            handles.forEach(Contract::ended);
        }
        slow.request(Long.MAX_VALUE);
        Contract.await(slow.completed);
        long missed = slow.events.stream()
                .mapToLong(event -> event instanceof TaskEvent.Missed(var count) ? count : 0)
                .sum();
        assertThat(missed).isPositive();
        assertThat(slow.events.getLast()).isInstanceOf(TaskEvent.Missed.class);
        assertThat(slow.events.stream()
                                .filter(event -> !(event instanceof TaskEvent.Missed))
                                .count()
                        + missed)
                .as("the events of the tasks, and those of two processes at most that were missed")
                .isBetween(3L * tasks, 3L * tasks + 4);
    }

    @Test
    @Guarantee("5.13.14")
    default void publishesWhatATaskSaysAndLosesNothingElseForIt() {
        var slow = new Recorder();
        var quick = new Recorder();
        int flood = 20_000;
        try (var queue = open(1)) {
            queue.events().subscribe(slow);
            queue.events().subscribe(quick);
            quick.request(Long.MAX_VALUE);
            var handle = queue.submit(Task.of((SerializableCallable<Integer>) () -> sayAndProgress(flood))
                    .named("talker"));
            ended(handle);
            Await.until("the end is published", () -> isEnded(quick));
            assertThat(quick.events.getFirst()).isInstanceOf(TaskEvent.Queued.class);
            assertThat(quick.events).noneMatch(TaskEvent.Missed.class::isInstance);
            assertThat(quick.events)
                    .filteredOn(TaskEvent.Said.class::isInstance)
                    .last()
                    .satisfies(event -> assertThat(
                                    ((TaskEvent.Said) event).message().text())
                            .isEqualTo("message " + (flood - 1)));
            slow.request(Long.MAX_VALUE);
            Await.until("the end is told", () -> isEnded(slow));
            assertThat(slow.events.getFirst()).isEqualTo(new TaskEvent.Queued(handle.id(), "talker"));
            assertThat(slow.events.get(1)).isInstanceOf(TaskEvent.Started.class);
            assertThat(slow.events)
                    .hasSize(5)
                    .contains(new TaskEvent.Progressed(handle.id(), "talker", new Progress(flood, 0, "")))
                    .filteredOn(TaskEvent.Said.class::isInstance)
                    .hasSize(1);
        }
    }

    private static boolean isEnded(Recorder recorder) {
        return !recorder.events.isEmpty() && recorder.events.getLast() instanceof TaskEvent.Ended;
    }

    private static int sayAndProgress(int count) {
        for (int i = 0; i < count; i++) {
            TaskContext.current().message("message " + i);
            TaskContext.current().progress(i + 1, 0);
        }
        return count;
    }
}
