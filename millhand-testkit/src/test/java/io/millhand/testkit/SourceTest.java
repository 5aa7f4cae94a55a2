package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millhand.MapOptions;
import io.millhand.Source;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Sources that do not make the reader wait.
@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SourceTest {

    /// Lines of a pipe, which come one by one.
    private static final class Lines implements Iterator<String>, AutoCloseable {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final AtomicReference<@Nullable Thread> waiting = new AtomicReference<>();
        private final AtomicInteger drawn = new AtomicInteger();
        private final CountDownLatch closed = new CountDownLatch(1);
        private @Nullable String next;

        @Override
        public boolean hasNext() {
            waiting.set(Thread.currentThread());
            try {
                next = lines.take();
                return !next.equals("end");
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        }

        @Override
        public String next() {
            drawn.incrementAndGet();
            return String.valueOf(next);
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Test
    @Guarantee("5.10.7")
    void handsOutWhatIsThereWhileABlockingIteratorWaits() {
        var lines = new Lines();
        try (var queue = TaskQueue.on(ThreadWorkers.of(2));
                var results = queue.map(Source.blocking(lines), String::length)) {
            var reader = results.iterator();
            lines.lines.add("four");
            assertThat(reader.next()).isEqualTo(4);
            lines.lines.addAll(List.of("", "a", "end"));
            assertThat(List.of(reader.next(), reader.next())).containsExactly(0, 1);
            assertThat(reader.hasNext()).isFalse();
            Contract.await(lines.closed);
        }
    }

    @Test
    @Guarantee("5.10.2")
    void drawsABlockingIteratorNoMoreThanTheWindowAhead() {
        var lines = new Lines();
        for (int i = 0; i < 100; i++) {
            lines.lines.add("line");
        }
        lines.lines.add("end");
        var options = MapOptions.defaults().window(3);
        try (var queue = TaskQueue.on(ThreadWorkers.of(2));
                var results = queue.map(Source.blocking(lines), String::length, options)) {
            int read = 0;
            for (int _ : results) {
                assertThat(lines.drawn.get() - read++).isBetween(1, 3);
            }
            assertThat(read).isEqualTo(100);
        }
    }

    @Test
    @Guarantee("5.10.6")
    void interruptsABlockingIteratorAndClosesItWithTheResults() {
        var lines = new Lines();
        try (var queue = TaskQueue.on(ThreadWorkers.of(1));
                var results = queue.map(Source.blocking(lines), String::length)) {
            lines.lines.add("one");
            assertThat(results.iterator().next()).isEqualTo(3);
            IntakeTest.awaitWaiting(lines.waiting);
        }
        Contract.await(lines.closed);
    }

    @Test
    @Guarantee("5.10.7")
    void asksAPublisherForNoMoreThanTheWindow() {
        var asked = new AtomicInteger();
        var sent = new AtomicInteger();
        Flow.Publisher<Integer> publisher = subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                asked.addAndGet((int) count);
                for (int i = 0; i < count; i++) {
                    if (sent.get() == 50) {
                        subscriber.onComplete();
                        return;
                    }
                    subscriber.onNext(sent.getAndIncrement());
                }
            }

            @Override
            public void cancel() {}
        });
        try (var queue = TaskQueue.on(ThreadWorkers.of(2));
                var results = queue.map(
                        Source.of(publisher), n -> n, MapOptions.defaults().window(4))) {
            int read = 0;
            for (int result : results) {
                assertThat(asked.get() - read).isBetween(1, 4);
                assertThat(result).isEqualTo(read++);
            }
            assertThat(read).isEqualTo(50);
        }
    }

    @Test
    @Guarantee("5.10.4")
    void throwsWhatAPublisherFailsWith() {
        Flow.Publisher<Integer> publisher = subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                subscriber.onNext(1);
                subscriber.onError(new IOException("gone"));
            }

            @Override
            public void cancel() {}
        });
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            var reader = queue.map(Source.of(publisher), n -> n).iterator();
            assertThat(reader.next()).isEqualTo(1);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(reader::next)
                    .withCauseInstanceOf(IOException.class);
        }
    }

    @Test
    @Guarantee("5.10.6")
    void cancelsAPublisherThatSendsUnaskedOrIsNoLongerRead() {
        var cancelled = new AtomicInteger();
        Flow.Publisher<Integer> flood = subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                for (int i = 0; i < 1000 && cancelled.get() == 0; i++) {
                    subscriber.onNext(i);
                }
            }

            @Override
            public void cancel() {
                cancelled.incrementAndGet();
            }
        });
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            var options = MapOptions.defaults().window(3);
            var reader = queue.map(Source.of(flood), n -> n, options).iterator();
            assertThat(List.of(reader.next(), reader.next(), reader.next())).containsExactly(0, 1, 2);
            assertThatIllegalStateException()
                    .isThrownBy(reader::next)
                    .withMessageEndingWith("sent more than it was asked for");
            assertThat(cancelled).hasValue(1);

            Flow.Publisher<Integer> silent = subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long count) {
                    subscriber.onNext(1);
                }

                @Override
                public void cancel() {
                    cancelled.incrementAndGet();
                }
            });
            try (var results = queue.map(Source.of(silent), n -> n, options)) {
                assertThat(results.iterator().next()).isEqualTo(1);
            }
            assertThat(cancelled).hasValue(2);
        }
    }
}
