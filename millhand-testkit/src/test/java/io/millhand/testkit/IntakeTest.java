package io.millhand.testkit;

import static io.millhand.testkit.Contract.aside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millhand.ErrorPolicy;
import io.millhand.InlineWorkers;
import io.millhand.MapOptions;
import io.millhand.Outcome;
import io.millhand.ResultOrder;
import io.millhand.Results;
import io.millhand.Source;
import io.millhand.Task;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// What the contract cannot tell of `map`: sources and readers that misbehave, in this JVM.
@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class IntakeTest {

    /// A source that says who touches it when.
    private static final class Touchy implements Iterator<Integer>, AutoCloseable {
        private final int end;
        private final AtomicBoolean touched = new AtomicBoolean();
        private int drawn;
        private boolean over;
        private int closes;

        Touchy(int end) {
            this.end = end;
        }

        private <V> V touch(Supplier<V> body) {
            if (!touched.compareAndSet(false, true)) {
                throw new AssertionError("two threads touch the source");
            }
            try {
                return body.get();
            } finally {
                touched.set(false);
            }
        }

        @Override
        public boolean hasNext() {
            return touch(() -> {
                assertThat(over || closes > 0).as("over or closed").isFalse();
                over = drawn == end;
                return !over;
            });
        }

        @Override
        public Integer next() {
            return touch(() -> drawn++);
        }

        @Override
        public void close() {
            touch(() -> ++closes);
        }
    }

    static Thread awaitWaiting(AtomicReference<@Nullable Thread> reference) {
        Await.until("a thread that waits", () -> {
            var thread = reference.get();
            return thread != null && thread.getState() == Thread.State.WAITING;
        });
        var thread = reference.get();
        if (thread == null) {
            throw new AssertionError("no thread");
        }
        return thread;
    }

    @Test
    @Guarantee("5.10.12")
    void touchesItsSourceFromOneThreadAtATimeAndNotAfterItsEnd() {
        var source = new Touchy(2000);
        try (var queue = TaskQueue.on(ThreadWorkers.of(4));
                var results = queue.map(Source.of(source), n -> n, MapOptions.defaults())) {
            var reader = new Collector<Integer>();
            results.publisher().subscribe(reader);
            reader.subscription().request(Long.MAX_VALUE);
            Await.until("the end", reader::isOver);
            assertThat(reader.failure()).isNull();
            assertThat(reader.values()).hasSize(2000);
            assertThat(results.iterator().hasNext()).isFalse();
        }
        assertThat(source.closes).isEqualTo(1);
    }

    @Test
    @Guarantee("5.10.6")
    @SuppressWarnings("try") // to close it early is what is tested
    void closesASourceOnceHoweverItIsClosed() {
        var source = new Touchy(100);
        try (var queue = TaskQueue.on(InlineWorkers.of());
                var results = queue.map(source, n -> n)) {
            assertThat(results.iterator().next()).isZero();
            results.close();
            results.close();
            assertThat(source.closes).isEqualTo(1);
        }
        assertThat(source.closes).isEqualTo(1);
    }

    @Test
    @Guarantee("5.10.6")
    void tellsOfASourceThatCannotBeClosed() {
        Supplier<Stream<Integer>> inputs = () -> Stream.of(1).onClose(() -> {
            throw new IllegalStateException("cannot close");
        });
        try (var queue = TaskQueue.on(InlineWorkers.of())) {
            var reader = queue.map(inputs.get(), n -> n).iterator();
            assertThat(reader.next()).isEqualTo(1);
            assertThatIllegalStateException().isThrownBy(reader::next).withMessage("cannot close");
            assertThatIllegalStateException()
                    .isThrownBy(queue.map(inputs.get(), n -> n)::close)
                    .withMessage("cannot close");
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(queue.map(inputs.get(), IntakeTest::fail).iterator()::next)
                    .satisfies(e -> assertThat(e.getSuppressed()).isEmpty());
        }
    }

    @Test
    @Guarantee("5.10.4")
    void throwsWhatHasNextThrowsAtItsPosition() {
        var drawn = new AtomicInteger();
        var source = new Iterator<Integer>() {
            @Override
            public boolean hasNext() {
                if (drawn.get() == 2) {
                    throw new StackOverflowError("too deep");
                }
                return true;
            }

            @Override
            public Integer next() {
                return drawn.incrementAndGet();
            }
        };
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            var reader = queue.map(source, n -> n).iterator();
            assertThat(List.of(reader.next(), reader.next())).containsExactly(1, 2);
            assertThatExceptionOfType(StackOverflowError.class).isThrownBy(reader::next);
            assertThat(reader.hasNext()).isFalse();
        }
    }

    @Test
    @Guarantee("5.10.12")
    void refusesToBeReadByItsOwnSource() {
        var own = new AtomicReference<Results<Integer>>();
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            var inputs = Stream.generate(() -> own.get().iterator().next());
            own.set(queue.map(inputs, n -> n));
            assertThatIllegalStateException()
                    .isThrownBy(own.get().iterator()::next)
                    .withMessageStartingWith("the results are being read by another thread, or by their own source");
        }
    }

    @Test
    @Guarantee("5.10.23")
    void refusesToWaitForTasksThatWaitForItsOwnSlot() {
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            var handle =
                    queue.submit(() -> queue.map(List.of(1), n -> n).iterator().next());
            assertThat(Contract.ended(handle))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessageContaining("whose only slot it holds"));
        }
    }

    @Test
    @Guarantee("5.10.23")
    void mapsInATaskOfItsOwnQueue() {
        try (var inline = TaskQueue.on(InlineWorkers.of());
                var threads = TaskQueue.on(ThreadWorkers.of(2))) {
            for (var queue : List.of(inline, threads)) {
                var handle = queue.submit(
                        () -> queue.map(List.of(1, 2, 3), n -> n * 2).stream().toList());
                assertThat(Contract.ended(handle)).isEqualTo(new Outcome.Succeeded<>(List.of(2, 4, 6)));
            }
        }
    }

    @Test
    @Guarantee("5.10.9")
    void leavesOtherTasksAloneWhenItFails() {
        var go = new CountDownLatch(1);
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            var other = queue.submit(() -> {
                go.await();
                return "fine";
            });
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(queue.map(List.of(0), n -> 1 / n).iterator()::next);
            go.countDown();
            assertThat(Contract.ended(other)).isEqualTo(new Outcome.Succeeded<>("fine"));
        }
    }

    @Test
    @SuppressWarnings("try") // to close it early is what is tested
    void tellsAReaderThatWaitsOfTheClose() throws Exception {
        try (var queue = TaskQueue.on(ThreadWorkers.of(1));
                var results = queue.map(List.of(1), _ -> blockForEver())) {
            var thread = new AtomicReference<@Nullable Thread>();
            var hasNext = new CompletableFuture<Boolean>();
            var _ = aside(() -> {
                thread.set(Thread.currentThread());
                hasNext.complete(results.iterator().hasNext());
            });
            awaitWaiting(thread);
            results.close();
            assertThat(hasNext.get(60, TimeUnit.SECONDS)).isFalse();
        }
    }

    private static int fail(int number) {
        throw new ArithmeticException("of " + number);
    }

    private static int blockForEver() {
        try {
            Bodies.block();
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Guarantee("5.10.17")
    void cancelsAllWhenForEachIsInterrupted() throws Exception {
        var thread = new AtomicReference<@Nullable Thread>();
        var thrown = new CompletableFuture<Exception>();
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            var _ = aside(() -> {
                thread.set(Thread.currentThread());
                try {
                    queue.forEach(List.of(1, 2, 3), _ -> blockForEver());
                } catch (InterruptedException | RuntimeException e) {
                    thrown.complete(e);
                }
            });
            awaitWaiting(thread).interrupt();
            assertThat(thrown.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        } // which would wait for ever
    }

    @Test
    @Guarantee("5.10.15")
    void publishesToOneSubscriberOnly() {
        try (var queue = TaskQueue.on(ThreadWorkers.of(2));
                var results = queue.map(Stream.iterate(0, n -> n + 1), n -> n)) {
            var first = new Collector<Integer>();
            var second = new Collector<Integer>();
            results.publisher().subscribe(first);
            results.publisher().subscribe(second);
            assertThat(second.isOver()).isTrue();
            assertThat(second.failure())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("results have one subscriber, and this would be the second");
            first.subscription().request(3);
            Await.until("three results", () -> first.values().size() == 3);
            first.subscription().cancel();
            assertThat(results.iterator().hasNext()).isFalse();
            first.subscription().request(3);
            assertThat(first.values()).containsExactly(0, 1, 2);
            assertThat(first.isOver()).isFalse();
        }
    }

    @Test
    @Guarantee("5.10.15")
    void publishesFailuresAndRefusesAnIllegalDemand() {
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            var failing = new Collector<Integer>();
            queue.map(List.of(1, 0), n -> 1 / n).publisher().subscribe(failing);
            failing.subscription().request(5);
            Await.until("the failure", failing::isOver);
            assertThat(failing.values()).containsExactly(1);
            assertThat(failing.failure()).hasCauseInstanceOf(ArithmeticException.class);

            var illegal = new Collector<Integer>();
            queue.map(List.of(1), n -> n).publisher().subscribe(illegal);
            illegal.subscription().request(0);
            Await.until("the refusal", illegal::isOver);
            assertThat(illegal.failure()).isInstanceOf(IllegalArgumentException.class);

            var nothing = new Collector<Integer>();
            queue.map(List.<Integer>of(), n -> n).publisher().subscribe(nothing);
            Await.until("the end", nothing::isOver);
            assertThat(nothing.failure()).isNull();
        }
    }

    @Test
    @Guarantee("5.10.11")
    void logsTheFirstTenSkippedAndTheNumberOfAll() {
        try (var logs = Logs.of("io.millhand");
                var queue = TaskQueue.on(InlineWorkers.of())) {
            var options = MapOptions.defaults().errors(ErrorPolicy.SKIP).tasks(task -> task.named("tenth"));
            var inputs = Source.of(IntStream.range(0, 25).iterator());
            assertThat(queue.map(inputs, IntakeTest::fail, options)).isEmpty();
            assertThat(logs.lines()).hasSize(11);
            assertThat(logs.lines().getFirst())
                    .startsWith("task 1 (tenth) did not succeed and is skipped; attempts: [")
                    .contains("java.lang.ArithmeticException");
            assertThat(logs.lines().getLast()).startsWith("25 inputs were skipped in queue 'queue'");
        }
    }

    @Test
    @Guarantee("5.10.11")
    void doesNotSkipWhatTheShutdownCancelled() {
        var options = MapOptions.defaults().errors(ErrorPolicy.SKIP);
        var begun = new CountDownLatch(1);
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            var inputs = Source.of(List.of(1, 2, 3));
            var results = queue.map(
                    inputs,
                    _ -> {
                        begun.countDown();
                        return blockForEver();
                    },
                    options);
            var _ = aside(() -> {
                Contract.await(begun);
                queue.shutdownNow();
            });
            assertThatExceptionOfType(java.util.concurrent.CancellationException.class)
                    .isThrownBy(results.iterator()::next)
                    .withMessage("cancelled: SHUTDOWN");
        }
    }

    @Test
    @Guarantee("5.10.18")
    void endsWithoutAnErrorWhereTheSourceHadEndedBeforeTheShutdown() {
        var read = new ArrayList<Integer>();
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            var reader = queue.map(List.of(1, 2, 3), n -> n).iterator();
            read.add(reader.next());
            queue.shutdown();
            reader.forEachRemaining(read::add);
            assertThat(read).containsExactly(1, 2, 3);
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(queue.map(List.of(1), n -> n).iterator()::next);
        }
    }

    @Test
    @Guarantee("5.10.16")
    void cancelsWhatIsUnderWayWhenTheStreamNeedsNoMore() {
        var begun = new CountDownLatch(1);
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            var options = MapOptions.defaults().order(ResultOrder.COMPLETION);
            assertThat(Stream.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                            .gather(queue.mapping(
                                    n -> {
                                        if (n == 0) {
                                            begun.countDown();
                                            return blockForEver();
                                        }
                                        Contract.await(begun);
                                        return n;
                                    },
                                    options))
                            .findFirst())
                    .contains(1);
        } // which would wait for ever
    }

    @Test
    @Guarantee("5.10.19")
    void refusesMistakes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MapOptions.defaults().window(-1))
                .withMessage("window must be at least 1, or 0 for the default, was -1");
        try (var queue = TaskQueue.on(InlineWorkers.of())) {
            var other =
                    MapOptions.defaults().tasks(_ -> Task.of(() -> "another").named("other"));
            assertThatIllegalArgumentException()
                    .isThrownBy(queue.map(Source.of(List.of(1)), n -> n, other).iterator()::next)
                    .withMessageStartingWith("MapOptions.tasks must answer a changed copy")
                    .withMessageEndingWith("was another task: other");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> queue.mapOutcomes(
                            Source.of(List.of(1)), n -> n, MapOptions.defaults().errors(ErrorPolicy.SKIP)))
                    .withMessageEndingWith("was SKIP");
        }
    }
}
