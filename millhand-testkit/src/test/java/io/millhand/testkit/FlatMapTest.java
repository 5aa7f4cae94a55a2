package io.millhand.testkit;

import static io.millhand.testkit.Contract.aside;
import static io.millhand.testkit.IntakeTest.awaitWaiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millhand.Capacity;
import io.millhand.ErrorPolicy;
import io.millhand.Limits;
import io.millhand.MapOptions;
import io.millhand.Order;
import io.millhand.Outcome;
import io.millhand.QueueConfig;
import io.millhand.ResultOrder;
import io.millhand.Source;
import io.millhand.Task;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What the contract cannot tell of `flatMap`: that nothing it holds can be what it waits for.
@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FlatMapTest {

    /// More than a window holds, so that a stream that is ahead has to wait for its reader.
    private static final int MANY = 2_000;

    private static final int STREAMS = 12;

    private static Source<Integer> inputs(int end) {
        return Source.of(IntStream.range(0, end).boxed().iterator());
    }

    private static Stream<Integer> many(int input) {
        return IntStream.range(0, MANY).mapToObj(number -> MANY * input + number);
    }

    private static List<Integer> all(int inputs) {
        return IntStream.range(0, MANY * inputs).boxed().toList();
    }

    /// Ways to have later streams start before earlier ones, or fewer of them than there are slots.
    enum Twist {
        NICER_LATER,
        FIRST_LATER,
        A_SERIES_EACH,
        ONE_SERIES,
        A_RESOURCE,
        EVERY_OTHER_IN_A_SERIES;

        private Task<?> twist(Task<?> task, int number) {
            return switch (this) {
                case NICER_LATER -> task.niceness(20 - number);
                case FIRST_LATER -> number == 0 ? task.last() : task.first();
                case A_SERIES_EACH -> task.series("series " + number);
                case ONE_SERIES -> task.series("limited");
                case A_RESOURCE -> task.resource("limited");
                case EVERY_OTHER_IN_A_SERIES -> number % 2 == 0 ? task : task.series("limited");
            };
        }

        UnaryOperator<Task<?>> tasks() {
            var number = new AtomicInteger();
            return task -> twist(task, number.getAndIncrement());
        }
    }

    @ParameterizedTest
    @EnumSource
    @Guarantee("5.10.28")
    void readsAllHoweverItsTasksAreOrderedAndLimited(Twist twist) throws Exception {
        var go = new CountDownLatch(1);
        var config = QueueConfig.defaults().order(Order.STRICT); // by niceness and nothing else
        try (var queue = TaskQueue.on(ThreadWorkers.of(2), config)) {
            queue.series("limited").limit(1);
            queue.limit("limited", Limits.fixed(1));
            for (int blocked = 0; blocked < 2; blocked++) {
                queue.execute(() -> Contract.await(go)); // so that what is submitted can overtake
            }
            var read = new CompletableFuture<List<Integer>>();
            var thread = new AtomicReference<@Nullable Thread>();
            var options = MapOptions.defaults().window(STREAMS).tasks(twist.tasks());
            var _ = aside(() -> {
                thread.set(Thread.currentThread());
                read.complete(queue.flatMap(inputs(STREAMS), FlatMapTest::many, options).stream()
                        .toList());
            });
            awaitWaiting(thread);
            int waiting = queue.load().waiting();
            go.countDown();
            assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo(all(STREAMS));
            assertThat(waiting).as("streams that waited for a slot").isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Guarantee("5.10.28")
    void readsAllBesideOtherTasksThatGoFirst(ResultOrder order) {
        var options = MapOptions.defaults().order(order).window(4);
        try (var queue = TaskQueue.on(ThreadWorkers.of(2));
                var items = queue.flatMap(inputs(STREAMS), FlatMapTest::many, options)) {
            int read = 0;
            for (var _ : items) {
                if (read++ % 100 == 0) {
                    var _ = queue.submit(Task.of(() -> 1).first());
                }
            }
            assertThat(read).isEqualTo(MANY * STREAMS);
        }
    }

    @ParameterizedTest
    @MethodSource("capacities")
    @Guarantee("5.10.28")
    void doesNotWaitForRoomThatItsOwnStreamsHold(Capacity capacity) {
        try (var queue =
                TaskQueue.on(ThreadWorkers.of(1), QueueConfig.defaults().capacity(capacity))) {
            var inputs = IntStream.range(0, 3).boxed().peek(input -> {
                if (input == 1) {
                    queue.execute(() -> {}); // fills the queue while the first stream has the slot
                }
            });
            var options = MapOptions.defaults().window(3);
            assertThat(queue.flatMap(Source.of(inputs), FlatMapTest::many, options).stream())
                    .containsExactlyElementsOf(all(3));
        }
    }

    static Stream<Capacity> capacities() {
        return Stream.of(Capacity.blocking(1), Capacity.rejecting(1));
    }

    @Test
    @Guarantee("5.10.23")
    void refusesToWaitForStreamsThatWaitForItsOwnSlot() {
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            var handle = queue.submit(
                    () -> queue.flatMap(inputs(1), FlatMapTest::many).iterator().next());
            assertThat(Contract.ended(handle))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause()).hasMessageContaining("whose only slot it holds"));
        }
    }

    private static Stream<Integer> blocking(int input, CountDownLatch begun, CountDownLatch closed) {
        return Stream.of(input)
                .peek(_ -> {
                    begun.countDown();
                    try {
                        Bodies.block();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .onClose(closed::countDown);
    }

    @Test
    @Guarantee("5.10.31")
    void anInterruptOfTheReaderClosesAllStreamsAndTheSource() throws Exception {
        var begun = new CountDownLatch(2);
        var closed = new CountDownLatch(3);
        var inputs = Stream.iterate(0, n -> n + 1).onClose(closed::countDown);
        var thread = new AtomicReference<@Nullable Thread>();
        var thrown = new CompletableFuture<Throwable>();
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            var _ = aside(() -> {
                thread.set(Thread.currentThread());
                try {
                    queue.flatMap(Source.of(inputs), input -> blocking(input, begun, closed))
                            .iterator()
                            .next();
                } catch (CompletionException e) {
                    thrown.complete(e);
                }
            });
            Contract.await(begun);
            awaitWaiting(thread).interrupt();
            assertThat(thrown.get(60, TimeUnit.SECONDS)).hasMessageStartingWith("interrupted while waiting");
            Contract.await(closed);
        } // which would wait for ever
    }

    @Test
    @Guarantee("5.10.32")
    void doesNotSkipWhatTheShutdownCancelled() {
        var begun = new CountDownLatch(1);
        var options = MapOptions.defaults().errors(ErrorPolicy.SKIP);
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            var items = queue.flatMap(inputs(3), input -> blocking(input, begun, new CountDownLatch(1)), options);
            var _ = aside(() -> {
                Contract.await(begun);
                queue.shutdownNow();
            });
            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(items.iterator()::next)
                    .withMessage("cancelled: SHUTDOWN");
        }
    }

    @Test
    @Guarantee("5.10.32")
    void drawsNothingAfterAShutdown() {
        var drawn = new AtomicInteger();
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            var items = queue.flatMap(Source.of(Stream.generate(drawn::incrementAndGet)), FlatMapTest::many);
            queue.shutdown();
            assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(items.iterator()::next);
            assertThat(drawn).hasValueLessThanOrEqualTo(1);
        }
    }

    @Test
    @Guarantee("5.10.30")
    void logsWhatItSkips() {
        try (var logs = Logs.of("io.millhand");
                var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            var options = MapOptions.defaults().errors(ErrorPolicy.SKIP).tasks(task -> task.named("walk"));
            assertThat(queue.flatMap(inputs(12), FlatMapTest::fail, options)).isEmpty();
            assertThat(logs.lines()).hasSize(11);
            assertThat(logs.lines().getFirst())
                    .startsWith("task 1 (walk) did not succeed and is skipped")
                    .contains("java.lang.ArithmeticException: of 0");
            assertThat(logs.lines().getLast()).startsWith("12 inputs were skipped in queue 'queue'");
        }
    }

    private static Stream<Integer> fail(int input) {
        throw new ArithmeticException("of " + input);
    }

    @Test
    @Guarantee("5.10.33")
    void saysThatItWasForgotten() {
        try (var logs = Logs.of("io.millhand");
                var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            var closed = new CountDownLatch(1);
            forget(queue, closed);
            Await.until("the line", () -> {
                System.gc();
                return !logs.lines().isEmpty();
            });
            assertThat(logs.lines().getFirst())
                    .startsWith("the results of a flatMap were neither read to their end nor closed");
            Contract.await(closed);
        }
    }

    private static void forget(TaskQueue queue, CountDownLatch closed) {
        var inputs = Stream.iterate(0, n -> n + 1).onClose(closed::countDown);
        assertThat(queue.flatMap(Source.of(inputs), FlatMapTest::many)
                        .iterator()
                        .next())
                .isZero();
    }

    @Test
    @Guarantee("5.10.33")
    void isNotForgottenWhileASubscriberReads() {
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            var subscriber = new Collector<Integer>();
            queue.flatMap(inputs(2), FlatMapTest::many).publisher().subscribe(subscriber);
            subscriber.subscription().request(1);
            Await.until("an item", () -> subscriber.values().size() == 1);
            var other = new WeakReference<>(new Object());
            Await.until("a collection", () -> {
                System.gc();
                return other.get() == null;
            });
            subscriber.subscription().request(Long.MAX_VALUE);
            Await.until("the end", subscriber::isOver);
            assertThat(subscriber.values()).isEqualTo(all(2));
        }
    }
}
