package io.millhand.testkit;

import static io.millhand.testkit.Contract.aside;
import static io.millhand.testkit.Contract.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.CancelReason;
import io.millhand.InlineWorkers;
import io.millhand.Outcome;
import io.millhand.QueueConfig;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import io.millhand.VirtualThreadWorkers;
import io.millhand.Workers;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What only workers in this JVM can show: their tasks share memory with the test.
@ExtendWith(LeakCheck.class)
final class LocalWorkersTest {

    static Stream<Workers> kinds() {
        return Stream.of(InlineWorkers.of(), ThreadWorkers.of(2), ThreadWorkers.single(), VirtualThreadWorkers.of(2));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @Guarantee("5.17.6")
    @SuppressWarnings("try") // to close it early is what is tested
    void refusesToBeClosedByItsOwnTask(Workers workers) {
        try (var queue = TaskQueue.on(workers)) {
            var outcome = ended(queue.submit(() -> {
                queue.close();
                return "closed";
            }));
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessage(
                                            "the queue 'queue' cannot be closed by its own task 1, which it would wait for;"
                                                    + " call shutdown() instead"));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void takesTasksFromItsTasks(Workers workers) {
        try (var queue = TaskQueue.on(workers)) {
            var inner = new CompletableFuture<TaskHandle<String>>();
            ended(queue.submit(() -> inner.complete(queue.submit(() -> "inner"))));
            assertThat(ended(inner.join())).isEqualTo(new Outcome.Succeeded<>("inner"));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void mayBeShutDownByItsTasks(Workers workers) throws Exception {
        var queue = TaskQueue.on(workers);
        ended(queue.submit(() -> {
            queue.shutdown();
            return "";
        }));
        assertThat(queue.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @Guarantee("5.17.3")
    void isBroughtToItsEndAmidSubmissions(Workers workers) throws Exception {
        for (int round = 0; round < 300; round++) {
            var queue = TaskQueue.on(workers);
            var submitting = new CountDownLatch(2);
            var submitters = new ArrayList<CompletableFuture<?>>();
            for (int i = 0; i < 2; i++) {
                submitters.add(aside(() -> {
                    try {
                        while (true) {
                            var _ = queue.submit(() -> "value");
                            submitting.countDown();
                        }
                    } catch (RejectedExecutionException _) {
                        assertThat(queue.isShutdown()).isTrue();
                    }
                }));
            }
            Contract.await(submitting);
            queue.shutdownNow();
            assertThat(queue.awaitTermination(60, TimeUnit.SECONDS))
                    .as("terminated in round " + round)
                    .isTrue();
            for (var submitter : submitters) {
                submitter.get(60, TimeUnit.SECONDS);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("threads")
    @Guarantee("5.14.2")
    void givesEachTaskTheClassLoaderOfTheThreadThatOpenedTheQueue(Workers workers) throws Exception {
        var before = Thread.currentThread().getContextClassLoader();
        var loader = new URLClassLoader(new URL[0], before);
        Thread.currentThread().setContextClassLoader(loader);
        try (var queue = TaskQueue.on(workers)) {
            Thread.currentThread().setContextClassLoader(before);
            assertThat(queue.submit(() -> Thread.currentThread().getContextClassLoader())
                            .get())
                    .isSameAs(loader);
            queue.submit(() -> Thread.currentThread().setContextClassLoader(before))
                    .get();
            assertThat(queue.submit(() -> Thread.currentThread().getContextClassLoader())
                            .get())
                    .isSameAs(loader);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static List<Workers> threads() {
        return List.of(ThreadWorkers.single(), VirtualThreadWorkers.of(1));
    }

    @Test
    @Guarantee("5.17.3")
    void interruptsTheCallerOfAnInlineTaskOnShutdownNow() throws Exception {
        var begun = new CountDownLatch(1);
        var queue = TaskQueue.on(InlineWorkers.of());
        var outcome = CompletableFuture.supplyAsync(
                () -> ended(queue.submit(() -> {
                    begun.countDown();
                    return Bodies.block();
                })),
                Thread.ofPlatform().daemon()::start);
        Contract.await(begun);
        assertThat(queue.shutdownNow()).isEmpty();
        assertThat(outcome.get(60, TimeUnit.SECONDS)).isEqualTo(new Outcome.Cancelled<>(CancelReason.SHUTDOWN));
        assertThat(queue.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    static Stream<Workers> kindsThatLeaveBehind() {
        var grace = Duration.ofMillis(20);
        return Stream.of(
                ThreadWorkers.single().grace(grace), VirtualThreadWorkers.of(1).grace(grace));
    }

    @ParameterizedTest
    @MethodSource("kindsThatLeaveBehind")
    @Guarantee({"5.3.4", "5.3.5"})
    void tellsWhatItLeavesBehind(Workers workers) {
        var stop = new AtomicBoolean();
        var logs = Logs.of("io.millhand");
        try (logs;
                var queue = TaskQueue.on(workers)) {
            var handle = queue.submit(Task.of(() -> spin(stop)).named("stuck").timeout(Duration.ofMillis(20)));
            assertThat(ended(handle)).isInstanceOfSatisfying(Outcome.TimedOut.class, timedOut -> {
                assertThat(timedOut.expiry().abandoned()).isTrue();
                assertThat(timedOut.expiry().stack()).contains("LocalWorkersTest.spin");
            });
            assertThat(ended(queue.submit(() -> "next"))).isEqualTo(new Outcome.Succeeded<>("next"));
            Await.until("the log", () -> !logs.lines().isEmpty());
        } finally {
            stop.set(true);
        }
        assertThat(logs.lines())
                .singleElement()
                .asString()
                .startsWith("task 1 (stuck) ignores its interrupt and was left behind on its thread:\n")
                .contains("LocalWorkersTest.spin");
    }

    private static String spin(AtomicBoolean stop) {
        while (!stop.get()) {
            Thread.onSpinWait();
        }
        return "late";
    }

    @Test
    @Guarantee("5.17.9")
    void leavesNoThreadForAGraceThatIsNotNeeded() throws Exception {
        var baseline = LeakCheck.Baseline.now();
        var begun = new CountDownLatch(1);
        try (var queue = TaskQueue.on(ThreadWorkers.single().grace(Duration.ofHours(1)))) {
            var handle = queue.submit(() -> {
                begun.countDown();
                return Bodies.block();
            });
            Contract.await(begun);
            handle.cancel(true);
        }
        baseline.requireNoLeaks("this test", TimeUnit.SECONDS.toNanos(10));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @Guarantee("5.15.1")
    void logsAnExecutedTaskThatFails(Workers workers) {
        var logs = Logs.of("io.millhand");
        try (logs;
                var queue = TaskQueue.on(workers, QueueConfig.defaults().named("logging"))) {
            queue.execute(() -> {});
            queue.execute(() -> {
                throw new ArithmeticException("by zero");
            });
            Await.until("the log", () -> !logs.lines().isEmpty());
        }
        assertThat(logs.lines())
                .singleElement()
                .asString()
                .startsWith("executed task 2 (" + LocalWorkersTest.class.getName() + ") did not succeed; attempts: [")
                .contains("java.lang.ArithmeticException: by zero");
    }
}
