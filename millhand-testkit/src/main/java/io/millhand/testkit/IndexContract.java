package io.millhand.testkit;

import static io.millhand.testkit.Contract.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millhand.Attempt;
import io.millhand.MapOptions;
import io.millhand.Message;
import io.millhand.Outcome;
import io.millhand.ResultOrder;
import io.millhand.SerializableCallable;
import io.millhand.Source;
import io.millhand.Task;
import io.millhand.TaskContext;
import io.millhand.TaskHandle;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A function over inputs whose results, messages and failures are told by the index of the input.
interface IndexContract extends Contract {

    /// What is done with each input.
    final class Work {

        private Work() {}

        static int say(int number, int count) {
            for (int i = 0; i < count; i++) {
                TaskContext.current().message("message " + i);
            }
            return number;
        }

        static int failIfOdd(int number) {
            if (number % 2 == 1) {
                throw new IllegalStateException("odd: " + number);
            }
            return number;
        }

        /// The first ones return, and the others never.
        static int blockFrom(int first, int number, File begun) {
            try {
                if (number >= first) {
                    Bodies.beginAndBlock(begun);
                }
                return number;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    @Guarantee("5.10.36")
    default void answersAllByIndexWithASharedValue() {
        try (var queue = open(2);
                var shared = queue.share(Map.of("number", 10))) {
            var inputs = Source.of(numbers(50));
            try (var outcomes = queue.mapOutcomes(
                    inputs, n -> n + shared.value().getOrDefault("number", 0), MapOptions.defaults())) {
                assertThat(Outcome.values(outcomes))
                        .isEqualTo(numbers(50).stream().map(n -> n + 10).toList());
            }
        }
    }

    @Test
    @Guarantee("5.10.36")
    default void namesAllThatFailedAfterAllHaveEnded() {
        try (var queue = open(2);
                var outcomes = queue.mapOutcomes(Source.of(numbers(5)), Work::failIfOdd, MapOptions.defaults())) {
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> Outcome.values(outcomes))
                    .withMessage("2 of 5 tasks did not succeed, those at index 1, 3")
                    .satisfies(failure -> {
                        assertThat(failure.getCause()).hasMessage("odd: 1");
                        assertThat(failure.getSuppressed())
                                .singleElement()
                                .satisfies(other -> assertThat(other).hasMessage("odd: 3"));
                    });
            assertThat(queue.statistics().tasks().ended(Attempt.Ending.SUCCEEDED))
                    .isEqualTo(3);
        }
    }

    @Test
    @Guarantee("5.10.37")
    default void tellsTheMessagesOfAMapByTheIndexOfTheInput() {
        var heard = new ConcurrentHashMap<Long, List<String>>();
        var busy = new AtomicInteger();
        var others = new ConcurrentLinkedQueue<Message>();
        var options = MapOptions.defaults()
                .order(ResultOrder.COMPLETION)
                .tasks(task -> task.named("all have one name"))
                .onMessage((index, message) -> {
                    assertThat(busy.incrementAndGet()).isOne();
                    heard.computeIfAbsent(index, _ -> new CopyOnWriteArrayList<>())
                            .add(message.text());
                    busy.decrementAndGet();
                });
        try (var queue = open(2)) {
            queue.onMessage((_, message) -> others.add(message));
            try (var results = queue.map(Source.of(List.of(3, 0, 2, 3)), n -> Work.say(n, n), options)) {
                assertThat(results).containsExactlyInAnyOrder(3, 0, 2, 3);
            }
            assertThat(queue.submit(() -> Work.say(1, 1)).join()).isEqualTo(1);
            Await.until("all messages", () -> others.size() == 9);
            Await.until("those of the map", () -> count(heard) == 8);
        }
        var three = List.of("message 0", "message 1", "message 2");
        assertThat(heard).isEqualTo(Map.of(0L, three, 2L, three.subList(0, 2), 3L, three));
    }

    @Test
    @Guarantee("5.10.37")
    default void tellsTheMessagesOfAFlatMapByTheIndexOfTheInput() {
        var heard = new ConcurrentHashMap<Long, List<String>>();
        var options = MapOptions.defaults()
                .onMessage((index, message) -> heard.computeIfAbsent(index, _ -> new CopyOnWriteArrayList<>())
                        .add(message.text()));
        try (var queue = open(2);
                var results = queue.flatMap(Source.of(List.of(2, 0, 1)), n -> Stream.of(Work.say(n, n)), options)) {
            assertThat(results).containsExactly(2, 0, 1);
            Await.until("all messages", () -> count(heard) == 3);
        }
        assertThat(heard).isEqualTo(Map.of(0L, List.of("message 0", "message 1"), 2L, List.of("message 0")));
    }

    private static int count(Map<Long, List<String>> heard) {
        return heard.values().stream().mapToInt(List::size).sum();
    }

    @Test
    @Guarantee("5.10.37")
    default void waitsForNoListenerOfAMapAndAccountsForItsMessages() throws InterruptedException {
        var go = new CountDownLatch(1);
        var accounted = new AtomicLong();
        int flood = 15_000;
        var options = MapOptions.defaults().onMessage((_, message) -> {
            Contract.await(go);
            accounted.addAndGet(message.kind() == Message.Kind.LOST ? message.lost() : 1);
        });
        try (var queue = open(1)) {
            assertThat(queue.forEach(Source.of(numbers(2)), n -> Work.say(n, flood), options))
                    .isEqualTo(2);
            go.countDown();
            Await.until("all messages", () -> accounted.get() == 2L * flood);
        }
    }

    @Test
    @Guarantee("5.10.38")
    default void endsAllAtAnInterruptAndLeavesWhatWasRead(@TempDir Path folder) {
        var begun = file(folder, "begun");
        var read = new CopyOnWriteArrayList<Integer>();
        try (var queue = open(2)) {
            var reader = new Thread(() -> {
                try (var results = queue.map(numbers(100), n -> Work.blockFrom(5, n, begun))) {
                    results.forEach(read::add);
                } catch (CompletionException e) {
                    read.add(Thread.interrupted() && e.getCause() instanceof InterruptedException ? -1 : -2);
                }
            });
            reader.start();
            Await.until("one that blocks", () -> Bodies.marks(begun) > 0 && read.size() == 5);
            reader.interrupt();
            Await.until("the end of the reader", () -> !reader.isAlive());
            assertThat(read).containsExactly(0, 1, 2, 3, 4, -1);
            assertThat(queue.submit(() -> "free again").join()).isEqualTo("free again");
            Await.until("nothing runs", () -> queue.load().isIdle());
        }
    }

    @Test
    @Guarantee("5.14.10")
    default void tellsMessagesFromAnOrdinalOn() {
        try (var queue = open(1)) {
            var handle = queue.submit(Task.of((SerializableCallable<Integer>) () -> Work.say(7, 20)));
            handle.join();
            assertThat(messagesFrom(handle, 18)).containsExactly("message 18", "message 19");
            assertThat(messagesFrom(handle, 20)).isEmpty();
            assertThat(messagesFrom(handle, 21)).isEmpty();
            assertThat(messagesFrom(handle, 0)).hasSize(20);
            var flood = queue.submit(() -> Work.say(7, 300));
            flood.join();
            assertThat(messagesFrom(flood, 150))
                    .hasSize(101)
                    .startsWith("50 messages were lost here", "message 200")
                    .endsWith("message 299");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> handle.messages(-1))
                    .withMessage("from must be at least 0, was -1");
        }
    }

    private static List<String> messagesFrom(TaskHandle<?> handle, long ordinal) {
        var all = new Collector<Message>();
        handle.messages(ordinal).subscribe(all);
        all.subscription().request(Long.MAX_VALUE);
        Await.until("the end of the messages", all::isOver);
        return all.values().stream().map(Message::text).toList();
    }
}
