package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.millhand.Feed;
import io.millhand.ItemReader;
import io.millhand.Source;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ItemReaderTest {

    private final HandPublisher<Integer> publisher = new HandPublisher<>();

    private ItemReader<Integer> reader(int window) {
        return ItemReader.of(Source.of(publisher), window);
    }

    @Test
    @Guarantee("5.20.1")
    void readsAllItemsOfAPublisherOnAnotherThread() {
        var submission = new SubmissionPublisher<Integer>();
        var reader = ItemReader.of(submission);
        var _ = Contract.aside(() -> {
            try (submission) {
                IntStream.range(0, 10_000).forEach(submission::submit);
            }
        });
        assertThat(reader)
                .containsExactlyElementsOf(IntStream.range(0, 10_000).boxed().toList());
    }

    @Test
    @Guarantee("5.20.1")
    void asksForAWindowAheadAndForNoMore() {
        var reader = reader(4);
        assertThat(publisher.requested()).isEqualTo(4);
        publisher.send(1, 2, 3, 4);
        var items = reader.iterator();
        for (int read = 1; read <= 4; read++) {
            assertThat(items.next()).isEqualTo(read);
            assertThat(publisher.requested()).isBetween(4L, 4L + read);
        }
        assertThat(publisher.requested()).isGreaterThan(4);
        reader.close();
    }

    @Test
    @Guarantee("5.20.1")
    void asksForOneAfterTheOtherWhereTheWindowIsOne() throws Exception {
        try (var reader = reader(1)) {
            var items = reader.iterator();
            for (int i = 0; i < 5; i++) {
                int asked = i + 1;
                var waiting = Aside.waiting(items::next);
                assertThat(publisher.requested()).isEqualTo(asked);
                publisher.send(i);
                assertThat(waiting.result()).isEqualTo(i);
            }
        }
    }

    @Test
    @Guarantee("5.20.1")
    void cancelsAPublisherThatNobodyHasRead() {
        reader(4).close();
        assertThat(publisher.isCancelled()).isTrue();
    }

    @Test
    @Guarantee("5.20.1")
    void aClosedStreamCancels() {
        try (var stream = reader(4).stream()) {
            publisher.send(1, 2, 3);
            assertThat(stream.limit(2).toList()).containsExactly(1, 2);
            assertThat(publisher.isCancelled()).isFalse();
        }
        assertThat(publisher.isCancelled()).isTrue();
    }

    @Test
    @Guarantee("5.20.1")
    void readsAFeedAnIteratorAndABlockingIterator() {
        var feed = Feed.<Integer>of(2);
        try (var producer = feed.producer()) {
            assertThat(producer.offer(1)).isTrue();
        }
        try (var fed = ItemReader.of(feed, 1);
                var drawn = ItemReader.of(Source.of(List.of(1, 2).iterator()), 1);
                var blocking = ItemReader.of(Source.blocking(List.of(1, 2, 3).iterator()), 2)) {
            assertThat(fed).containsExactly(1);
            assertThat(drawn).containsExactly(1, 2);
            assertThat(blocking).containsExactly(1, 2, 3);
        }
    }

    @Test
    @Guarantee("5.20.1")
    void readsTheItemsOfATask() {
        try (var queue = TaskQueue.on(ThreadWorkers.of(1));
                var reader = ItemReader.of(
                        queue.items(() -> LongStream.range(0, 5_000).boxed()))) {
            assertThat(reader.stream().mapToLong(item -> item).sum()).isEqualTo(5_000L * 4_999 / 2);
        }
    }

    @Test
    @Guarantee("5.20.1")
    void publishesWhatASubscriberAsksFor() {
        var collector = new Collector<Integer>();
        var reader = reader(4);
        reader.publisher().subscribe(collector);
        publisher.send(1, 2, 3);
        collector.subscription().request(2);
        Await.until("two items", () -> collector.values().size() == 2);
        assertThat(collector.values()).containsExactly(1, 2);
        collector.subscription().cancel();
        assertThat(publisher.isCancelled()).isTrue();
    }

    @Test
    @Guarantee("5.20.2")
    void aFailureComesAfterTheItemsBeforeIt() {
        var reader = reader(4).iterator();
        var cause = new IOException("broken");
        publisher.send(1, 2);
        publisher.fail(cause);
        assertThat(reader.next()).isEqualTo(1);
        assertThat(reader.next()).isEqualTo(2);
        assertThat(reader.hasNext()).isTrue();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(reader::next)
                .withCause(cause);
        assertThat(reader.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(reader::next);
    }

    @Test
    @Guarantee("5.20.2")
    void anUncheckedFailureIsThrownAsItIs() {
        var reader = reader(4).iterator();
        publisher.fail(new ArithmeticException("by zero"));
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(reader::next);
    }

    @Test
    @Guarantee("5.20.2")
    void aPublisherThatThrowsWhenItIsSubscribedToHasFailed() {
        Flow.Publisher<Integer> broken = _ -> {
            throw new ArithmeticException("no subscribers");
        };
        var reader = ItemReader.of(broken).iterator();
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(reader::next);
    }

    @Test
    @Guarantee("5.20.2")
    void aCloseEndsAReaderThatWaits() throws Exception {
        var reader = reader(4);
        var waiting = Aside.waiting(() -> reader.iterator().hasNext());
        reader.close();
        assertThat(waiting.result()).isFalse();
    }

    @Test
    @Guarantee("5.20.2")
    void aCloseBetweenHasNextAndNextBreaksNoPromise() {
        var reader = reader(4);
        var items = reader.iterator();
        publisher.send(1, 2);
        assertThat(items.hasNext()).isTrue();
        reader.close();
        assertThat(items.next()).isEqualTo(1);
        assertThat(items.hasNext()).isFalse();
    }

    @Test
    @Guarantee("5.20.2")
    void anInterruptIsKeptAndCloses() throws Exception {
        var reader = reader(4);
        var waiting = Aside.waiting(() -> {
            try {
                return reader.iterator().next();
            } catch (CompletionException e) {
                return e.getCause() instanceof InterruptedException
                                && Thread.currentThread().isInterrupted()
                        ? -1
                        : -2;
            }
        });
        waiting.interrupt();
        assertThat(waiting.result()).isEqualTo(-1);
        assertThat(publisher.isCancelled()).isTrue();
    }

    @Test
    @Guarantee("5.20.2")
    void refusesASecondReaderOfASource() {
        var source = Feed.<Integer>of(1);
        var _ = ItemReader.of(source, 1);
        assertThatIllegalStateException().isThrownBy(() -> ItemReader.of(source, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reader(0))
                .withMessage("window must be at least 1, was 0");
    }

    @Test
    @Guarantee("5.20.3")
    void aPublisherThatSendsMoreThanItWasAskedForFailsAfterThat() {
        var reader = reader(2).iterator();
        publisher.send(1, 2, 3, 4);
        assertThat(publisher.isCancelled()).isTrue();
        assertThat(reader.next()).isEqualTo(1);
        assertThat(reader.next()).isEqualTo(2);
        assertThatIllegalStateException().isThrownBy(reader::next).withMessageContaining("more than it was asked for");
    }

    @Test
    @Guarantee("5.20.3")
    @SuppressWarnings("NullAway") // that is the point
    void aPublisherThatSendsNullFailsAfterTheItemsBeforeIt() {
        var reader = reader(3).iterator();
        publisher.send(1);
        assertThatNullPointerException().isThrownBy(() -> publisher.subscriber().onNext(null));
        publisher.send(2);
        assertThat(publisher.isCancelled()).isTrue();
        assertThat(reader.next()).isEqualTo(1);
        assertThatNullPointerException().isThrownBy(reader::next).withMessageContaining("sent null");
    }

    @Test
    @Guarantee("5.20.3")
    void whatComesAfterTheEndIsDropped() {
        var reader = reader(4);
        publisher.send(1);
        publisher.complete();
        publisher.send(2);
        publisher.fail(new ArithmeticException("too late"));
        publisher.complete();
        assertThat(reader).containsExactly(1);
    }

    @Test
    @Guarantee("5.20.3")
    void aSecondSubscriptionIsCancelled() {
        var reader = reader(4);
        var second = new HandPublisher<Integer>();
        second.subscribe(publisher.subscriber());
        assertThat(second.isCancelled()).isTrue();
        assertThat(second.requested()).isZero();
        publisher.send(1);
        publisher.complete();
        assertThat(reader).containsExactly(1);
    }

    @Test
    @Guarantee("5.20.2")
    void aCloseAtAnyMomentEndsReaderAndPublisher() throws Exception {
        for (int round = 0; round < 300; round++) {
            var feed = Feed.<Integer>of(2);
            var reader = ItemReader.of(feed, 1);
            var producer = feed.producer();
            var putting = Aside.run(() -> {
                int put = 0;
                while (true) {
                    try {
                        producer.put(put);
                        put++;
                    } catch (IllegalStateException e) {
                        return put;
                    }
                }
            });
            var read = new ArrayList<Integer>();
            int most = round % 7;
            var reading = Aside.run(() -> {
                for (int item : reader) {
                    read.add(item);
                    if (read.size() == most) {
                        var _ = Contract.aside(reader::close);
                    }
                }
                return read;
            });
            if (most == 0) {
                reader.close();
            }
            assertThat(reading.result())
                    .containsExactlyElementsOf(
                            IntStream.range(0, read.size()).boxed().toList());
            assertThat(putting.result()).isGreaterThanOrEqualTo(read.size());
        }
    }
}
