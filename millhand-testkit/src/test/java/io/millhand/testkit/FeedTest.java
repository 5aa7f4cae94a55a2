package io.millhand.testkit;

import static io.millhand.testkit.Contract.aside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.millhand.Feed;
import io.millhand.InlineWorkers;
import io.millhand.MapOptions;
import io.millhand.ResultOrder;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FeedTest {

    private final Feed<Integer> feed = Feed.of(2);

    /// Puts in a thread of its own; answers what that threw, or null.
    private static CompletableFuture<Throwable> putting(Feed.Producer<Integer> producer, int input) {
        var begun = new CountDownLatch(1);
        var thread = new AtomicReference<Thread>();
        var thrown = new CompletableFuture<Throwable>();
        var _ = aside(() -> {
            thread.set(Thread.currentThread());
            begun.countDown();
            try {
                producer.put(input);
                thrown.complete(null);
            } catch (IllegalStateException | InterruptedException e) {
                thrown.complete(e);
            }
        });
        Contract.await(begun);
        Await.until("a producer that waits", () -> thrown.isDone() || waits(thread.get()));
        return thrown;
    }

    private static boolean waits(Thread thread) {
        return thread.getState() == Thread.State.TIMED_WAITING || thread.getState() == Thread.State.WAITING;
    }

    @Test
    @Guarantee("5.10.13")
    void holdsNoMoreThanItsCapacity() throws Exception {
        try (var producer = feed.producer()) {
            assertThat(producer.offer(1)).isTrue();
            producer.put(2);
            assertThat(producer.offer(3)).isFalse();
            assertThat(producer.offer(3, Duration.ofMillis(1))).isFalse();
            assertThat(feed.count()).isEqualTo(2);
            var put = putting(producer, 4);
            assertThat(put).isNotDone();
            assertThat(feed.clear()).isEqualTo(2);
            assertThat(put.get(60, TimeUnit.SECONDS)).isNull();
            assertThat(feed.count()).isEqualTo(1);
        }
    }

    @Test
    @Guarantee("5.10.13")
    void endsWithItsLastProducer() throws Exception {
        var producers = List.of(feed.producer(), feed.producer(), feed.producer());
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            for (int p = 0; p < 3; p++) {
                int first = 1000 * p;
                var producer = producers.get(p);
                var _ = aside(() -> {
                    try (producer) {
                        for (int i = 0; i < 300; i++) {
                            producer.put(first + i);
                        }
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
            }
            var read = new ArrayList<Integer>();
            queue.map(feed, n -> n).forEach(read::add);
            assertThat(read).hasSize(900);
            for (int p = 0; p < 3; p++) {
                int first = 1000 * p;
                assertThat(read.stream().filter(n -> n / 1000 == first / 1000))
                        .containsExactlyElementsOf(
                                IntStream.range(first, first + 300).boxed().toList());
            }
        }
        assertThatIllegalStateException().isThrownBy(feed::producer).withMessageStartingWith("the feed has ended");
    }

    @Test
    @Guarantee("5.10.14")
    void failsAfterWhatWasPutBefore() {
        var producer = feed.producer();
        assertThat(producer.offer(1)).isTrue();
        feed.fail(new IOException("the network is gone"));
        feed.fail(new IOException("a second time"));
        assertThatIllegalStateException()
                .isThrownBy(() -> producer.offer(2))
                .withMessage("the feed has failed: java.io.IOException: the network is gone");
        try (var queue = TaskQueue.on(InlineWorkers.of())) {
            var reader = queue.map(feed, n -> n).iterator();
            assertThat(reader.next()).isEqualTo(1);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(reader::next)
                    .havingCause()
                    .isInstanceOf(IOException.class)
                    .withMessage("the network is gone");
            assertThat(reader.hasNext()).isFalse();
        }
        producer.close();
    }

    @Test
    @Guarantee("5.10.14")
    @SuppressWarnings("try") // to close it early is what is tested
    void wakesItsProducersWhenTheResultsAreClosed() throws Exception {
        var producer = feed.producer();
        try (var queue = TaskQueue.on(InlineWorkers.of())) {
            CompletableFuture<Throwable> put;
            try (var results = queue.map(feed, n -> n)) {
                assertThat(producer.offer(1) && producer.offer(2)).isTrue();
                put = putting(producer, 3);
                assertThat(put).isNotDone();
                results.close();
            }
            assertThat(put.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the feed is not read any more: its results were closed or have failed");
            assertThatIllegalStateException().isThrownBy(() -> producer.offer(4));
            assertThat(feed.count()).isZero();
        }
    }

    @Test
    @Guarantee("5.10.14")
    void wakesItsProducersWhenATaskFails() throws Exception {
        var producer = feed.producer();
        assertThat(producer.offer(0) && producer.offer(2)).isTrue();
        var put = putting(producer, 3);
        try (var queue = TaskQueue.on(InlineWorkers.of());
                var results = queue.map(feed, n -> 10 / n)) {
            assertThatExceptionOfType(CompletionException.class).isThrownBy(results.iterator()::next);
            // it may have found room before
            Await.until("the producer", put::isDone);
            assertThatIllegalStateException().isThrownBy(() -> producer.offer(4));
        }
    }

    @Test
    @Guarantee("5.10.18")
    void endsAReaderThatWaitsForItWhenTheQueueIsShutDown() throws Exception {
        var producer = feed.producer();
        var thrown = new CompletableFuture<Throwable>();
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            var reader = queue.map(feed, n -> n).iterator();
            assertThat(producer.offer(1)).isTrue();
            assertThat(reader.next()).isEqualTo(1);
            var thread = new AtomicReference<Thread>();
            var _ = aside(() -> {
                thread.set(Thread.currentThread());
                try {
                    reader.next();
                } catch (RuntimeException e) {
                    thrown.complete(e);
                }
            });
            Await.until("a reader that waits", () -> thread.get() != null && waits(thread.get()));
            queue.shutdown();
            assertThat(thrown.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessage("no more inputs are drawn: the queue 'queue' is shut down");
        }
        assertThatIllegalStateException().isThrownBy(() -> producer.put(2));
    }

    @Test
    @Guarantee("5.10.7")
    void beginsWhatComesWhileItsReaderWaitsForAnother() throws Exception {
        var producer = feed.producer();
        var second = new CountDownLatch(1);
        try (var queue = TaskQueue.on(ThreadWorkers.of(2));
                var results = queue.map(feed, n -> {
                    if (n == 1) {
                        Contract.await(second); // the first ends when the second has begun
                    } else {
                        second.countDown();
                    }
                    return n;
                })) {
            assertThat(producer.offer(1)).isTrue();
            var thread = new AtomicReference<Thread>();
            var read = new CompletableFuture<Integer>();
            var _ = aside(() -> {
                thread.set(Thread.currentThread());
                read.complete(results.iterator().next());
            });
            Await.until("a reader that waits", () -> thread.get() != null && waits(thread.get()));
            assertThat(producer.offer(2)).isTrue();
            assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo(1);
            producer.close();
        }
    }

    @Test
    @Guarantee("5.10.13")
    void servesManyProducersAndAnImpatientReader() throws Exception {
        Feed<Integer> shared = Feed.of(3);
        var options = MapOptions.defaults().order(ResultOrder.COMPLETION).window(5);
        var producers = IntStream.range(0, 8).mapToObj(_ -> shared.producer()).toList();
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            for (var producer : producers) {
                var _ = aside(() -> {
                    try (producer) {
                        for (int i = 0; i < 1000; i++) {
                            producer.put(1);
                        }
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
            }
            assertThat(queue.forEach(shared, _ -> {}, options)).isEqualTo(8000);
        }
    }

    @Test
    void refusesMistakes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Feed.of(0))
                .withMessage("capacity must be at least 1, was 0");
        var producer = feed.producer();
        assertThatNullPointerException().isThrownBy(() -> producer.offer(null));
        producer.close();
        producer.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> producer.offer(1))
                .withMessage("this producer was closed; open one for each who feeds");
        try (var queue = TaskQueue.on(InlineWorkers.of());
                var results = queue.map(feed, n -> n)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> queue.map(feed, n -> n))
                    .withMessage("a source can be read once, and this one already is; make one for each reading");
            assertThat(results.iterator().hasNext()).isFalse();
        }
    }
}
