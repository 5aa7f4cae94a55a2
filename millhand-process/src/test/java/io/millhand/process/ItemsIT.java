package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.millhand.Emitter;
import io.millhand.Items;
import io.millhand.NotTransferableException;
import io.millhand.Outcome;
import io.millhand.RemoteTaskException;
import io.millhand.TaskCrashedException;
import io.millhand.TaskQueue;
import io.millhand.Unfinished;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Streams across the border of a process.
@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ItemsIT {

    private static final Duration CEILING = Duration.ofSeconds(60);

    record Point(int x, String name, List<Integer> more) implements Serializable {}

    /// Can be written, not read.
    static final class Poison implements Serializable {
        private static final long serialVersionUID = 1;

        private Object readResolve() {
            throw new IllegalStateException("poisoned");
        }
    }

    private static Stream<Integer> count(int end) {
        return IntStream.range(0, end).boxed();
    }

    private static List<Object> all() {
        return Arrays.asList(
                null,
                true,
                false,
                7,
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                Math.PI,
                Double.NaN,
                'c',
                (short) 3,
                1.5f,
                "",
                "latin \u00ff",
                "not latin \u20ac",
                "half a pair \ud800 of letters",
                "long ".repeat(10_000),
                "long and not latin \u20ac".repeat(10_000),
                Thread.State.BLOCKED,
                Duration.ofDays(1),
                new Point(1, "a", List.of(1, 2, 3)),
                new Point(2, "b", List.of()),
                new Point(3, "c", List.of(1)));
    }

    @Test
    @Guarantee("6.16.1")
    void carriesWhateverCanBeSerialized() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            assertThat(queue.items(() -> all()).stream().toList()).isEqualTo(all());
        }
    }

    private static void emitTheSameTwice(Emitter<Object> emitter) {
        var numbers = new ArrayList<>(List.of(1));
        emitter.emit(numbers);
        numbers.add(2);
        emitter.emit(numbers);
        byte[] bytes = new byte[100_000];
        emitter.emit(bytes);
        bytes[0] = 1;
        emitter.emit(bytes);
    }

    @Test
    @Guarantee("6.16.1")
    void anItemIsWhatItWasWhenItWasEmitted() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            Items<Object> items = queue.items(ItemsIT::emitTheSameTwice);
            var seen = items.stream().toList();
            assertThat(seen.subList(0, 2)).isEqualTo(List.of(List.of(1), List.of(1, 2)));
            assertThat(((byte[]) seen.get(2))[0]).isZero();
            assertThat(((byte[]) seen.get(3))[0]).isEqualTo((byte) 1);
        }
    }

    private static void emitAndHalt(Emitter<Integer> emitter, File go) {
        count(2_000).forEach(emitter::emit);
        await().atMost(CEILING).until(go::exists);
        Runtime.getRuntime().halt(7);
    }

    @Test
    @Guarantee("6.16.2")
    void aCrashComesAfterTheItemsThatHadArrived(@TempDir Path folder) throws IOException {
        var go = folder.resolve("go").toFile();
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            Items<Integer> items = queue.items(emitter -> emitAndHalt(emitter, go));
            var reader = items.iterator();
            for (int expected = 0; expected < 2_000; expected++) {
                assertThat(reader.next()).isEqualTo(expected); // the last ones were not held back
            }
            Files.createFile(go.toPath());
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(reader::next)
                    .havingCause()
                    .isInstanceOfSatisfying(
                            TaskCrashedException.class,
                            crashed -> assertThat(crashed.report().exitCode()).hasValue(7));
            assertThat(queue.submit(() -> 1).join()).isEqualTo(1);
        }
    }

    @Test
    @Guarantee("6.16.2")
    void aKilledChildEndsItsStreamWithoutAGap() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            Items<Long> items = queue.items(() -> LongStream.concat(
                            LongStream.of(ProcessHandle.current().pid()), LongStream.iterate(0, n -> n + 1))
                    .boxed());
            var reader = items.iterator();
            long pid = reader.next();
            for (long expected = 0; expected < 5_000; expected++) {
                assertThat(reader.next()).isEqualTo(expected);
            }
            assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> readInOrder(reader, 5_000))
                    .havingCause()
                    .isInstanceOf(TaskCrashedException.class);
        }
    }

    private static void readInOrder(Iterator<Long> items, long first) {
        for (long expected = first; items.hasNext(); expected++) {
            assertThat(items.next()).isEqualTo(expected);
        }
    }

    private static void emitSomethingUntransferable(Emitter<Object> emitter) {
        emitter.emit("fine");
        try {
            emitter.emit(List.of(new Point(1, "a", List.of()), new Object()));
        } catch (NotTransferableException e) {
            emitter.emit(String.valueOf(e.getMessage()));
        }
        emitter.emit(new Point(2, "b", List.of())); // whose class was told with what could not travel
        emitter.emit(Thread.currentThread());
    }

    @Test
    @Guarantee("6.16.3")
    void whatCannotTravelIsRefusedWhereItIsEmitted() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            Items<Object> items = queue.items(ItemsIT::emitSomethingUntransferable);
            var reader = items.iterator();
            assertThat(reader.next()).isEqualTo("fine");
            assertThat(reader.next()).asString().startsWith("item 2 of the task cannot travel: not serializable is ");
            assertThat(reader.next()).isEqualTo(new Point(2, "b", List.of()));
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(reader::next)
                    .havingCause()
                    .isInstanceOf(NotTransferableException.class)
                    .withMessageContaining("Thread");
        }
    }

    @Test
    @Guarantee("6.16.3")
    void whatCannotBeReadEndsTheStreamAtItsPlace() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            Items<Object> items =
                    queue.items(() -> Stream.concat(Stream.of(1, 2, new Poison()), Stream.iterate(4, n -> n + 1)));
            var reader = items.iterator();
            assertThat(List.of(reader.next(), reader.next())).isEqualTo(List.of(1, 2));
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(reader::next)
                    .havingCause()
                    .isInstanceOf(RemoteTaskException.class)
                    .withMessageContaining("poisoned");
            assertThat(reader.hasNext()).isFalse();
            assertThat(items.handle().outcome(CEILING).orElseThrow()).isInstanceOf(Outcome.Succeeded.class);
        }
    }

    @Test
    @Guarantee("6.16.4")
    void anItemMayBeLargerThanTheWindow() {
        int size = 64 << 20;
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(512 << 20))) {
            Items<byte[]> items = queue.items(() -> IntStream.range(0, 4).mapToObj(n -> filled(size, n)));
            int number = 0;
            for (byte[] item : items) {
                assertThat(item).hasSize(size);
                assertThat(item[size - 1]).isEqualTo((byte) number++);
            }
            assertThat(number).isEqualTo(4);
        }
    }

    /// Of this JVM, without what the collector would throw away.
    private static long liveBytes() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static Stream<byte[]> endless() {
        return Stream.generate(() -> new byte[1_024]);
    }

    /// The window is a MiB; eight more are allowed for whatever else an encoded item takes.
    @Test
    @Guarantee("6.16.4")
    void aReaderThatIsFarSlowerThanTheProducerCostsMemoryOfNeitherSide() {
        long most = 9L << 20;
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).slots(2).heap(128 << 20))) {
            long childBefore = queue.submit(() -> liveBytes()).join();
            long before = liveBytes();
            try (var items = queue.items(() -> endless())) {
                var reader = items.iterator();
                for (int i = 0; i < 100; i++) {
                    // The child makes thousands meanwhile, as far as anybody lets it.
                    var pause = queue.submit(() -> liveBytes());
                    assertThat(reader.next()).hasSize(1_024);
                    assertThat(pause.join() - childBefore)
                            .as("child, item " + i)
                            .isLessThan(most);
                }
                assertThat(liveBytes() - before).as("parent").isLessThan(most);
            }
        }
    }

    private static byte[] filled(int size, int value) {
        var bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /// Remembers how far it got.
    private static void emitKilobytes(Emitter<byte[]> emitter, File made) {
        for (int number = 1; !emitter.isClosed(); number++) {
            write(made, number);
            emitter.emit(new byte[10_240]);
        }
    }

    private static void write(File file, int number) {
        try {
            Files.writeString(file.toPath(), Integer.toString(number));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Guarantee("6.16.4")
    void noMoreThanAMebibyteIsUnderWay(@TempDir Path folder) {
        var made = folder.resolve("made").toFile();
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            Items<byte[]> items = queue.items(emitter -> emitKilobytes(emitter, made));
            var reader = items.iterator();
            assertThat(reader.next()).hasSize(10_240);
            await().atMost(CEILING).until(() -> made.exists() && numberIn(made) > 100);
            items.close();
            assertThat(items.handle().outcome(CEILING).orElseThrow())
                    .isInstanceOfSatisfying(
                            Outcome.Succeeded.class,
                            outcome -> assertThat((Long) outcome.value()).isBetween(100L, (1 << 20) / 10_240 + 20L));
        }
    }

    private static int numberIn(File file) {
        try {
            String text = Files.readString(file.toPath());
            return text.isEmpty() ? 0 : Integer.parseInt(text); // it is being written
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Guarantee("6.16.5")
    void aReaderThatDoesNotReadHoldsUpNoOtherSlotOfTheSameChild() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).slots(3));
                var unread = queue.items(() -> count(10_000))) {
            var slow = unread.iterator();
            assertThat(slow.next()).isZero();
            assertThat(queue.submit(() -> 1).join()).isEqualTo(1);
            assertThat(queue.items(() -> count(10_000)).stream().count()).isEqualTo(10_000);
            for (int expected = 1; expected < 10_000; expected++) {
                assertThat(slow.next()).isEqualTo(expected);
            }
        }
    }

    @Test
    @Guarantee("6.16.5")
    void anItemDoesNotWaitForCompany(@TempDir Path folder) throws IOException {
        var go = folder.resolve("go").toFile();
        for (int slots : List.of(1, 2)) {
            try (var queue = TaskQueue.on(ProcessWorkers.of(1).slots(slots))) {
                Items<Integer> items = queue.items(emitter -> emitThreeAndWait(emitter, go));
                var reader = items.iterator();
                assertThat(List.of(reader.next(), reader.next(), reader.next())).isEqualTo(List.of(0, 1, 2));
                Files.createFile(go.toPath());
                assertThat(reader.hasNext()).isFalse();
                Files.delete(go.toPath());
            }
        }
    }

    private static void emitThreeAndWait(Emitter<Integer> emitter, File go) {
        count(3).forEach(emitter::emit);
        await().atMost(CEILING).until(go::exists);
    }

    @Test
    @Guarantee("5.11.11")
    void whatIsKilledWithItsWorkersDoesNotComeTwice() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            Items<Integer> items = queue.items(() -> count(Integer.MAX_VALUE));
            assertThat(items.iterator().next()).isZero();
            var _ = queue.attach(ProcessWorkers.of(1));
            var _ = queue.workers().getFirst().detach(Duration.ZERO, Unfinished.REQUEUE);
            assertThat(items.handle().outcome(CEILING).orElseThrow()).isInstanceOf(Outcome.Cancelled.class);
        }
    }

    @Test
    @Guarantee("6.16.4")
    void aStreamOfAMillionItemsFitsIntoSmallHeaps(@TempDir Path folder) throws Exception {
        var ending = ParentJvm.run(
                folder,
                "java",
                List.of(
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StreamParent.class.getName(),
                        "1000000",
                        "1000"),
                Map.of());
        assertThat(ending.output()).startsWith("read 1000000 items");
        assertThat(ending.code()).isZero();
    }

    /// Slower than its producer.
    private static final class Slow implements Flow.Subscriber<Long> {
        private final CountDownLatch over = new CountDownLatch(1);
        private final AtomicLong sum = new AtomicLong();
        private volatile @Nullable Throwable failure;
        private Flow.@Nullable Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            subscription.request(1);
        }

        @Override
        public void onNext(Long item) {
            sum.addAndGet(item);
            if (subscription != null) {
                subscription.request(1);
            }
        }

        @Override
        public void onError(Throwable cause) {
            failure = cause;
            over.countDown();
        }

        @Override
        public void onComplete() {
            over.countDown();
        }
    }

    @Test
    @Guarantee("5.11.3")
    void asksForOneAtATimeIfItsSubscriberDoes() throws InterruptedException {
        var subscriber = new Slow();
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            queue.items(() -> LongStream.range(0, 5_000).boxed()).subscribe(subscriber);
            assertThat(subscriber.over.await(CEILING.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(subscriber.failure).isNull();
            assertThat(subscriber.sum).hasValue(5_000L * 4_999 / 2);
        }
    }
}
