package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Source;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import io.millhand.testkit.SeveralAtATime;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;
import org.testng.annotations.Test;

/// The tests that the Reactive Streams specification has for publishers, on items that come from a child.
@ExtendWith(LeakCheck.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReactiveStreamsIT {

    /// How long what must come may take, and how long it is made sure that nothing comes.
    private static final long PATIENCE_MILLIS = 10_000;

    private static final long SILENCE_MILLIS = 50;

    /// For unreferenced subscriptions, which are looked for by collecting garbage.
    private static final long GARBAGE_MILLIS = 5_000;

    @TestFactory
    @Guarantee("5.11.12")
    Stream<DynamicTest> itemsOfAChildAreAPublisher() {
        return tests(Verification::new);
    }

    @TestFactory
    @Guarantee("5.10.35")
    Stream<DynamicTest> flattenedStreamsOfAChildAreAPublisher() {
        return tests(FlatVerification::new);
    }

    private static Stream<DynamicTest> tests(Function<TaskQueue, Verification> verification) {
        var tests = Arrays.stream(Verification.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .toList();
        assertThat(tests).as("methods of the specification's tests").hasSizeGreaterThan(20);
        return SeveralAtATime.of(tests.stream()
                .map(test -> DynamicTest.dynamicTest(test.getName(), () -> call(test, verification)))
                .toList());
    }

    private static void call(Method test, Function<TaskQueue, Verification> verification) throws Throwable {
        var queue = TaskQueue.on(ProcessWorkers.of(1).slots(2).heap(64 << 20));
        try {
            var fresh = verification.apply(queue);
            fresh.setUp();
            test.invoke(fresh);
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

    private static class Verification extends FlowPublisherVerification<Long> {
        private final TaskQueue queue;

        Verification(TaskQueue queue) {
            super(new TestEnvironment(PATIENCE_MILLIS, SILENCE_MILLIS, false), GARBAGE_MILLIS);
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

    /// In input order, one item of each stream.
    private static final class FlatVerification extends Verification {
        private final TaskQueue queue;

        FlatVerification(TaskQueue queue) {
            super(queue);
            this.queue = queue;
        }

        @Override
        public Flow.Publisher<Long> createFlowPublisher(long elements) {
            Source<Long> inputs = Source.of(LongStream.range(0, elements).iterator());
            return queue.flatMap(inputs, Stream::of).publisher();
        }

        /// One that has had its only subscriber.
        @Override
        public Flow.Publisher<Long> createFailedFlowPublisher() {
            var publisher = createFlowPublisher(1);
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
}
