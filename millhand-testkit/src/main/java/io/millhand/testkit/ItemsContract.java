package io.millhand.testkit;

import static io.millhand.testkit.Bodies.block;
import static io.millhand.testkit.Bodies.liveFor;
import static io.millhand.testkit.Bodies.mark;
import static io.millhand.testkit.Bodies.marks;
import static io.millhand.testkit.Bodies.spinWhile;
import static io.millhand.testkit.Contract.awaitFile;
import static io.millhand.testkit.Contract.ended;
import static io.millhand.testkit.Contract.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millhand.CancelReason;
import io.millhand.Emitter;
import io.millhand.Expiry;
import io.millhand.Items;
import io.millhand.ItemsTask;
import io.millhand.Outcome;
import io.millhand.RetryPolicy;
import io.millhand.Source;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.TaskTimeoutException;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Results that are streams.
interface ItemsContract extends Contract {

    /// More than the window, so that credit has to go back and forth.
    int MANY = 3_000;

    /// As many items as are under way at most.
    int WINDOW = 1_024;

    static Stream<Integer> count(int end) {
        return IntStream.range(0, end).boxed();
    }

    static Stream<Integer> countAndMark(File closed) {
        return IntStream.iterate(0, n -> n + 1).boxed().onClose(() -> mark(closed));
    }

    /// Three numbers, then nothing for ever.
    static Stream<Integer> threeAndBlock(File closed) {
        return countAndMark(closed).map(ItemsContract::blockFromThree);
    }

    static int blockFromThree(int number) {
        try {
            if (number >= 3) {
                block();
            }
            return number;
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// An iterator that can be closed, without end.
    final class Closeable implements Iterator<Integer>, AutoCloseable {
        private final File closed;
        private int next;

        Closeable(File closed) {
            this.closed = closed;
        }

        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public Integer next() {
            return next++;
        }

        @Override
        public void close() {
            mark(closed);
        }
    }

    /// An iterable that can be closed, as its iterators can, without end.
    record Folder(File closed, File iteratorClosed) implements Iterable<Integer>, AutoCloseable {

        @Override
        public Iterator<Integer> iterator() {
            return new Closeable(iteratorClosed);
        }

        @Override
        public void close() {
            mark(closed);
        }
    }

    /// Gives numbers as they are asked for, in the thread that asks.
    final class Numbers implements Flow.Publisher<Integer>, Flow.Subscription {
        private final int end;
        private final @Nullable File cancelled;
        private int next;
        private Flow.@Nullable Subscriber<? super Integer> subscriber;

        Numbers(int end, @Nullable File cancelled) {
            this.end = end;
            this.cancelled = cancelled;
        }

        @Override
        public void subscribe(Flow.Subscriber<? super Integer> subscriber) {
            this.subscriber = subscriber;
            subscriber.onSubscribe(this);
            endIfDone();
        }

        @Override
        public void request(long count) {
            for (long left = count; left > 0 && subscriber != null && next < end; left--) {
                subscriber.onNext(next++);
            }
            endIfDone();
        }

        private void endIfDone() {
            if (next == end && subscriber != null) {
                var told = subscriber;
                subscriber = null;
                told.onComplete();
            }
        }

        @Override
        public void cancel() {
            subscriber = null;
            if (cancelled != null) {
                mark(cancelled);
            }
        }
    }

    static void emitAndFail(Emitter<Integer> emitter) {
        count(5).forEach(emitter::emit);
        throw new IllegalStateException("no more");
    }

    static void emitAndBlock(Emitter<Integer> emitter) throws InterruptedException {
        count(5).forEach(emitter::emit);
        block();
    }

    static void emitAndSpin(Emitter<Integer> emitter, File spinning) {
        count(3).forEach(emitter::emit);
        spinWhile(spinning);
    }

    /// Marks before it emits each.
    static void markAndEmit(Emitter<Integer> emitter, File made) {
        for (int number = 0; ; number++) {
            mark(made);
            emitter.emit(number);
        }
    }

    /// Marks when as many were emitted as the window holds.
    static void emitAndMarkWindow(Emitter<Integer> emitter, File full) {
        for (int number = 1; ; number++) {
            emitter.emit(number);
            if (number == WINDOW) {
                mark(full);
            }
        }
    }

    static void emitNulls(Emitter<@Nullable String> emitter) {
        emitter.emit("first");
        emitter.emit(null);
        emitter.emit("last");
    }

    private static List<Integer> read(Iterator<Integer> items, int count) {
        return Stream.generate(items::next).limit(count).toList();
    }

    private static Collector<Integer> subscribed(Items<Integer> items, long demand) {
        var subscriber = new Collector<Integer>();
        items.subscribe(subscriber);
        subscriber.subscription().request(demand);
        return subscriber;
    }

    @Test
    @Guarantee("5.11.1")
    default void streamsWhatEachFormOfARecipeTells() {
        var all = count(MANY).toList();
        try (var queue = open(2)) {
            Items<Integer> stream = queue.items(() -> count(MANY));
            assertThat(stream.iterator()).toIterable().isEqualTo(all);
            Items<Integer> iterable = queue.items(() -> count(MANY).toList());
            assertThat(iterable.iterator()).toIterable().isEqualTo(all);
            Items<Integer> iterator = queue.items(() -> count(MANY).iterator());
            assertThat(iterator.iterator()).toIterable().isEqualTo(all);
            Items<Integer> publisher = queue.items(() -> new Numbers(MANY, null));
            assertThat(publisher.iterator()).toIterable().isEqualTo(all);
            Items<Integer> emitted = queue.items(emitter -> count(MANY).forEach(emitter::emit));
            assertThat(emitted.iterator()).toIterable().isEqualTo(all);
            assertThat(ended(emitted.handle())).isEqualTo(new Outcome.Succeeded<>((long) MANY));
        }
    }

    @Test
    @Guarantee("5.11.1")
    default void anEmptyStreamIsAStream() {
        try (var queue = open(2)) {
            var items = queue.items(() -> Stream.<String>empty());
            assertThat(items.iterator().hasNext()).isFalse();
            assertThat(ended(items.handle())).isEqualTo(new Outcome.Succeeded<>(0L));
            assertThat(queue.items(() -> new Numbers(0, null)).stream()).isEmpty();
        }
    }

    @Test
    @Guarantee("5.11.1")
    default void aNullIsAnItem() {
        try (var queue = open(2)) {
            Items<@Nullable String> items = queue.items(ItemsContract::emitNulls);
            assertThat(items.stream().toList()).containsExactly("first", null, "last");
        }
    }

    @Test
    @Guarantee("5.11.2")
    default void isReadOnceInOneOfItsWays() {
        try (var queue = open(2)) {
            var read = queue.items(() -> count(3));
            assertThat(read.stream()).containsExactly(0, 1, 2);
            var late = subscribed(read, 1);
            Await.until("the refusal", late::isOver);
            assertThat(late.failure()).isInstanceOf(IllegalStateException.class);

            var pushed = queue.items(() -> count(3));
            var first = subscribed(pushed, Long.MAX_VALUE);
            Await.until("the end", first::isOver);
            assertThat(first.values()).containsExactly(0, 1, 2);
            assertThat(first.failure()).isNull();
            assertThatIllegalStateException().isThrownBy(pushed::iterator);
        }
    }

    @Test
    @Guarantee("5.11.3")
    default void givesASubscriberNoMoreThanItAsksForAndMakesOneAheadAtMost(@TempDir Path folder) {
        var made = file(folder, "made");
        try (var queue = open(2)) {
            Items<Integer> items = queue.items(emitter -> markAndEmit(emitter, made));
            var subscriber = subscribed(items, 3);
            Await.until("three items", () -> subscriber.values().size() == 3);
            Await.until("the one ahead", () -> marks(made) == 4);
            subscriber.subscription().request(2);
            Await.until("five items", () -> subscriber.values().size() == 5);
            Await.until("the one ahead", () -> marks(made) == 6);
            assertThat(subscriber.values()).containsExactly(0, 1, 2, 3, 4);
            subscriber.subscription().cancel();
            assertThat(ended(items.handle())).isEqualTo(new Outcome.Succeeded<>(5L));
        }
    }

    @Test
    @Guarantee("5.11.3")
    default void staysWithinTheWindowOfAnIterator(@TempDir Path folder) {
        var full = file(folder, "full");
        try (var queue = open(2)) {
            Items<Integer> items = queue.items(emitter -> emitAndMarkWindow(emitter, full));
            assertThat(read(items.iterator(), 10)).hasSize(10);
            awaitFile(full);
            items.close();
            assertThat(ended(items.handle()))
                    .isInstanceOfSatisfying(
                            Outcome.Succeeded.class,
                            outcome -> assertThat((Long) outcome.value()).isBetween((long) WINDOW, WINDOW + 10L));
        }
    }

    @Test
    @Guarantee("5.11.4")
    default void failsAfterExactlyTheItemsBefore() {
        try (var queue = open(2)) {
            Items<Integer> items = queue.items(ItemsContract::emitAndFail);
            var reader = items.iterator();
            assertThat(read(reader, 5)).containsExactly(0, 1, 2, 3, 4);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(reader::next)
                    .havingCause()
                    .isInstanceOf(IllegalStateException.class)
                    .withMessage("no more");
            assertThat(reader.hasNext()).isFalse();

            Items<Integer> pushed = queue.items(ItemsContract::emitAndFail);
            var subscriber = subscribed(pushed, Long.MAX_VALUE);
            Await.until("the failure", subscriber::isOver);
            assertThat(subscriber.values()).containsExactly(0, 1, 2, 3, 4);
            assertThat(subscriber.failure())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no more");
        }
    }

    @Test
    @Guarantee("5.11.5")
    default void anEarlyCloseClosesTheSourceInTheWorker(@TempDir Path folder) {
        var files =
                List.of(file(folder, "a"), file(folder, "b"), file(folder, "c"), file(folder, "d"), file(folder, "e"));
        var first = files.get(0);
        var second = files.get(1);
        var third = files.get(2);
        var fourth = files.get(3);
        var fifth = files.get(4);
        try (var queue = open(2)) {
            closeAfterThree(queue.items(() -> countAndMark(first)));
            closeAfterThree(queue.items(() -> new Closeable(second)));
            closeAfterThree(queue.items(() -> new Folder(third, fifth)));
            closeAfterThree(queue.items(() -> new Numbers(Integer.MAX_VALUE, fourth)));
        }
        assertThat(files).allSatisfy(file -> assertThat(marks(file)).isEqualTo(1));
    }

    private static void closeAfterThree(Items<Integer> items) {
        var reader = items.iterator();
        assertThat(read(reader, 3)).containsExactly(0, 1, 2);
        items.close();
        assertThat(reader.hasNext()).isFalse();
        assertThat(ended(items.handle())).isInstanceOf(Outcome.Succeeded.class);
    }

    @Test
    @Guarantee("5.11.5")
    default void anEarlyCloseInterruptsAProducerThatWaits(@TempDir Path folder) {
        var closed = file(folder, "closed");
        try (var queue = open(2)) {
            var items = queue.items(() -> threeAndBlock(closed));
            assertThat(read(items.iterator(), 3)).containsExactly(0, 1, 2);
            items.close();
            assertThat(ended(items.handle())).isEqualTo(new Outcome.Succeeded<>(3L));
            assertThat(marks(closed)).isEqualTo(1);
        }
    }

    @Test
    @Guarantee("5.11.5")
    default void anEarlyCloseCancelsAProducerThatGoesOnAllTheSame(@TempDir Path folder) {
        var spinning = file(folder, "spinning");
        mark(spinning);
        try (var queue = open(2)) {
            Items<Integer> items = queue.items(emitter -> emitAndSpin(emitter, spinning));
            assertThat(read(items.iterator(), 3)).containsExactly(0, 1, 2);
            items.close();
            assertThat(ended(items.handle())).isEqualTo(new Outcome.Cancelled<>(CancelReason.CALLER));
            assertThat(spinning.delete()).isTrue();
        }
    }

    @Test
    @Guarantee("5.11.6")
    default void aTimeoutComesAfterTheItemsThatHadArrived() {
        var task = ItemsTask.of((Emitter<Integer> emitter) -> emitAndBlock(emitter))
                .with(timed -> timed.named("walk").timeout(Duration.ofSeconds(3)));
        try (var queue = open(2)) {
            var items = queue.items(task);
            assertThat(items.handle().task().name()).isEqualTo("walk");
            var reader = items.iterator();
            assertThat(read(reader, 5)).containsExactly(0, 1, 2, 3, 4);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(reader::next)
                    .havingCause()
                    .isInstanceOf(TaskTimeoutException.class);
        }
    }

    @Test
    @Guarantee("5.11.6")
    default void aCancelEndsTheProducer(@TempDir Path folder) {
        var closed = file(folder, "closed");
        try (var queue = open(2)) {
            var killed = queue.items(() -> count(Integer.MAX_VALUE));
            var reader = killed.iterator();
            assertThat(read(reader, 3)).containsExactly(0, 1, 2);
            assertThat(killed.handle().cancel(true)).isTrue();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> reader.forEachRemaining(_ -> {}));

            var told = queue.items(() -> countAndMark(closed));
            assertThat(read(told.iterator(), 3)).containsExactly(0, 1, 2);
            assertThat(told.handle().cancel(false)).isTrue();
            awaitFile(closed);
        }
    }

    @Test
    @Guarantee("5.11.7")
    default void aReaderThatDoesNotReadHoldsUpNothingElse() {
        try (var queue = open(2);
                var unread = queue.items(() -> count(MANY))) {
            var slow = unread.iterator();
            assertThat(slow.next()).isZero();
            assertThat(queue.map(List.of(1, 2, 3), n -> 2 * n)).containsExactly(2, 4, 6);
            assertThat(queue.items(() -> count(MANY)).stream().count()).isEqualTo(MANY);
            assertThat(read(slow, MANY - 1)).endsWith(MANY - 1);
        }
    }

    @Test
    @Guarantee("5.11.8")
    default void itsSilenceWhileNothingIsWantedIsNoLackOfProgress() {
        var limit = Duration.ofSeconds(1);
        var task = ItemsTask.of(() -> count(MANY)).with(timed -> timed.noProgress(limit));
        try (var queue = open(2);
                var items = queue.items(task)) {
            var reader = items.iterator();
            assertThat(reader.next()).isZero();
            assertThat(queue.submit(() -> liveFor(Duration.ofMillis(2_500))).join())
                    .isEqualTo("lived");
            assertThat(read(reader, MANY - 1)).endsWith(MANY - 1);
        }
    }

    @Test
    @Guarantee("5.11.8")
    default void aProducerThatHangsWhileItemsAreWantedMakesNoProgress() {
        var task = ItemsTask.of((Emitter<Integer> emitter) -> emitAndBlock(emitter))
                .with(timed -> timed.noProgress(Duration.ofSeconds(2)));
        try (var queue = open(2)) {
            var items = queue.items(task);
            assertThat(read(items.iterator(), 5)).hasSize(5);
            assertThat(ended(items.handle()))
                    .isInstanceOfSatisfying(
                            Outcome.TimedOut.class,
                            outcome -> assertThat(outcome.expiry().clock()).isEqualTo(Expiry.Clock.NO_PROGRESS));
        }
    }

    @Test
    @Guarantee("5.11.9")
    default void aShutdownCancelsWhatNobodyReadsAndWaitsForTheRest() {
        try (var queue = open(2)) {
            var unread = queue.items(() -> count(MANY));
            var read = queue.items(() -> count(MANY)).iterator();
            assertThat(read.next()).isZero();
            queue.shutdown();
            assertThat(ended(unread.handle())).isEqualTo(new Outcome.Cancelled<>(CancelReason.SHUTDOWN));
            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> unread.iterator().next());
            assertThat(read(read, MANY - 1)).endsWith(MANY - 1);
            assertThat(read.hasNext()).isFalse();
        }
    }

    @Test
    @Guarantee("5.11.9")
    default void aShutdownCancelsWhatItsSubscriberWantsNoMoreOf() {
        try (var queue = open(2)) {
            var subscriber = subscribed(queue.items(() -> count(MANY)), 3);
            Await.until("three items", () -> subscriber.values().size() == 3);
            queue.shutdown();
            Await.until("the end", subscriber::isOver);
            assertThat(subscriber.failure()).isInstanceOf(CancellationException.class);
            assertThat(subscriber.values()).containsExactly(0, 1, 2);
        }
    }

    @Test
    @Guarantee("5.11.10")
    default void itemsThatAreForgottenAreClosed() {
        try (var queue = open(2)) {
            var handle = forgotten(queue);
            Await.until("the end of what was forgotten", () -> {
                System.gc();
                return handle.isDone();
            });
        }
    }

    private static TaskHandle<Long> forgotten(TaskQueue queue) {
        var items = queue.items(() -> count(MANY));
        assertThat(items.iterator().next()).isZero();
        return items.handle();
    }

    @Test
    @Guarantee("5.11.11")
    default void refusesToComeTwice() {
        var task = ItemsTask.of(() -> count(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> task.with(tried -> tried.retry(RetryPolicy.exponential(3))))
                .withMessageStartingWith("a streaming task must have one attempt, since its items would come twice");
        try (var queue = open(2)) {
            assertThat(queue.items(task).stream()).containsExactly(0, 1, 2);
            assertThat(queue.items(task).stream()).as("another time").containsExactly(0, 1, 2);
        }
    }

    @Test
    @Guarantee("5.11.3")
    default void isASourceOfAMap() {
        try (var queue = open(3);
                var items = queue.items(() -> count(100))) {
            assertThat(queue.map(Source.of(items), n -> 2 * n))
                    .containsExactlyElementsOf(count(100).map(n -> 2 * n).toList());
        }
    }
}
