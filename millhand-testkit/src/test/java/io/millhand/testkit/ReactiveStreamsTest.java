package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.ItemReader;
import io.millhand.MapOptions;
import io.millhand.Message;
import io.millhand.OrderedFeed;
import io.millhand.PublishedOutputStream;
import io.millhand.QueueLoad;
import io.millhand.ResultOrder;
import io.millhand.Results;
import io.millhand.Source;
import io.millhand.TaskContext;
import io.millhand.TaskEvent;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;

/// The tests that the Reactive Streams specification has for publishers and subscribers, on results and on sources.
@ExtendWith(LeakCheck.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ReactiveStreamsTest {

    /// How long what must come may take, and how long it is made sure that nothing comes.
    private static final long PATIENCE_MILLIS = 5_000;

    private static final long SILENCE_MILLIS = 50;

    /// For unreferenced subscriptions, which are looked for by collecting garbage.
    private static final long GARBAGE_MILLIS = 5_000;

    private static final int WINDOW = 4;

    @TestFactory
    Stream<DynamicTest> resultsAreAPublisher() {
        return tests(ResultsVerification.class, ResultsVerification::new);
    }

    @TestFactory
    @Guarantee("5.10.35")
    Stream<DynamicTest> flattenedStreamsAreAPublisher() {
        return tests(FlatVerification.class, FlatVerification::new);
    }

    @TestFactory
    @Guarantee("5.11.12")
    Stream<DynamicTest> itemsAreAPublisher() {
        return tests(ItemsVerification.class, ItemsVerification::new);
    }

    @TestFactory
    Stream<DynamicTest> messagesAreAPublisher() {
        return tests(MessagesVerification.class, MessagesVerification::new);
    }

    @TestFactory
    @Guarantee("5.13.15")
    Stream<DynamicTest> eventsAreAPublisher() {
        return tests(EventsVerification.class, _ -> new EventsVerification());
    }

    @TestFactory
    @Guarantee("5.13.15")
    Stream<DynamicTest> loadsAreAPublisher() {
        return tests(LoadsVerification.class, _ -> new LoadsVerification());
    }

    @TestFactory
    Stream<DynamicTest> aSourceIsASubscriber() {
        return tests(SourceVerification.class, SourceVerification::new);
    }

    @TestFactory
    @Guarantee("5.20.12")
    Stream<DynamicTest> aPublishedOutputStreamIsAPublisher() {
        return tests(OutputVerification.class, _ -> new OutputVerification());
    }

    @TestFactory
    @Guarantee("5.20.12")
    Stream<DynamicTest> aReaderIsAPublisher() {
        return tests(ReaderVerification.class, _ -> new ReaderVerification());
    }

    @TestFactory
    @Guarantee("5.20.12")
    Stream<DynamicTest> aReaderIsASubscriber() {
        return tests(ReadVerification.class, _ -> new ReadVerification());
    }

    @TestFactory
    @Guarantee("5.20.12")
    Stream<DynamicTest> anInputStreamIsASubscriber() {
        return tests(BytesVerification.class, _ -> new BytesVerification());
    }

    private static <V> Stream<DynamicTest> tests(Class<V> type, Function<TaskQueue, V> verification) {
        var tests = Arrays.stream(type.getMethods())
                .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
                .toList();
        assertThat(tests).as("methods of the specification's tests").hasSizeGreaterThan(20);
        return SeveralAtATime.of(tests.stream()
                .map(test -> DynamicTest.dynamicTest(test.getName(), () -> call(test, verification)))
                .toList());
    }

    private static <V> void call(Method test, Function<TaskQueue, V> verification) throws Throwable {
        var queue = TaskQueue.on(ThreadWorkers.of(2));
        try {
            V fresh = verification.apply(queue);
            try {
                invoke(fresh, BeforeClass.class);
                invoke(fresh, BeforeMethod.class);
                test.invoke(fresh);
            } finally {
                invoke(fresh, AfterClass.class);
            }
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SkipException skipped) {
                Assumptions.abort(skipped.getMessage());
            }
            throw e.getCause();
        } finally {
            var _ = queue.shutdownNow();
            queue.close();
        }
    }

    /// One for each test: it also takes the errors that come when the queue is ended after it.
    private static TestEnvironment environment() {
        return new TestEnvironment(PATIENCE_MILLIS, SILENCE_MILLIS, false);
    }

    private static void invoke(Object verification, Class<? extends Annotation> annotated)
            throws IllegalAccessException, InvocationTargetException {
        for (var method : verification.getClass().getMethods()) {
            if (method.isAnnotationPresent(annotated)) {
                method.invoke(verification);
            }
        }
    }

    /// Results, pushed.
    private static class ResultsVerification extends FlowPublisherVerification<Long> {
        private final TaskQueue queue;

        ResultsVerification(TaskQueue queue) {
            super(environment(), GARBAGE_MILLIS);
            this.queue = queue;
        }

        private Flow.Publisher<Long> numbers(long count) {
            return results(queue, count).publisher();
        }

        Results<Long> results(TaskQueue queue, long count) {
            Source<Long> numbers = Source.of(LongStream.range(0, count).iterator());
            return queue.map(numbers, number -> number, MapOptions.defaults().window(WINDOW));
        }

        @Override
        public Flow.Publisher<Long> createFlowPublisher(long elements) {
            return numbers(elements);
        }

        /// One that has had its only subscriber.
        @Override
        public Flow.Publisher<Long> createFailedFlowPublisher() {
            var publisher = numbers(1);
            publisher.subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscription.cancel();
                }

                @Override
                public void onNext(Long item) {}

                @Override
                public void onError(Throwable throwable) {}

                @Override
                public void onComplete() {}
            });
            return publisher;
        }
    }

    /// Flattened streams, pushed as they come: three items each, then what is left, and an empty one.
    private static final class FlatVerification extends ResultsVerification {
        FlatVerification(TaskQueue queue) {
            super(queue);
        }

        @Override
        Results<Long> results(TaskQueue queue, long count) {
            Source<Long> inputs =
                    Source.of(LongStream.rangeClosed(0, count / 3 + 1).iterator());
            return queue.flatMap(
                    inputs,
                    input -> LongStream.range(3 * input, 3 * input + 3)
                            .filter(number -> number < count)
                            .boxed(),
                    MapOptions.defaults().window(WINDOW).order(ResultOrder.COMPLETION));
        }
    }

    /// Items, pushed.
    private static final class ItemsVerification extends FlowPublisherVerification<Long> {
        private final TaskQueue queue;

        ItemsVerification(TaskQueue queue) {
            super(environment(), GARBAGE_MILLIS);
            this.queue = queue;
        }

        @Override
        public Flow.Publisher<Long> createFlowPublisher(long elements) {
            return queue.items(() -> LongStream.range(0, elements).boxed());
        }

        /// One that is read.
        @Override
        public Flow.Publisher<Long> createFailedFlowPublisher() {
            var items = queue.items(() -> LongStream.range(0, 1).boxed());
            var _ = items.iterator();
            return items;
        }
    }

    /// What a task says. Fewer messages than are kept of a task that has ended.
    private static final class MessagesVerification extends FlowPublisherVerification<Message> {
        private final TaskQueue queue;

        MessagesVerification(TaskQueue queue) {
            super(environment(), GARBAGE_MILLIS);
            this.queue = queue;
        }

        @Override
        public long maxElementsFromPublisher() {
            return 100;
        }

        @Override
        public Flow.Publisher<Message> createFlowPublisher(long elements) {
            return queue.submit(() -> {
                        for (long i = 0; i < elements; i++) {
                            TaskContext.current().message("message " + i);
                        }
                    })
                    .messages();
        }

        /// There is none.
        @Override
        public Flow.@Nullable Publisher<Message> createFailedFlowPublisher() {
            return null;
        }
    }

    /// What queues tell of themselves. Some of these tests have many publishers: each is that of a queue of its own.
    private abstract static class HollowVerification<T> extends FlowPublisherVerification<T> {
        private final List<TaskQueue> opened = new ArrayList<>();

        HollowVerification() {
            super(environment(), GARBAGE_MILLIS);
        }

        abstract Flow.Publisher<T> publisher(TaskQueue queue, HollowWorker worker, long elements);

        @Override
        public final Flow.Publisher<T> createFlowPublisher(long elements) {
            var worker = new HollowWorker();
            var queue = TaskQueue.on(worker);
            opened.add(queue);
            return publisher(queue, worker, elements);
        }

        /// There is none: who comes after the end is told the end.
        @Override
        public final Flow.@Nullable Publisher<T> createFailedFlowPublisher() {
            return null;
        }

        @AfterClass
        public final void close() {
            opened.forEach(TaskQueue::close);
        }
    }

    /// What happens in a queue. It waits for nobody, so that it begins when somebody has subscribed: as many changes of
    /// a worker as asked for, and the end of the queue.
    private static final class EventsVerification extends HollowVerification<TaskEvent> {

        /// More do not wait for who asks for none: they are missed, as is promised.
        @Override
        public long maxElementsFromPublisher() {
            return 1_024;
        }

        @Override
        Flow.Publisher<TaskEvent> publisher(TaskQueue queue, HollowWorker worker, long elements) {
            return subscriber -> {
                queue.events().subscribe(subscriber);
                for (long i = 0; i < elements; i++) {
                    worker.changes();
                }
                queue.shutdown();
            };
        }
    }

    /// How much a queue has to do. Only the latest load waits, so that the next change comes when one was told; after
    /// as
    /// many as asked for the queue ends. There is one at least.
    private static final class LoadsVerification extends HollowVerification<QueueLoad> {

        @Override
        Flow.Publisher<QueueLoad> publisher(TaskQueue queue, HollowWorker worker, long elements) {
            return subscriber -> queue.loads().subscribe(new Counted<>(subscriber, told -> {
                if (told < elements) {
                    worker.grows();
                } else {
                    queue.shutdown();
                }
            }));
        }
    }

    /// Chunks of one byte. Who writes them is ended by the cancel, or with the JVM.
    private static final class OutputVerification extends FlowPublisherVerification<ByteBuffer> {

        OutputVerification() {
            super(environment(), GARBAGE_MILLIS);
        }

        @Override
        public Flow.Publisher<ByteBuffer> createFlowPublisher(long elements) {
            var out = PublishedOutputStream.of(1, WINDOW);
            Thread.ofVirtual().start(() -> write(out, elements));
            return out;
        }

        private static void write(PublishedOutputStream out, long elements) {
            try (out) {
                for (long i = 0; i < elements; i++) {
                    out.write((byte) i);
                }
            } catch (IOException _) {
                // cancelled, as many of the tests do
            }
        }

        @Override
        public Flow.Publisher<ByteBuffer> createFailedFlowPublisher() {
            var out = PublishedOutputStream.of(1, WINDOW);
            out.fail(new IOException("failed from the beginning"));
            return out;
        }
    }

    /// What a reader publishes of an ordered feed.
    private static final class ReaderVerification extends FlowPublisherVerification<Long> {

        ReaderVerification() {
            super(environment(), GARBAGE_MILLIS);
        }

        @Override
        public Flow.Publisher<Long> createFlowPublisher(long elements) {
            var feed = OrderedFeed.<Long>of(2 * WINDOW);
            feed.endAfter(elements);
            var reader = ItemReader.of(feed, 1);
            Thread.ofVirtual().start(() -> feed(feed, elements));
            return reader.publisher();
        }

        /// The odd ones after the even ones, as far as there is room.
        private static void feed(OrderedFeed<Long> feed, long elements) {
            try {
                for (long i = 0; i < elements; i += 2) {
                    if (i + 1 < elements) {
                        feed.put(i + 1, i + 1);
                    }
                    feed.put(i, i);
                }
            } catch (IllegalStateException | InterruptedException _) {
                // cancelled, as many of the tests do
            }
        }

        @Override
        public Flow.Publisher<Long> createFailedFlowPublisher() {
            var feed = OrderedFeed.<Long>of(1);
            feed.fail(new IOException("failed from the beginning"));
            return ItemReader.of(feed, 1).publisher();
        }
    }

    /// The subscriber of a reader whose items are iterated over.
    private static final class ReadVerification extends FlowSubscriberBlackboxVerification<Integer> {

        ReadVerification() {
            super(environment());
        }

        @Override
        public Flow.Subscriber<Integer> createFlowSubscriber() {
            var seen = new AtomicReference<Flow.@Nullable Subscriber<? super Integer>>();
            var reader = ItemReader.<Integer>of(Source.of((Flow.Publisher<Integer>) seen::set), WINDOW);
            Thread.ofVirtual().start(() -> readAll(reader));
            return narrowed(seen.get());
        }

        private static void readAll(ItemReader<Integer> reader) {
            try {
                reader.forEach(_ -> {});
            } catch (RuntimeException _) {
                // what the tests fail with
            }
        }

        @Override
        public Integer createElement(int element) {
            return element;
        }
    }

    /// The subscriber of an input stream that is read.
    private static final class BytesVerification extends FlowSubscriberBlackboxVerification<ByteBuffer> {

        BytesVerification() {
            super(environment());
        }

        @Override
        public Flow.Subscriber<ByteBuffer> createFlowSubscriber() {
            var seen = new AtomicReference<Flow.@Nullable Subscriber<? super ByteBuffer>>();
            var input = ItemReader.inputStream(Source.of((Flow.Publisher<ByteBuffer>) seen::set), WINDOW);
            Thread.ofVirtual().start(() -> readAll(input));
            return narrowed(seen.get());
        }

        private static void readAll(InputStream input) {
            try (input) {
                input.transferTo(OutputStream.nullOutputStream());
            } catch (IOException _) {
                // what the tests fail with
            }
        }

        @Override
        public ByteBuffer createElement(int element) {
            return ByteBuffer.wrap(new byte[] {(byte) element});
        }
    }

    private static <T> Flow.Subscriber<T> narrowed(Flow.@Nullable Subscriber<? super T> subscriber) {
        if (subscriber == null) {
            throw new AssertionError("no subscriber");
        }
        return new Narrowed<>(subscriber);
    }

    /// The subscriber by which a source draws from a publisher.
    private static final class SourceVerification extends FlowSubscriberBlackboxVerification<Integer> {
        private final TaskQueue queue;

        SourceVerification(TaskQueue queue) {
            super(environment());
            this.queue = queue;
        }

        /// The results are read on the queue's callback threads, which also subscribe: so whatever comes is asked for.
        @Override
        public Flow.Subscriber<Integer> createFlowSubscriber() {
            var seen = new AtomicReference<Flow.@Nullable Subscriber<? super Integer>>();
            Flow.Publisher<Integer> publisher = seen::set;
            var results = queue.map(
                    Source.of(publisher),
                    number -> number,
                    MapOptions.defaults().window(WINDOW));
            results.publisher().subscribe(new Reader());
            Await.until("subscriber", () -> seen.get() != null);
            return narrowed(seen.get());
        }

        @Override
        public Integer createElement(int element) {
            return element;
        }
    }

    /// Reads all.
    private static final class Reader implements Flow.Subscriber<Integer> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Integer item) {}

        @Override
        public void onError(Throwable throwable) {}

        @Override
        public void onComplete() {}
    }

    private record Narrowed<T>(Flow.Subscriber<? super T> subscriber) implements Flow.Subscriber<T> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscriber.onSubscribe(subscription);
        }

        @Override
        public void onNext(T item) {
            subscriber.onNext(item);
        }

        @Override
        public void onError(Throwable throwable) {
            subscriber.onError(throwable);
        }

        @Override
        public void onComplete() {
            subscriber.onComplete();
        }
    }
}
