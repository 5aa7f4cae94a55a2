package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.millhand.Completions;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CompletionsTest {

    private static TaskHandle<String> submit(Completions<String> completions, String name) {
        return completions.submit(Task.<String>of(() -> "never called").named(name));
    }

    @Test
    @Guarantee("5.13.4")
    void answersInTheOrderOfTheEnds() throws Exception {
        try (var rig = QueueRig.of(1, 4)) {
            Completions<String> completions = rig.queue().completions();
            var a = submit(completions, "a");
            var b = submit(completions, "b");
            var c = submit(completions, "c");
            var d = submit(completions, "d");
            var first = rig.next();
            var second = rig.next();
            var third = rig.next();
            third.returns("third");
            first.throwsException(new IllegalStateException("no"));
            d.cancel(true);
            second.crashes(3);
            assertThat((Object) completions.take()).isSameAs(c);
            assertThat((Object) completions.poll()).isSameAs(a);
            assertThat((Object) completions.poll(Duration.ZERO)).isSameAs(d);
            assertThat((Object) completions.poll(0, TimeUnit.NANOSECONDS)).isSameAs(b);
            assertThat((Object) completions.poll()).isNull();
        }
    }

    @Test
    @Guarantee("5.13.4")
    void answersATaskThatIsRetriedAtItsLastEnd() {
        try (var rig = QueueRig.of(1, 1)) {
            Completions<String> completions = rig.queue().completions();
            var handle =
                    completions.submit(Task.<String>of(() -> "never called").retry(RetryContract.AT_ONCE_TWICE));
            rig.next().throwsException(new IllegalStateException("no"));
            rig.time().settle();
            assertThat((Object) completions.poll()).isNull();
            rig.next().returns("value");
            assertThat((Object) completions.poll()).isSameAs(handle);
            assertThat((Object) completions.poll()).isNull();
        }
    }

    @Test
    @Guarantee("5.13.4")
    void knowsNoTasksButItsOwn() {
        try (var rig = QueueRig.of(1, 2)) {
            Completions<String> ours = rig.queue().completions();
            Completions<String> theirs = rig.queue().completions();
            var their = submit(theirs, "theirs");
            rig.submit("nobody's");
            rig.next().returns("value");
            rig.next().returns("value");
            assertThat((Object) ours.poll()).isNull();
            assertThat((Object) theirs.poll()).isSameAs(their);
            assertThat((Object) theirs.poll()).isNull();
        }
    }

    @Test
    void takesThePlaceOfACompletionService() throws Exception {
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            CompletionService<String> service = queue.completions();
            Callable<String> call = () -> "called";
            var called = service.submit(call);
            assertThat((Object) service.take()).isSameAs(called);
            assertThat(called.get()).isEqualTo("called");
            var ran = service.submit(() -> {}, "ran");
            assertThat((Object) service.poll(60, TimeUnit.SECONDS)).isSameAs(ran);
            assertThat(ran.get()).isEqualTo("ran");
            assertThat((Object) service.poll()).isNull();
            assertThat((Object) service.poll(-1, TimeUnit.SECONDS)).isNull();
        }
    }

    @Test
    void answersNothingForWhatWasRejected() {
        var queue = TaskQueue.on(ThreadWorkers.of(1));
        Completions<String> completions = queue.completions();
        queue.close();
        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> submit(completions, "late"));
        assertThat((Object) completions.poll()).isNull();
    }

    @Test
    void refusesNullsAndNegativeLimitsAskWithoutWaiting() throws Exception {
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            Completions<String> completions = queue.completions();
            assertThatNullPointerException()
                    .isThrownBy(() -> completions.submit(CompletionsTest.<Task<String>>none()))
                    .withMessageStartingWith("task must not be null");
            assertThatNullPointerException()
                    .isThrownBy(() -> completions.poll(none()))
                    .withMessage("limit");
            assertThat((Object) completions.poll(Duration.ofSeconds(-1))).isNull();
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(completions::take);
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    @Guarantee("5.13.4")
    void givesEachHandleToOneOfManyTakers() throws Exception {
        int tasks = 4_000;
        Set<TaskHandle<Integer>> taken =
                Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
        var left = new AtomicInteger(tasks);
        var parts = new ArrayList<CompletableFuture<?>>();
        try (var queue = TaskQueue.on(ThreadWorkers.of(3))) {
            Completions<Integer> completions = queue.completions();
            for (int taker = 0; taker < 4; taker++) {
                parts.add(Contract.aside(() -> {
                    while (left.getAndDecrement() > 0) {
                        assertThat(taken.add(take(completions))).isTrue();
                    }
                }));
            }
            for (int submitter = 0; submitter < 4; submitter++) {
                parts.add(Contract.aside(() -> {
                    for (int i = 0; i < tasks / 4; i++) {
                        int number = i;
                        var _ = completions.submit(() -> number);
                    }
                }));
            }
            for (var part : parts) {
                part.get(60, TimeUnit.SECONDS);
            }
            assertThat(taken).hasSize(tasks).allMatch(TaskHandle::isDone);
            assertThat((Object) completions.poll()).isNull();
        }
    }

    private static TaskHandle<Integer> take(Completions<Integer> completions) {
        try {
            return completions.take();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Guarantee("5.13.5")
    void keepsNothingThatWasTaken() throws Exception {
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            Completions<Object> completions = queue.completions();
            awaitCollection(submitAndTake(completions));
            assertThat((Object) completions.poll()).isNull();
        }
    }

    private static List<WeakReference<Object>> submitAndTake(Completions<Object> completions) throws Exception {
        var references = new ArrayList<WeakReference<Object>>();
        for (int i = 0; i < 10; i++) {
            var _ = completions.submit(Object::new);
        }
        for (int i = 0; i < 10; i++) {
            var handle = completions.take();
            references.add(new WeakReference<>(handle.join()));
            references.add(new WeakReference<>(handle));
        }
        return references;
    }

    @Test
    @Guarantee("5.13.5")
    void isForgottenWithWhatNobodyTook() throws Exception {
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            awaitCollection(submitAndForget(queue));
            assertThat(queue.submit(() -> "next").get(60, TimeUnit.SECONDS)).isEqualTo("next");
        }
    }

    private static List<WeakReference<Object>> submitAndForget(TaskQueue queue) throws Exception {
        Completions<Object> completions = queue.completions();
        var first = completions.submit(Object::new);
        var last = completions.submit(Object::new);
        return Stream.of(completions, first, first.get(), last, last.get())
                .<WeakReference<Object>>map(WeakReference::new)
                .toList();
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T none() {
        return (T) null;
    }

    private static void awaitCollection(List<WeakReference<Object>> references) {
        Await.until("handles and results are collected", () -> {
            System.gc();
            return references.stream().allMatch(reference -> reference.refersTo(null));
        });
    }
}
