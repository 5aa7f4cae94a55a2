package io.millhand.testkit;

import static io.millhand.testkit.Bodies.block;
import static io.millhand.testkit.Bodies.mark;
import static io.millhand.testkit.Bodies.marks;
import static io.millhand.testkit.Bodies.waitFor;
import static io.millhand.testkit.Contract.aside;
import static io.millhand.testkit.Contract.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millhand.ErrorPolicy;
import io.millhand.Feed;
import io.millhand.MapOptions;
import io.millhand.Outcome;
import io.millhand.ResultOrder;
import io.millhand.Source;
import io.millhand.TaskContext;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The sources, orders and error policies of `map`, and its other forms.
interface IntakeContract extends Contract {

    /// Ten divided by a number: three fails.
    static int tenBy(int number) {
        return 10 / (3 - number);
    }

    /// Waits for the file of the number.
    static int waitForOwn(int number, List<File> files) {
        try {
            waitFor(files.get(number));
            return number;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Guarantee("5.10.6")
    default void mapsStreamsAndIterablesAndPublishersAndFeeds() {
        var closed = new AtomicBoolean();
        var numbers = List.of(1, 2, 3, 4, 5);
        var publisher = new SubmissionPublisher<Integer>(Runnable::run, 10);
        try (var queue = open(2)) {
            assertThat(queue.map(numbers, n -> n * 2)).containsExactly(2, 4, 6, 8, 10);
            assertThat(queue.map(numbers.stream().onClose(() -> closed.set(true)), n -> n * 2))
                    .containsExactly(2, 4, 6, 8, 10);
            assertThat(closed).isTrue();
            var _ = aside(() -> {
                Await.until("the subscription", publisher::hasSubscribers);
                numbers.forEach(publisher::submit);
                publisher.close();
            });
            assertThat(queue.map(Source.of(publisher), n -> n * 2)).containsExactly(2, 4, 6, 8, 10);
            Feed<Integer> feed = Feed.of(10);
            try (var producer = feed.producer()) {
                numbers.forEach(producer::offer);
            }
            assertThat(queue.map(feed, n -> n * 2)).containsExactly(2, 4, 6, 8, 10);
        }
    }

    @Test
    @Guarantee("5.10.7")
    default void handsOutWhatIsThereWhileAFeedIsSilent() {
        Feed<Integer> feed = Feed.of(10);
        var producer = feed.producer();
        try (var queue = open(2);
                var results = queue.map(feed, n -> n * 2)) {
            var reader = results.iterator();
            for (int number = 0; number < 20; number++) {
                assertThat(producer.offer(number)).isTrue();
                assertThat(reader.next()).isEqualTo(2 * number);
            }
            producer.close();
            assertThat(reader.hasNext()).isFalse();
        }
    }

    @Test
    @Guarantee("5.10.8")
    default void mapsInTheOrderOfTheEnds(@TempDir Path folder) {
        var files = List.of(file(folder, "go-0"), file(folder, "go-1"), file(folder, "go-2"));
        var options = MapOptions.defaults().order(ResultOrder.COMPLETION).window(3);
        try (var queue = open(2);
                var results = queue.map(Source.of(List.of(0, 1, 2)), n -> waitForOwn(n, files), options)) {
            var reader = results.iterator();
            for (int number : List.of(1, 2, 0)) {
                mark(files.get(number));
                assertThat(reader.next()).isEqualTo(number);
            }
            assertThat(reader.hasNext()).isFalse();
        }
    }

    @Test
    @Guarantee("5.10.9")
    default void cancelsAllAfterAFailureAndClosesTheSource() {
        var closed = new AtomicBoolean();
        var inputs = Stream.iterate(0, n -> n + 1).onClose(() -> closed.set(true));
        try (var queue = open(2);
                var results = queue.map(inputs, IntakeContract::failOrBlock)) {
            var reader = results.iterator();
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(reader::next)
                    .havingCause()
                    .withMessage("the first fails");
            assertThat(closed).isTrue();
            assertThat(reader.hasNext()).isFalse();
        } // which would wait for ever
    }

    static String failOrBlock(int number) {
        if (number == 0) {
            throw new IllegalStateException("the first fails");
        }
        try {
            return block();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Guarantee("5.10.10")
    default void answersOutcomesInPlace() {
        try (var queue = open(2);
                var outcomes = queue.mapOutcomes(
                        Source.of(List.of(1, 2, 3, 4)), IntakeContract::tenBy, MapOptions.defaults())) {
            var all = new ArrayList<Outcome<Integer>>();
            outcomes.forEach(all::add);
            assertThat(all).hasSize(4);
            assertThat(List.of(all.get(0), all.get(1), all.get(3)))
                    .containsExactly(
                            new Outcome.Succeeded<>(5), new Outcome.Succeeded<>(10), new Outcome.Succeeded<>(-10));
            assertThat(all.get(2))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause()).isInstanceOf(ArithmeticException.class));
        }
    }

    @Test
    @Guarantee("5.10.11")
    default void skipsAndCountsWhatFails() {
        var options = MapOptions.defaults().errors(ErrorPolicy.SKIP);
        try (var queue = open(2);
                var results = queue.map(Source.of(List.of(3, 1, 3, 2, 3)), IntakeContract::tenBy, options)) {
            assertThat(results).containsExactly(5, 10);
            assertThat(results.skipped()).isEqualTo(3);
        }
    }

    @Test
    @Guarantee("5.10.12")
    default void passesNullsOn() {
        try (var queue = open(2);
                var results = queue.map(Arrays.asList("a", null, "b"), text -> text)) {
            assertThat(results).containsExactly("a", null, "b");
        }
    }

    @Test
    @Guarantee("5.10.15")
    default void publishesNoMoreThanItIsAskedFor() {
        try (var queue = open(2);
                var results = queue.map(List.of(1, 2, 3), n -> n * 2)) {
            var reader = new Collector<Integer>();
            results.publisher().subscribe(reader);
            reader.subscription().request(2);
            Await.until("two results", () -> reader.values().size() == 2);
            reader.subscription().request(2);
            Await.until("the end", reader::isOver);
            assertThat(reader.values()).containsExactly(2, 4, 6);
            assertThat(reader.failure()).isNull();
        }
    }

    @Test
    @Guarantee("5.10.16")
    default void mapsAsAStepOfAStream() {
        try (var queue = open(2)) {
            assertThat(IntStream.range(0, 100)
                            .boxed()
                            .gather(queue.mapping(n -> n + 1))
                            .toList())
                    .isEqualTo(IntStream.rangeClosed(1, 100).boxed().toList());
            assertThat(Stream.iterate(0, n -> n + 1)
                            .gather(queue.mapping(n -> n + 1))
                            .limit(3)
                            .toList())
                    .containsExactly(1, 2, 3);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> Stream.iterate(0, n -> n + 1)
                            .gather(queue.mapping(IntakeContract::tenBy))
                            .toList())
                    .withCauseInstanceOf(ArithmeticException.class);
        }
    }

    @Test
    @Guarantee("5.10.17")
    default void doesSomethingWithEach(@TempDir Path folder) throws Exception {
        var seen = folder.toFile();
        try (var queue = open(2)) {
            assertThat(queue.forEach(List.of(1, 2, 3), n -> mark(new File(seen, "seen" + n))))
                    .isEqualTo(3);
            assertThat(List.of(1, 2, 3)).allMatch(n -> marks(new File(seen, "seen" + n)) == 1);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> queue.forEach(List.of(2, 3), IntakeContract::tenBy))
                    .withCauseInstanceOf(ArithmeticException.class);
            var skipping = MapOptions.defaults().errors(ErrorPolicy.SKIP);
            assertThat(queue.forEach(Source.of(List.of(2, 3, 4)), IntakeContract::tenBy, skipping))
                    .isEqualTo(2);
        }
    }

    @Test
    @Guarantee("5.10.18")
    default void endsWithAnErrorAfterItsWindowWhenTheQueueIsShutDown() {
        try (var queue = open(2);
                var results = queue.map(Stream.iterate(0, n -> n + 1), n -> n)) {
            var reader = results.iterator();
            assertThat(reader.next()).isZero();
            queue.shutdown();
            int read = 1;
            try {
                while (reader.hasNext()) {
                    assertThat(reader.next()).isEqualTo(read++);
                }
                throw new AssertionError("ended without an error after " + read);
            } catch (RejectedExecutionException _) {
                assertThat(read).isLessThanOrEqualTo(8);
            }
            assertThat(reader.hasNext()).isFalse();
        }
    }

    @Test
    @Guarantee("5.10.19")
    default void makesItsTasksAsAskedTo() {
        var options = MapOptions.defaults().tasks(task -> task.named("greeting").headers(Map.of("language", "Danish")));
        try (var queue = open(1);
                var results = queue.map(
                        Source.of(List.of("god dag")),
                        text -> text
                                + TaskContext.current().taskName()
                                + TaskContext.current().headers(),
                        options)) {
            assertThat(results).containsExactly("god daggreeting{language=Danish}");
        }
    }
}
