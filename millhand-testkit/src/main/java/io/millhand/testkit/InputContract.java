package io.millhand.testkit;

import static io.millhand.testkit.Bodies.block;
import static io.millhand.testkit.Bodies.mark;
import static io.millhand.testkit.Contract.awaitFile;
import static io.millhand.testkit.Contract.ended;
import static io.millhand.testkit.Contract.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millhand.CancelReason;
import io.millhand.Expiry;
import io.millhand.Feed;
import io.millhand.Input;
import io.millhand.Outcome;
import io.millhand.RetryPolicy;
import io.millhand.Source;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Inputs that are streams.
interface InputContract extends Contract {

    /// More than the window, so that credit has to go back and forth.
    int MANY = 3_000;

    int WINDOW = 1_024;

    /// What there is, as text: shows order and nulls.
    static String joined(Input<?> input) {
        var text = new StringBuilder();
        input.forEach(item -> text.append(item).append(' '));
        return text.toString();
    }

    private static String numbers(int end) {
        var text = new StringBuilder();
        IntStream.range(0, end).forEach(number -> text.append(number).append(' '));
        return text.toString();
    }

    /// Reads as many as it is told, and is marked then.
    static int readSome(Input<Integer> input, int count, File done) {
        int sum = 0;
        var items = input.iterator();
        for (int i = 0; i < count; i++) {
            sum += items.next();
        }
        mark(done);
        return sum;
    }

    static String readSomeAndBlock(Input<Integer> input, int count, File done) throws InterruptedException {
        readSome(input, count, done);
        return block();
    }

    static String readSomeAndWait(Input<Integer> input, int count, File read, File goOn) throws InterruptedException {
        readSome(input, count, read);
        return Bodies.waitFor(goOn);
    }

    /// How reading has ended, as the task sees it.
    static String tellEnd(Input<Integer> input) {
        int read = 0;
        try {
            for (var _ : input) {
                read++;
            }
            return read + " read";
        } catch (CompletionException e) {
            return read + " read, then " + e.getCause();
        }
    }

    /// Reads until that fails, and tells why.
    static void markEnd(Input<Integer> input, File reading, File told) {
        try {
            for (var _ : input) {
                mark(reading);
            }
        } catch (CompletionException e) {
            if (e.getCause() instanceof CancellationException) {
                mark(told);
            }
        }
    }

    private static void feed(Feed.Producer<Integer> producer, List<Integer> numbers) {
        try (producer) {
            for (var number : numbers) {
                producer.put(number);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /// A source that can be closed, and counts that and what was drawn of it.
    final class Numbers implements Iterator<Integer>, AutoCloseable {
        final AtomicInteger drawn = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();
        private final int end;

        Numbers(int end) {
            this.end = end;
        }

        @Override
        public boolean hasNext() {
            return drawn.get() < end;
        }

        @Override
        public Integer next() {
            return drawn.getAndIncrement();
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    /// Waits in its iterator until it is interrupted.
    final class Stalling implements Iterator<Integer>, AutoCloseable {
        final CountDownLatch waiting = new CountDownLatch(1);
        final CountDownLatch closed = new CountDownLatch(1);
        private int next;

        Stalling() {}

        @Override
        public boolean hasNext() {
            if (next == 3) {
                waiting.countDown();
                while (!Thread.currentThread().isInterrupted()) {
                    LockSupport.park(this);
                }
                throw new IllegalStateException("interrupted");
            }
            return true;
        }

        @Override
        public Integer next() {
            return next++;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    /// Three numbers, and a failure.
    final class Failing implements Iterator<Integer> {
        private int next;

        Failing() {}

        @Override
        public boolean hasNext() {
            if (next == 3) {
                throw new IllegalArgumentException("no more");
            }
            return true;
        }

        @Override
        public Integer next() {
            return next++;
        }
    }

    @Test
    @Guarantee("5.11.13")
    default void aTaskReadsWhatEachKindOfSourceHas() throws Exception {
        var all = IntStream.range(0, MANY).boxed().toList();
        var feed = Feed.<Integer>of(10);
        try (var queue = open(2)) {
            assertThat(queue.consume(Source.of(all.iterator()), InputContract::joined)
                            .join())
                    .isEqualTo(numbers(MANY));
            assertThat(queue.consume(Source.of(all), InputContract::joined).join())
                    .isEqualTo(numbers(MANY));
            assertThat(queue.consume(Source.of(all.stream()), InputContract::joined)
                            .join())
                    .isEqualTo(numbers(MANY));
            assertThat(queue.consume(Source.blocking(all.iterator()), InputContract::joined)
                            .join())
                    .isEqualTo(numbers(MANY));
            assertThat(queue.consume(Source.of(new ItemsContract.Numbers(MANY, null)), InputContract::joined)
                            .join())
                    .isEqualTo(numbers(MANY));
            var producer = feed.producer();
            var fed = Contract.aside(() -> feed(producer, all));
            assertThat(queue.consume(feed, InputContract::joined).join()).isEqualTo(numbers(MANY));
            fed.join();
        }
    }

    @Test
    @Guarantee("5.11.13")
    default void anEmptyInputIsAnInputAndANullIsAnItem() {
        try (var queue = open(2)) {
            assertThat(queue.consume(Source.of(List.<String>of()), InputContract::joined)
                            .join())
                    .isEmpty();
            List<@Nullable String> withNull = Arrays.asList("first", null, "last");
            assertThat(queue.consume(Source.of(withNull), InputContract::joined).join())
                    .isEqualTo("first null last ");
        }
    }

    @Test
    @Guarantee("5.11.13")
    default void aStreamGoesThroughATask() {
        try (var queue = open(2);
                var doubled = queue.items(
                        Source.of(IntStream.range(0, MANY).boxed()),
                        (Input<Integer> input) -> input.stream().map(number -> 2 * number),
                        task -> task.named("double"))) {
            assertThat(doubled.stream().toList())
                    .isEqualTo(IntStream.range(0, MANY)
                            .map(number -> 2 * number)
                            .boxed()
                            .toList());
            assertThat(ended(doubled.handle())).isEqualTo(new Outcome.Succeeded<>((long) MANY));
        }
    }

    @Test
    @Guarantee("5.11.13")
    default void anEarlyCloseOfTheItemsEndsTheInput() {
        var source = new Numbers(Integer.MAX_VALUE);
        try (var queue = open(2)) {
            try (var items = queue.items(
                    Source.of((Iterator<Integer>) source), (Input<Integer> input) -> input.stream(), task -> task)) {
                assertThat(items.iterator().next()).isZero();
            }
            Await.until("the source is closed", () -> source.closed.get() > 0);
        }
        assertThat(source.closed).hasValue(1);
    }

    @Test
    @Guarantee("5.11.14")
    default void theSourceIsLeftAloneUntilTheTaskReadsAndDrawnAWindowAheadAtMost(@TempDir Path folder) {
        var begun = file(folder, "begun");
        var goOn = file(folder, "go on");
        var source = new Numbers(Integer.MAX_VALUE);
        try (var queue = open(2)) {
            var unread = queue.consume(
                    Source.of((Iterator<Integer>) source),
                    (Input<Integer> input) -> readSomeAndWait(input, 0, begun, goOn));
            awaitFile(begun);
            assertThat(source.drawn).hasValue(0);
            mark(goOn);
            unread.join();
            assertThat(source.drawn).hasValue(0);
        }
        Await.until("the source is closed", () -> source.closed.get() > 0);

        var read = file(folder, "read");
        var end = file(folder, "end");
        var drawn = new Numbers(Integer.MAX_VALUE);
        try (var queue = open(2)) {
            var reader = queue.consume(
                    Source.of((Iterator<Integer>) drawn),
                    (Input<Integer> input) -> readSomeAndWait(input, 10, read, end));
            awaitFile(read);
            Await.until("the window", () -> drawn.drawn.get() >= WINDOW);
            mark(end);
            reader.join();
            assertThat(drawn.drawn.get()).isBetween(WINDOW, WINDOW + 11);
        }
    }

    @Test
    @Guarantee("5.11.15")
    default void whatTheSourceThrowsComesAfterTheItemsBeforeIt() {
        try (var queue = open(2)) {
            assertThat(queue.consume(Source.of(new Failing()), InputContract::tellEnd)
                            .join())
                    .isEqualTo("3 read, then java.lang.IllegalArgumentException: no more");
            assertThat(ended(queue.consume(Source.of(new Failing()), InputContract::joined)))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(IllegalArgumentException.class)
                                    .hasMessage("no more"));
        }
    }

    @Test
    @Guarantee("5.11.16")
    default void theSourceIsClosedOnceWithTheTask(@TempDir Path folder) {
        var read = new Numbers(10);
        var left = new Numbers(Integer.MAX_VALUE);
        var done = file(folder, "done");
        try (var queue = open(2)) {
            queue.consume(Source.of((Iterator<Integer>) read), InputContract::joined)
                    .join();
            queue.consume(Source.of((Iterator<Integer>) left), (Input<Integer> input) -> readSome(input, 5, done))
                    .join();
            Await.until("both are closed", () -> read.closed.get() > 0 && left.closed.get() > 0);
        }
        assertThat(read.closed).hasValue(1);
        assertThat(left.closed).hasValue(1);
    }

    @Test
    @Guarantee("5.11.16")
    default void aSourceThatWaitsIsInterruptedAndClosedWhenTheTaskEnds(@TempDir Path folder) throws Exception {
        var done = file(folder, "done");
        var source = new Stalling();
        try (var queue = open(2)) {
            assertThat(queue.consume(
                                    Source.of((Iterator<Integer>) source),
                                    (Input<Integer> input) -> readSome(input, 3, done))
                            .join())
                    .isEqualTo(3);
        }
        assertThat(source.closed.await(WorkerContract.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    @Guarantee("5.11.16")
    default void theSourceOfATaskThatNeverRunsIsClosed() {
        var source = new Numbers(10);
        try (var queue = open(2)) {
            queue.pause();
            var handle = queue.consume(Source.of((Iterator<Integer>) source), InputContract::joined);
            assertThat(handle.cancel(true)).isTrue();
            Await.until("the source is closed", () -> source.closed.get() > 0);
            queue.resume();
        }
        assertThat(source.closed).hasValue(1);
        assertThat(source.drawn).hasValue(0);
    }

    @Test
    @Guarantee("5.11.16")
    default void theSourceOfATaskThatIsKilledIsClosed(@TempDir Path folder) {
        var begun = file(folder, "begun");
        var source = new Numbers(Integer.MAX_VALUE);
        try (var queue = open(2)) {
            var handle = queue.consume(
                    Source.of((Iterator<Integer>) source),
                    (Input<Integer> input) -> readSomeAndBlock(input, 10, begun));
            awaitFile(begun);
            assertThat(handle.cancel(true)).isTrue();
            assertThat(ended(handle)).isEqualTo(new Outcome.Cancelled<>(CancelReason.CALLER));
            Await.until("the source is closed", () -> source.closed.get() > 0);
        }
    }

    @Test
    @Guarantee("5.11.17")
    default void aSourceIsReadByOneTaskOnce() {
        try (var queue = open(2)) {
            Source<Integer> source = Source.of(List.of(1, 2, 3));
            queue.consume(source, InputContract::joined).join();
            assertThatIllegalStateException()
                    .isThrownBy(() -> queue.consume(source, InputContract::joined))
                    .withMessageContaining("a source can be read once");
            Source<Integer> other = Source.of(List.of(1, 2, 3));
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            queue.consume(other, InputContract::joined, task -> task.retry(RetryPolicy.exponential(3))))
                    .withMessageContaining("must have one attempt");
            assertThat(queue.consume(other, InputContract::joined).join()).isEqualTo("1 2 3 ");
        }
    }

    @Test
    @Guarantee("5.11.17")
    default void aRefusedTaskLeavesItsSourceAlone() {
        var numbers = new Numbers(3);
        Source<Integer> source = Source.of((Iterator<Integer>) numbers);
        var closed = open(2);
        closed.close();
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> closed.consume(source, InputContract::joined));
        assertThat(numbers.closed).hasValue(0);
        try (var queue = open(2)) {
            assertThat(queue.consume(source, InputContract::joined).join()).isEqualTo("0 1 2 ");
        }
    }

    @Test
    @Guarantee("5.11.18")
    default void aSlowSourceIsNoLackOfProgressOfItsTask() throws InterruptedException {
        var feed = Feed.<Integer>of(10);
        var producer = feed.producer();
        try (var queue = open(2)) {
            var handle = queue.consume(feed, InputContract::joined, task -> task.noProgress(Duration.ofSeconds(2)));
            producer.put(1);
            assertThat(queue.submit(() -> Bodies.liveFor(Duration.ofMillis(4_500)))
                            .join())
                    .isEqualTo("lived");
            producer.put(2);
            producer.close();
            assertThat(handle.join()).isEqualTo("1 2 ");
        }
    }

    @Test
    @Guarantee("5.11.18")
    default void aTaskThatHangsBesideItsInputMakesNoProgress(@TempDir Path folder) {
        var read = file(folder, "read");
        var source = new Numbers(Integer.MAX_VALUE);
        try (var queue = open(2)) {
            var handle = queue.consume(
                    Source.of((Iterator<Integer>) source),
                    (Input<Integer> input) -> readSomeAndBlock(input, 3, read),
                    task -> task.noProgress(Duration.ofSeconds(2)));
            assertThat(ended(handle))
                    .isInstanceOfSatisfying(
                            Outcome.TimedOut.class,
                            outcome -> assertThat(outcome.expiry().clock()).isEqualTo(Expiry.Clock.NO_PROGRESS));
        }
    }

    @Test
    @Guarantee("5.11.19")
    default void aTaskThatIsToldOfItsCancelHasNoMoreInput(@TempDir Path folder) throws Exception {
        var reading = file(folder, "reading");
        var told = file(folder, "told");
        var source = new Stalling();
        try (var queue = open(2)) {
            var handle = queue.consume(Source.of((Iterator<Integer>) source), (Input<Integer> input) -> {
                markEnd(input, reading, told);
                return "over";
            });
            awaitFile(reading);
            source.waiting.await();
            assertThat(handle.cancel(false)).isTrue();
            awaitFile(told);
        }
    }

    @Test
    @Guarantee("5.11.20")
    default void anInputIsNotReadAfterTheEndOfItsTask() {
        try (var queue = open(2)) {
            var kept = queue.consume(Source.of(List.of(1, 2, 3)), InputContract::keep)
                    .join();
            assertThat(kept).isEqualTo("kept");
            assertThat(queue.submit(InputContract::readKept).join())
                    .isIn("the input of a task must be read before its end", "in another JVM");
        }
    }

    /// What a task has kept of its input, in the JVM in which it ran.
    List<Input<?>> KEPT = new ArrayList<>();

    static String keep(Input<?> input) {
        KEPT.clear();
        KEPT.add(input);
        return "kept";
    }

    static String readKept() {
        try {
            return KEPT.isEmpty()
                    ? "in another JVM"
                    : String.valueOf(KEPT.getFirst().iterator().next());
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
