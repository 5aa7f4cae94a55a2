package io.millhand.testkit;

import static io.millhand.testkit.Bodies.block;
import static io.millhand.testkit.Bodies.mark;
import static io.millhand.testkit.Bodies.marks;
import static io.millhand.testkit.Bodies.waitFor;
import static io.millhand.testkit.Contract.awaitFile;
import static io.millhand.testkit.Contract.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millhand.ErrorPolicy;
import io.millhand.MapOptions;
import io.millhand.ResultOrder;
import io.millhand.RetryPolicy;
import io.millhand.Source;
import io.millhand.TaskContext;
import io.millhand.TaskQueue;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `map` whose function answers streams.
interface FlatContract extends Contract {

    /// More than the window, so that credit has to go back and forth.
    int MANY = 3_000;

    /// As many items as are under way at most, in one stream.
    int WINDOW = 1_024;

    /// As many numbers as the input says.
    static Stream<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(number -> count + ":" + number);
    }

    static Stream<Integer> endless(int input, File folder) {
        mark(new File(folder, "opened" + input));
        return IntStream.iterate(0, number -> number + 1)
                .boxed()
                .onClose(() -> mark(new File(folder, "closed" + input)));
    }

    /// Tells when it is a window ahead, and when it is further.
    static Stream<Integer> watched(int input, File folder) {
        return endless(input, folder).peek(number -> {
            if (number == WINDOW - 1) {
                mark(new File(folder, "full" + input));
            } else if (number > WINDOW) { // one is made and waits
                mark(new File(folder, "over" + input));
            }
        });
    }

    /// Two numbers, the second of which waits for its file.
    static Stream<String> halting(int input, File folder) {
        return Stream.of("a", "b").map(letter -> letter.equals("a") ? letter + input : await(letter + input, folder));
    }

    private static String await(String name, File folder) {
        try {
            waitFor(new File(folder, name));
            return name;
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// The inputs after 1 never end.
    static Stream<Integer> failInTheSecond(int input, File folder) {
        return switch (input) {
            case 0 -> IntStream.range(0, 5).boxed();
            case 1 -> IntStream.range(5, 10).boxed().peek(number -> failAtSeven(number, folder));
            default -> endless(input, folder);
        };
    }

    private static void failAtSeven(int number, File folder) {
        if (number == 7) {
            await("opened2", folder);
            throw new IllegalStateException("no more");
        }
    }

    static Stream<Integer> failWhereOdd(int input) {
        return Stream.of(10 * input, 10 * input + 1).peek(number -> {
            if (input % 2 == 1 && number % 2 == 1) {
                throw new IllegalStateException("odd");
            }
        });
    }

    static Stream<Integer> blocking(int input, File folder) {
        return endless(input, folder).peek(number -> {
            try {
                if (number > 0) {
                    block();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        });
    }

    private static Source<Integer> inputs(int... inputs) {
        return Source.of(IntStream.of(inputs).boxed().iterator());
    }

    private static Source<Integer> endlessInputs(AtomicBoolean closed) {
        return Source.of(Stream.iterate(0, input -> input + 1).onClose(() -> closed.set(true)));
    }

    private static <T> List<T> read(Iterator<T> items, int count) {
        return Stream.generate(items::next).limit(count).toList();
    }

    private static void awaitClosed(File folder, int... inputs) {
        for (int input : inputs) {
            var file = new File(folder, "closed" + input);
            Await.until(file.getName(), () -> marks(file) > 0); // it is made first, and marked then
            assertThat(marks(file)).isEqualTo(1);
        }
    }

    @Test
    @Guarantee("5.10.25")
    default void flattensStreamsInTheOrderOfTheInputs() {
        var expected = IntStream.of(3, 0, MANY, 1, MANY + 1, 0)
                .boxed()
                .flatMap(FlatContract::numbers)
                .toList();
        for (int slots = 1; slots <= 3; slots++) {
            try (var queue = open(slots);
                    var items = queue.flatMap(inputs(3, 0, MANY, 1, MANY + 1, 0), FlatContract::numbers)) {
                assertThat(items.stream().toList()).isEqualTo(expected);
            }
        }
    }

    @Test
    @Guarantee("5.10.25")
    default void flattensNothing() {
        try (var queue = open(2)) {
            assertThat(queue.flatMap(inputs(), FlatContract::numbers)).isEmpty();
            assertThat(queue.flatMap(inputs(0, 0, 0), FlatContract::numbers)).isEmpty();
        }
    }

    @Test
    @Guarantee("5.10.26")
    default void readsWhicheverStreamHasItems(@TempDir Path folder) {
        var files = folder.toFile();
        var options = MapOptions.defaults().order(ResultOrder.COMPLETION).window(2);
        try (var queue = open(2);
                var items = queue.flatMap(inputs(0, 1), input -> halting(input, files), options)) {
            var reader = items.iterator();
            assertThat(read(reader, 2)).containsExactlyInAnyOrder("a0", "a1");
            mark(file(folder, "b1"));
            assertThat(reader.next()).isEqualTo("b1");
            mark(file(folder, "b0"));
            assertThat(reader.next()).isEqualTo("b0");
            assertThat(reader.hasNext()).isFalse();
        }
    }

    @Test
    @Guarantee("5.10.26")
    default void keepsTheOrderWithinEachStreamAndReadsAll() {
        var options = MapOptions.defaults().order(ResultOrder.COMPLETION);
        try (var queue = open(2);
                var items = queue.flatMap(inputs(MANY, 7, MANY + 1), FlatContract::numbers, options)) {
            var read = items.stream().toList();
            for (int input : List.of(MANY, 7, MANY + 1)) {
                assertThat(read.stream().filter(item -> item.startsWith(input + ":")))
                        .containsExactlyElementsOf(numbers(input).toList());
            }
            assertThat(read).hasSize(MANY + 7 + MANY + 1);
        }
    }

    @Test
    @Guarantee("5.10.27")
    default void keepsEachStreamAndTheirNumberWithinTheWindow(@TempDir Path folder) {
        var files = folder.toFile();
        var source = new StreamContract.Numbers(Integer.MAX_VALUE);
        try (var queue = open(3);
                var items = queue.flatMap(
                        Source.of(source),
                        input -> watched(input, files),
                        MapOptions.defaults().window(2))) {
            var reader = items.iterator();
            assertThat(source.drawn()).isZero();
            assertThat(read(reader, 1)).containsExactly(0);
            var ahead = file(folder, "full1");
            for (int number = 1; !ahead.exists(); number++) { // it begins while this is read
                assertThat(reader.next()).isEqualTo(number);
            }
            assertThat(source.drawn()).isEqualTo(2);
        }
        assertThat(file(folder, "opened2")).doesNotExist();
        assertThat(file(folder, "over1")).doesNotExist();
        awaitClosed(files, 0, 1);
    }

    @Test
    @Guarantee("5.10.28")
    default void needsNoMoreThanOneSlotHoweverManyItemsAreAhead() {
        var options = MapOptions.defaults().window(10);
        try (var queue = open(1);
                var items = queue.flatMap(inputs(MANY, MANY, MANY, MANY), FlatContract::numbers, options)) {
            assertThat(items.stream().count()).isEqualTo(4 * MANY);
        }
    }

    @Test
    @Guarantee("5.10.29")
    default void failsAfterExactlyTheItemsBeforeAndClosesTheRest(@TempDir Path folder) {
        var files = folder.toFile();
        var closed = new AtomicBoolean();
        try (var queue = open(3);
                var items = queue.flatMap(
                        endlessInputs(closed),
                        input -> failInTheSecond(input, files),
                        MapOptions.defaults().window(3))) {
            var reader = items.iterator();
            assertThat(read(reader, 7)).containsExactly(0, 1, 2, 3, 4, 5, 6);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(reader::next)
                    .havingCause()
                    .isInstanceOf(IllegalStateException.class)
                    .withMessage("no more");
            assertThat(reader.hasNext()).isFalse();
            assertThat(closed).isTrue();
            awaitClosed(files, 2);
        }
    }

    @Test
    @Guarantee("5.10.29")
    default void throwsWhatTheSourceThrowsAfterTheItemsBefore() {
        try (var queue = open(2);
                var items = queue.flatMap(Source.of(new StreamContract.Broken()), FlatContract::numbers)) {
            var reader = items.iterator();
            assertThat(read(reader, 3)).containsExactly("1:0", "2:0", "2:1");
            assertThat(reader.hasNext()).isTrue();
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(reader::next)
                    .withMessage("the source is broken");
            assertThat(reader.hasNext()).isFalse();
        }
    }

    @Test
    @Guarantee("5.10.30")
    default void skipsTheRestOfStreamsThatFail() {
        var options = MapOptions.defaults().errors(ErrorPolicy.SKIP);
        try (var queue = open(2);
                var items = queue.flatMap(inputs(0, 1, 2, 3), FlatContract::failWhereOdd, options)) {
            assertThat(items).containsExactly(0, 1, 10, 20, 21, 30);
            assertThat(items.skipped()).isEqualTo(2);
        }
    }

    @Test
    @Guarantee("5.10.31")
    @SuppressWarnings("try") // to close it early is what is tested
    default void anEarlyCloseClosesAllStreamsAndTheSource(@TempDir Path folder) {
        var files = folder.toFile();
        var closed = new AtomicBoolean();
        var options = MapOptions.defaults().window(2).order(ResultOrder.COMPLETION);
        try (var queue = open(2);
                var items = queue.flatMap(endlessInputs(closed), input -> blocking(input, files), options)) {
            var reader = items.iterator();
            assertThat(read(reader, 2)).containsExactly(0, 0);
            items.close();
            assertThat(reader.hasNext()).isFalse();
            assertThat(closed).isTrue();
            awaitClosed(files, 0, 1);
        } // which would wait for ever
    }

    @Test
    @Guarantee("5.10.31")
    default void aSubscriberThatCancelsClosesAllStreamsAndTheSource(@TempDir Path folder) {
        var files = folder.toFile();
        var closed = new AtomicBoolean();
        try (var queue = open(2)) {
            var subscriber = new Collector<Integer>();
            queue.flatMap(endlessInputs(closed), input -> endless(input, files))
                    .publisher()
                    .subscribe(subscriber);
            subscriber.subscription().request(3);
            Await.until("three items", () -> subscriber.values().size() == 3);
            awaitFile(file(folder, "opened0"));
            subscriber.subscription().cancel();
            awaitClosed(files, 0);
            Await.until("the end of the source", closed::get);
            assertThat(subscriber.values()).containsExactly(0, 1, 2);
        } // which would wait for ever
    }

    @Test
    @Guarantee("5.10.32")
    default void readsWhatItHasDrawnToItsEndWhenTheQueueIsShutDown() {
        try (var queue = open(2);
                var items = queue.flatMap(Source.of(Stream.generate(() -> MANY)), FlatContract::numbers)) {
            var reader = items.iterator();
            assertThat(reader.next()).isEqualTo(MANY + ":0");
            queue.shutdown();
            var read = new ArrayList<String>();
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> reader.forEachRemaining(read::add));
            assertThat(read.size() + 1).isPositive().matches(count -> count % MANY == 0, "whole streams");
            assertThat(reader.hasNext()).isFalse();
        }
    }

    @Test
    @Guarantee("5.10.32")
    default void aShutdownCancelsWhatItsSubscriberWantsNoMoreOfAtAll() {
        try (var queue = open(2)) {
            var subscriber = new Collector<String>();
            queue.flatMap(inputs(MANY, MANY), FlatContract::numbers).publisher().subscribe(subscriber);
            subscriber.subscription().request(3);
            Await.until("three items", () -> subscriber.values().size() == 3);
            queue.shutdown();
            Await.until("the end of the queue", queue::isTerminated);
            subscriber.subscription().request(Long.MAX_VALUE);
            Await.until("the end", subscriber::isOver);
            assertThat(subscriber.failure()).isInstanceOf(CancellationException.class);
            assertThat(subscriber.values())
                    .hasSizeBetween(3, WINDOW + 1)
                    .isEqualTo(numbers(MANY).limit(subscriber.values().size()).toList());
        }
    }

    @Test
    @Guarantee("5.10.33")
    default void streamsThatAreForgottenAreClosed(@TempDir Path folder) {
        var files = folder.toFile();
        try (var queue = open(2)) {
            forget(queue, files);
            Await.until("the end of what was forgotten", () -> {
                System.gc();
                return file(folder, "closed0").exists();
            });
        } // which would wait for ever
    }

    private static void forget(TaskQueue queue, File folder) {
        assertThat(queue.flatMap(inputs(0), input -> endless(input, folder))
                        .iterator()
                        .next())
                .isZero();
    }

    @Test
    @Guarantee("5.10.34")
    default void makesItsStreamsAsAskedToButTriesThemOnce() {
        var named = MapOptions.defaults().tasks(task -> task.named("walk"));
        var tried = MapOptions.defaults().tasks(task -> task.retry(RetryPolicy.exponential(3)));
        try (var queue = open(1)) {
            assertThat(queue.flatMap(
                            inputs(1), _ -> Stream.of(TaskContext.current().taskName()), named))
                    .containsExactly("walk");
            assertThatIllegalArgumentException()
                    .isThrownBy(queue.flatMap(inputs(1), FlatContract::numbers, tried)
                            .iterator()::next)
                    .withMessageStartingWith("a streaming task must have one attempt");
        }
    }
}
