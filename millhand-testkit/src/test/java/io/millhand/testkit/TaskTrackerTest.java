package io.millhand.testkit;

import static io.millhand.testkit.Contract.aside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.millhand.Task;
import io.millhand.TaskQueue;
import io.millhand.TaskTracker;
import io.millhand.ThreadWorkers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TaskTrackerTest {

    private static final Duration NO_TIME = Duration.ZERO;
    private static final Duration PATIENCE = WorkerContract.PATIENCE;

    private final TaskTracker tracker = TaskTracker.of();

    /// A wait of the tracker's.
    @FunctionalInterface
    interface Wait {
        boolean await(TaskTracker tracker, Duration limit) throws InterruptedException;
    }

    static Stream<Arguments> waits() {
        return Stream.of(
                wait("all", TaskTracker::awaitAll),
                wait("any", TaskTracker::awaitAny),
                wait("fewer", (tracker, limit) -> tracker.awaitFewerThan(1, limit)),
                wait("unlimited all", (tracker, _) -> {
                    tracker.awaitAll();
                    return true;
                }),
                wait("unlimited any", (tracker, _) -> {
                    tracker.awaitAny();
                    return true;
                }),
                wait("unlimited fewer", (tracker, _) -> {
                    tracker.awaitFewerThan(1);
                    return true;
                }));
    }

    private static Arguments wait(String name, Wait wait) {
        return Arguments.of(name, wait);
    }

    /// Waits on a thread of its own; returns when that thread waits.
    private Waiting waiting(Wait wait) {
        return waiting(wait, PATIENCE);
    }

    private Waiting waiting(Wait wait, Duration limit) {
        var answer = new CompletableFuture<Boolean>();
        var thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                answer.complete(wait.await(tracker, limit));
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        Await.until("the thread waits", () -> switch (thread.getState()) {
            case WAITING, TIMED_WAITING -> true;
            case NEW, RUNNABLE, BLOCKED -> false;
            case TERMINATED -> throw new AssertionError("did not wait, and answered " + answer);
        });
        return new Waiting(thread, answer);
    }

    private record Waiting(Thread thread, CompletableFuture<Boolean> answer) {

        boolean answered() throws Exception {
            return answer.get(60, TimeUnit.SECONDS);
        }
    }

    private CompletableFuture<String> added() {
        var stage = new CompletableFuture<String>();
        tracker.add(stage);
        return stage;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waits")
    @Guarantee("5.12.1")
    void doesNotWaitForNothing(String name, Wait wait) throws Exception {
        assertThat(wait.await(tracker, NO_TIME)).as(name).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waits")
    @Guarantee("5.12.1")
    void isReleasedByTheEnd(String name, Wait wait) throws Exception {
        var stage = added();
        var waiting = waiting(wait);
        stage.complete("value");
        assertThat(waiting.answered()).as(name).isTrue();
        assertThat(tracker.outstanding()).isZero();
    }

    @Test
    @Guarantee("5.12.1")
    void countsEveryKindOfEnd() throws Exception {
        added().complete("value");
        added().completeExceptionally(new IllegalStateException("no"));
        added().cancel(true);
        tracker.add(CompletableFuture.completedFuture("value"));
        tracker.add(CompletableFuture.failedStage(new IllegalStateException("no")));
        assertThat(tracker.awaitAll(NO_TIME)).isTrue();
    }

    @Test
    @Guarantee("5.12.1")
    void waitsForAllOfThem() throws Exception {
        var first = added();
        var second = added();
        var waiting = waiting(TaskTracker::awaitAll);
        first.complete("value");
        assertThat(tracker.awaitAll(NO_TIME)).isFalse();
        assertThat(waiting.answer).isNotDone();
        second.complete("value");
        assertThat(waiting.answered()).isTrue();
    }

    @Test
    @Guarantee("5.12.1")
    void waitsUntilFewerAreLeft() throws Exception {
        var stages = IntStream.range(0, 5).mapToObj(_ -> added()).toList();
        var waiting = waiting((each, limit) -> each.awaitFewerThan(3, limit));
        stages.get(4).complete("value");
        stages.get(0).complete("value");
        assertThat(tracker.awaitFewerThan(3, NO_TIME)).isFalse();
        assertThat(tracker.awaitFewerThan(4, NO_TIME)).isTrue();
        assertThat(waiting.answer).isNotDone();
        stages.get(2).complete("value");
        assertThat(waiting.answered()).isTrue();
        assertThat(tracker.outstanding()).isEqualTo(2);
    }

    @Test
    @Guarantee("5.12.1")
    void releasesEveryWaiterAtItsOwnNumber() throws Exception {
        var stages = IntStream.range(0, 3).mapToObj(_ -> added()).toList();
        var all = waiting(TaskTracker::awaitAll);
        var any = waiting(TaskTracker::awaitAny);
        var fewer = waiting((each, limit) -> each.awaitFewerThan(2, limit));
        stages.get(0).complete("value");
        assertThat(any.answered()).isTrue();
        assertThat(fewer.answer).isNotDone();
        stages.get(1).complete("value");
        assertThat(fewer.answered()).isTrue();
        assertThat(all.answer).isNotDone();
        stages.get(2).complete("value");
        assertThat(all.answered()).isTrue();
    }

    @Test
    @Guarantee("5.12.1")
    void countsAStageAsOftenAsItWasAdded() {
        var stage = added();
        tracker.add(stage);
        assertThat(tracker.outstanding()).isEqualTo(2);
        stage.complete("value");
        assertThat(tracker.outstanding()).isZero();
    }

    @Test
    @Guarantee("5.12.1")
    void answersFalseWhenTheLimitRunsOut() throws Exception {
        var stage = added();
        for (var limit :
                List.of(NO_TIME, Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE), Duration.ofMillis(5))) {
            assertThat(tracker.awaitAll(limit)).isFalse();
            assertThat(tracker.awaitAny(limit)).isFalse();
            assertThat(tracker.awaitFewerThan(1, limit)).isFalse();
        }
        stage.complete("value"); // waits that are over are not in the way
        assertThat(tracker.awaitAll(NO_TIME)).isTrue();
    }

    @Test
    @Guarantee("5.12.1")
    void takesALimitBeyondAllTime() throws Exception {
        for (var limit : List.of(Duration.ofSeconds(Long.MAX_VALUE), Task.FOREVER, Duration.ofNanos(Long.MAX_VALUE))) {
            var stage = added();
            var waiting = waiting(TaskTracker::awaitAll, limit);
            stage.complete("value");
            assertThat(waiting.answered()).isTrue();
        }
    }

    @Test
    @Guarantee("5.12.2")
    void waitsForWhatIsAddedMeanwhile() throws Exception {
        var first = added();
        var waiting = waiting(TaskTracker::awaitAll);
        var second = added();
        first.complete("value");
        assertThat(waiting.answer).isNotDone();
        second.complete("value");
        assertThat(waiting.answered()).isTrue();
    }

    @Test
    @Guarantee("5.12.2")
    void anyIsNotConfusedByWhatIsAddedMeanwhile() throws Exception {
        var first = added();
        var waiting = waiting(TaskTracker::awaitAny);
        for (int i = 0; i < 10; i++) {
            var _ = added();
        }
        first.complete("value");
        assertThat(waiting.answered()).isTrue();
        assertThat(tracker.outstanding()).isEqualTo(10);
    }

    @Test
    @Guarantee("5.12.2")
    void isNotHeldByWhatIsAddedRightAfterTheEnd() throws Exception {
        for (int i = 0; i < 200; i++) {
            var last = added();
            var waiting = waiting(TaskTracker::awaitAll);
            last.complete("value");
            var next = added();
            assertThat(waiting.answered()).isTrue();
            next.complete("value");
        }
    }

    @Test
    @Guarantee("5.12.2")
    void letsACallbackAddStages() throws Exception {
        var first = added();
        var second = new CompletableFuture<String>();
        var callback = first.thenRun(() -> tracker.add(second));
        var any = waiting(TaskTracker::awaitAny);
        first.complete("value");
        assertThat(any.answered()).isTrue();
        assertThat(callback).isCompleted();
        assertThat(tracker.outstanding()).isEqualTo(1);
        second.complete("value");
        assertThat(tracker.awaitAll(NO_TIME)).isTrue();
    }

    @Test
    @Guarantee("5.12.2")
    void waitsForAChainThatAddsItsNextLink() throws Exception {
        int links = 1_000;
        var added = new AtomicInteger();
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            class Link implements Runnable {
                @Override
                public void run() {
                    if (added.incrementAndGet() < links) {
                        tracker.add(queue.submit(new Link()));
                    }
                }
            }
            tracker.add(queue.submit(new Link()));
            assertThat(tracker.awaitAll(PATIENCE)).isTrue();
            assertThat(added).hasValue(links);
        }
    }

    @Test
    @Guarantee("5.12.2")
    void losesNoEndInRacesOfManyThreads() throws Exception {
        int threads = 8;
        int each = 5_000;
        var ended = new AtomicInteger();
        tracker.addWaits(threads);
        var adders = IntStream.range(0, threads)
                .mapToObj(_ -> aside(() -> {
                    for (int i = 0; i < each; i++) {
                        var stage = new CompletableFuture<String>();
                        var counted = stage.thenRun(ended::incrementAndGet);
                        tracker.add(counted);
                        stage.completeAsync(() -> "value");
                    }
                    tracker.removeWaits(1);
                }))
                .toList();
        var waiters = Stream.of("all", "fewer", "any")
                .flatMap(kind -> IntStream.range(0, 3).mapToObj(_ -> aside(() -> waitAgainAndAgain(kind))))
                .toList();
        assertThat(tracker.awaitAll(PATIENCE)).isTrue();
        assertThat(ended).hasValue(threads * each);
        for (var part : Stream.concat(adders.stream(), waiters.stream()).toList()) {
            part.get(60, TimeUnit.SECONDS);
        }
        assertThat(tracker.outstanding()).isZero();
    }

    private void waitAgainAndAgain(String kind) {
        try {
            for (int i = 0; tracker.outstanding() > 0; i++) {
                var limit = i % 3 == 0 ? Duration.ofNanos(i) : PATIENCE;
                boolean came = switch (kind) {
                    case "all" -> tracker.awaitAll(limit);
                    case "any" -> tracker.awaitAny(limit);
                    default -> tracker.awaitFewerThan(1 + i % 50, limit);
                };
                assertThat(came || i % 3 == 0).as("a long wait ran out").isTrue();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Guarantee("5.12.2")
    void theLastEndReleasesWhoeverBeganToWaitBeforeIt() throws Exception {
        for (int i = 0; i < 20_000; i++) {
            var stage = added();
            var end = CompletableFuture.runAsync(() -> stage.complete("value"));
            assertThat(tracker.awaitAll(PATIENCE)).isTrue();
            end.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    @Guarantee("5.12.5")
    void waitsForWhatWasAddedByHand() throws Exception {
        tracker.addWaits(3);
        var stage = added();
        var waiting = waiting(TaskTracker::awaitAll);
        var any = waiting(TaskTracker::awaitAny);
        tracker.removeWaits(2);
        assertThat(any.answered()).isTrue();
        assertThat(tracker.outstanding()).isEqualTo(2);
        stage.complete("value");
        assertThat(waiting.answer).isNotDone();
        tracker.removeWaits(1);
        assertThat(waiting.answered()).isTrue();
    }

    @Test
    @Guarantee("5.12.5")
    void removesNoMoreThanWasAddedByHand() {
        var _ = added();
        tracker.addWaits(2);
        assertThatIllegalStateException()
                .isThrownBy(() -> tracker.removeWaits(3))
                .withMessage("count must be at most the waits that were added by hand, 2, was 3");
        assertThat(tracker.outstanding()).isEqualTo(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tracker.addWaits(0))
                .withMessage("count must be at least 1, was 0");
        assertThatIllegalArgumentException().isThrownBy(() -> tracker.removeWaits(-1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waits")
    @Guarantee("5.12.6")
    void quitsWaitingForGood(String name, Wait wait) throws Exception {
        var stage = added();
        tracker.addWaits(1);
        var waiters = List.of(waiting(wait), waiting(wait), waiting(wait));
        assertThat(tracker.hasQuit()).isFalse();
        tracker.quitWaiting();
        tracker.quitWaiting();
        for (var waiter : waiters) {
            assertThat(waiter.answered()).as(name).isTrue();
        }
        assertThat(tracker.hasQuit()).isTrue();
        var later = added();
        tracker.addWaits(1);
        assertThat(wait.await(tracker, NO_TIME)).isTrue();
        stage.complete("value");
        later.complete("value");
        tracker.removeWaits(5);
        assertThat(tracker.outstanding()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waits")
    @Guarantee("5.12.7")
    void isInterruptible(String name, Wait wait) throws Exception {
        var stage = added();
        var waiting = waiting(wait);
        var other = waiting(wait);
        waiting.thread.interrupt();
        assertThatExceptionOfType(ExecutionException.class)
                .as(name)
                .isThrownBy(waiting::answered)
                .withCauseInstanceOf(InterruptedException.class);
        assertThat(other.answer).isNotDone();
        stage.complete("value");
        assertThat(other.answered()).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waits")
    @Guarantee("5.12.7")
    void heedsAnInterruptFromBeforeTheWait(String name, Wait wait) {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).as(name).isThrownBy(() -> wait.await(tracker, NO_TIME));
        assertThat(Thread.interrupted()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waits")
    @Guarantee("5.12.4")
    void keepsNoWaitThatIsOver(String name, Wait wait) throws Exception {
        var stage = added();
        var released = waiting(wait);
        var interrupted = waiting(wait);
        assertThat(tracker.awaitAll(Duration.ofNanos(1))).isFalse();
        assertThat(tracker).as(name).hasToString("tracker, 1 outstanding, 2 waiting");
        interrupted.thread.interrupt();
        assertThatExceptionOfType(ExecutionException.class).isThrownBy(interrupted::answered);
        assertThat(tracker).hasToString("tracker, 1 outstanding, 1 waiting");
        stage.complete("value");
        assertThat(released.answered()).isTrue();
        assertThat(tracker).hasToString("tracker, 0 outstanding, 0 waiting");
    }

    @Test
    void refusesWhatCannotBeWaitedFor() {
        assertThatNullPointerException().isThrownBy(() -> tracker.add(none())).withMessage("stage");
        assertThatNullPointerException()
                .isThrownBy(() -> tracker.awaitAll(none()))
                .withMessage("limit");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tracker.awaitFewerThan(0))
                .withMessage("count must be at least 1, was 0");
        assertThat(tracker.outstanding()).isZero();
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T none() {
        return (T) null;
    }
}
