package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.CancelReason;
import io.millhand.Input;
import io.millhand.NotTransferableException;
import io.millhand.Outcome;
import io.millhand.RemoteTaskException;
import io.millhand.Source;
import io.millhand.TaskQueue;
import io.millhand.Unfinished;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Inputs across the border of a process.
@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InputIT {

    private static final Duration CEILING = Duration.ofSeconds(60);
    private static final int MIB = 1 << 20;

    record Point(int x, String name, List<Integer> more) implements Serializable {}

    /// Can be written, not read.
    static final class Poison implements Serializable {
        private static final long serialVersionUID = 1;

        private Object readResolve() {
            throw new IllegalStateException("poisoned");
        }
    }

    private static List<Object> list(Input<Object> input) {
        return input.stream().toList();
    }

    /// Reads all, and tells how that has ended.
    private static String tell(Input<Object> input) {
        var seen = new ArrayList<>();
        try {
            input.forEach(seen::add);
            return seen + ", the end";
        } catch (CompletionException e) {
            return seen + ", " + e.getCause();
        }
    }

    private static int readTwo(Input<Integer> input, File one) {
        var items = input.iterator();
        int first = items.next();
        try {
            Files.createFile(one.toPath());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return first + items.next();
    }

    private static long weigh(Input<byte[]> input) {
        return input.stream().mapToLong(bytes -> bytes.length).sum();
    }

    private static int readAndHalt(Input<Integer> input) {
        var items = input.iterator();
        items.next();
        Runtime.getRuntime().halt(7);
        return 0;
    }

    private static String readSomeAndWait(Input<byte[]> input, File read, File goOn) throws IOException {
        var items = input.iterator();
        items.next();
        Files.createFile(read.toPath());
        await().atMost(CEILING).until(goOn::exists);
        return "read";
    }

    private static long count(Input<Integer> input) {
        return input.stream().count();
    }

    @Test
    @Guarantee("6.16.6")
    void anItemIsWhatItWasWhenItWasDrawn() {
        var numbers = new ArrayList<>(List.of(1));
        var source = Stream.<Object>of(1, 2, 3, 4).map(n -> {
            if (n.equals(2)) {
                numbers.add(2);
            }
            return n.equals(3) ? "not latin \u20ac" : n.equals(4) ? new Point(1, "a", List.of(1)) : numbers;
        });
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            assertThat(queue.consume(Source.of(source), InputIT::list).join())
                    .isEqualTo(List.of(List.of(1), List.of(1, 2), "not latin \u20ac", new Point(1, "a", List.of(1))));
        }
    }

    @Test
    @Guarantee("6.16.6")
    void anItemThatCannotTravelFailsTheInputAtItsPlace() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            var handle = queue.consume(Source.of(Stream.<Object>of(1, new Object(), 3)), InputIT::list);
            assertThat(handle.outcome(CEILING).orElseThrow())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(NotTransferableException.class)
                                    .hasMessageStartingWith("item 2 of the input cannot travel: not serializable is")
                                    .hasMessageContaining("java.lang.Object"));
            assertThat(queue.consume(Source.of(Stream.<Object>of(1, new Object(), 3)), InputIT::tell)
                            .join())
                    .startsWith("[1], io.millhand.NotTransferableException: item 2 of the input");
        }
    }

    @Test
    @Guarantee("6.16.6")
    void anItemThatCannotBeReadFailsTheInputAtItsPlace() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            var handle = queue.consume(Source.of(Stream.<Object>of(1, new Poison(), 3)), InputIT::list);
            assertThat(handle.outcome(CEILING).orElseThrow())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(RemoteTaskException.class)
                                    .hasMessageContaining("poisoned"));
            assertThat(queue.submit(() -> 1).join()).isEqualTo(1);
        }
    }

    /// Gives one item, and another one when a file is there.
    private record WaitingForFile(File file, AtomicLong given) implements Iterator<Integer> {
        @Override
        public boolean hasNext() {
            return given.get() < 2;
        }

        @Override
        public Integer next() {
            if (given.getAndIncrement() > 0) {
                await().atMost(CEILING).until(file::exists);
            }
            return 1;
        }
    }

    @Test
    @Guarantee("6.16.7")
    void anItemIsSentWithoutAnotherOneThatFollows(@TempDir Path folder) {
        var one = folder.resolve("one").toFile();
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            var source = new WaitingForFile(one, new AtomicLong());
            assertThat(queue.consume(Source.of(source), (Input<Integer> input) -> readTwo(input, one))
                            .join())
                    .isEqualTo(2);
        }
    }

    @Test
    @Guarantee("6.16.7")
    void aReaderThatDoesNotReadBoundsWhatIsDrawn(@TempDir Path folder) throws IOException {
        var read = folder.resolve("read").toFile();
        var goOn = folder.resolve("go on").toFile();
        var drawn = new AtomicLong();
        var source = Stream.generate(() -> {
            drawn.incrementAndGet();
            return new byte[MIB / 8];
        });
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            var handle = queue.consume(Source.of(source), (Input<byte[]> input) -> readSomeAndWait(input, read, goOn));
            await().atMost(CEILING).until(read::exists);
            Files.createFile(goOn.toPath());
            assertThat(handle.join()).isEqualTo("read");
        }
        assertThat(drawn.get()).as("eighths of a MiB").isBetween(1L, 8L + 3);
    }

    @Test
    @Guarantee("6.16.7")
    void anItemMayBeLargerThanTheWindow() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(128L * MIB))) {
            var source = Stream.generate(() -> new byte[16 * MIB]).limit(8);
            assertThat(queue.consume(Source.of(source), InputIT::weigh).join()).isEqualTo(128L * MIB);
            var tooLarge = Stream.generate(() -> new byte[48 * MIB]).limit(1);
            assertThat(queue.consume(Source.of(tooLarge), InputIT::weigh)
                            .outcome(CEILING)
                            .orElseThrow())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .hasMessageContaining("item 1 of the input cannot travel")
                                    .hasMessageContaining("bytes that the receiver takes"));
        }
    }

    /// An iterator without end that tells whether it was closed.
    private static final class Endless implements Iterator<Integer>, AutoCloseable {
        private volatile boolean closed;

        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public Integer next() {
            if (closed) {
                throw new NoSuchElementException("closed");
            }
            return 1;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    @Guarantee("6.16.8")
    void aCrashClosesTheSource() {
        var source = new Endless();
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            var handle = queue.consume(Source.of((Iterator<Integer>) source), InputIT::readAndHalt);
            assertThat(handle.outcome(CEILING).orElseThrow()).isInstanceOf(Outcome.Crashed.class);
            await().atMost(CEILING).until(() -> source.closed);
            assertThat(queue.submit(() -> 1).join()).isEqualTo(1);
        }
    }

    @Test
    @Guarantee("5.11.17")
    void whatIsKilledWithItsWorkersIsNotReadAgain(@TempDir Path folder) {
        var source = new Endless();
        var begun = folder.resolve("begun").toFile();
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            var handle = queue.consume(
                    Source.of((Iterator<Integer>) source), (Input<Integer> input) -> readOneAndCount(input, begun));
            await().atMost(CEILING).until(begun::exists);
            var _ = queue.attach(ProcessWorkers.of(1));
            var _ = queue.workers().getFirst().detach(Duration.ZERO, Unfinished.REQUEUE);
            assertThat(handle.outcome(CEILING).orElseThrow()).isEqualTo(new Outcome.Cancelled<>(CancelReason.DETACHED));
            assertThat(queue.submit(() -> 1).join()).isEqualTo(1);
            await().atMost(CEILING).until(() -> source.closed);
        }
    }

    private static long readOneAndCount(Input<Integer> input, File begun) throws IOException {
        input.iterator().next();
        Files.createFile(begun.toPath());
        return count(input);
    }

    @Test
    @Guarantee("6.16.8")
    void inputsOfOneChildDoNotHoldUpEachOther() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).slots(3))) {
            var handles = IntStream.range(0, 6)
                    .mapToObj(_ ->
                            queue.consume(Source.of(IntStream.range(0, 5_000).boxed()), InputIT::count))
                    .toList();
            handles.forEach(handle -> assertThat(handle.join()).isEqualTo(5_000L));
        }
    }
}
