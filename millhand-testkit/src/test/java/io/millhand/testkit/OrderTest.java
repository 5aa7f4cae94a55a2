package io.millhand.testkit;

import static io.millhand.testkit.QueueRig.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.millhand.CancelReason;
import io.millhand.Limits;
import io.millhand.Order;
import io.millhand.Outcome;
import io.millhand.QueueConfig;
import io.millhand.RetryPolicy;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

final class OrderTest {

    @CanIgnoreReturnValue
    private static TaskHandle<String> submit(QueueRig rig, String name, UnaryOperator<Task<String>> how) {
        return rig.queue()
                .submit(how.apply(Task.<String>of(() -> "never called").named(name)));
    }

    /// Submits while the queue is paused, and then lets the only worker run them all.
    private static List<String> startsOf(QueueRig rig) {
        var names = new ArrayList<String>();
        rig.queue().resume();
        while (rig.workers().awaiting() > 0) {
            var attempt = rig.next();
            names.add(attempt.taskName());
            attempt.returns("");
        }
        return names;
    }

    private static QueueRig paused() {
        return paused(Order.FAIR);
    }

    private static QueueRig paused(Order order) {
        var rig = QueueRig.of(
                ScriptedWorkers.of(1, 1),
                VirtualTime.ofSeed(1),
                QueueConfig.defaults().order(order));
        rig.queue().pause();
        return rig;
    }

    private static Map<String, Long> shares(List<String> starts) {
        return starts.stream().collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    }

    @Test
    @Guarantee("5.1.1")
    void startsEqualTasksInTheOrderOfTheirSubmission() {
        try (var rig = paused()) {
            var names = IntStream.range(0, 100).mapToObj(String::valueOf).toList();
            names.forEach(rig::submit);
            assertThat(startsOf(rig)).isEqualTo(names);
        }
    }

    @Test
    @Guarantee("5.1.3")
    void givesNicenessTenHalfTheShareOfNicenessZero() {
        try (var rig = paused()) {
            for (int i = 0; i < 3_000; i++) {
                submit(rig, "nice", task -> task.niceness(10));
                submit(rig, "usual", task -> task);
                submit(rig, "greedy", task -> task.niceness(-20));
            }
            // Costs 10, 5 and 1: in 1,300 starts 100, 200 and 1,000.
            var shares = shares(startsOf(rig).subList(0, 1_300));
            assertThat(shares.get("greedy")).isCloseTo(1_000, Percentage.withPercentage(1));
            assertThat(shares.get("usual")).isCloseTo(200, Percentage.withPercentage(2));
            assertThat(shares.get("nice")).isCloseTo(100, Percentage.withPercentage(2));
        }
    }

    @Test
    @Guarantee("5.1.4")
    void sharesAlikeBetweenSeriesThatAreDumpedOneAfterTheOther() {
        try (var rig = paused()) {
            for (var series : List.of("a", "b")) {
                for (int i = 0; i < 1_000; i++) {
                    submit(rig, series, task -> task.series(series));
                }
            }
            var shares = shares(startsOf(rig).subList(0, 1_000));
            assertThat(shares.get("a")).isCloseTo(500, Percentage.withPercentage(2));
        }
    }

    @Test
    @Guarantee("5.1.5")
    void givesNoAdvantageToASeriesThatWasIdle() {
        try (var rig = paused()) {
            submit(rig, "idle", task -> task.series("idle"));
            for (int i = 0; i < 1_000; i++) {
                submit(rig, "busy", task -> task.series("busy"));
            }
            assertThat(startsOf(rig)).hasSize(1_001);
            rig.queue().pause();
            for (int i = 0; i < 1_000; i++) {
                submit(rig, "idle", task -> task.series("idle"));
                submit(rig, "busy", task -> task.series("busy"));
                submit(rig, "new", task -> task.series("new"));
            }
            var shares = shares(startsOf(rig).subList(0, 300));
            assertThat(shares.values()).allSatisfy(share -> assertThat(share).isBetween(99L, 101L));
        }
    }

    @Test
    @Guarantee("5.1.6")
    void startsFirstTasksBeforeAllAndLastOnesAfterAll() {
        try (var rig = paused()) {
            submit(rig, "last 1", Task::last);
            submit(rig, "usual", task -> task);
            submit(rig, "first 1", Task::first);
            submit(rig, "greedy", task -> task.niceness(-20));
            submit(rig, "last 2", Task::last);
            submit(rig, "first 2", Task::first);
            assertThat(startsOf(rig)).containsExactly("first 1", "first 2", "usual", "greedy", "last 1", "last 2");
        }
    }

    @Test
    @Guarantee("5.1.6")
    void startsTasksOutsideTheOrderAsTheyWereSubmittedWhateverTheirNiceness() {
        try (var rig = paused()) {
            for (var place : List.<UnaryOperator<Task<String>>>of(Task::last, Task::first)) {
                submit(rig, "nice 1", task -> place.apply(task.niceness(20)));
                submit(rig, "nice 2", task -> place.apply(task.niceness(20)));
                submit(rig, "greedy", task -> place.apply(task.niceness(-20)));
            }
            assertThat(startsOf(rig)).containsExactly("nice 1", "nice 2", "greedy", "nice 1", "nice 2", "greedy");
        }
    }

    @Test
    @Guarantee({"5.1.5", "5.1.6"})
    void leavesTheSharesAloneWhateverIsFirst() {
        try (var rig = paused()) {
            submit(rig, "old", task -> task.series("old"));
            submit(rig, "old", task -> task.series("old"));
            submit(rig, "old", task -> task.series("old"));
            for (int i = 0; i < 100; i++) {
                submit(rig, "first", Task::first);
            }
            rig.queue().resume();
            for (int i = 0; i < 100; i++) {
                rig.next().returns("");
            }
            rig.queue().pause();
            submit(rig, "new", task -> task.series("new"));
            rig.next().returns("");
            assertThat(startsOf(rig)).containsExactly("new", "old", "old");
        }
    }

    @Test
    @Guarantee({"5.1.7", "5.2.4"})
    void givesRetriesTheirOldPlaceAtEachNiceness() {
        for (int niceness : new int[] {-20, -1, 0, 20}) {
            try (var rig = QueueRig.of(
                    ScriptedWorkers.of(1, 2),
                    VirtualTime.ofSeed(1),
                    QueueConfig.defaults().order(Order.STRICT))) {
                submit(rig, "a", task -> task.niceness(niceness));
                submit(rig, "b", task -> task.niceness(niceness));
                var a = rig.next();
                var b = rig.next();
                rig.queue().pause();
                a.givesBack();
                b.givesBack();
                assertThat(startsOf(rig)).containsExactly("a", "b");
            }
        }
    }

    @Test
    @Guarantee("5.1.7")
    void startsByNicenessAloneOnRequest() {
        try (var rig = paused(Order.STRICT)) {
            for (int niceness : new int[] {5, -3, 20, 5, -20, -3}) {
                submit(rig, "" + niceness, task -> task.niceness(niceness));
            }
            assertThat(startsOf(rig)).containsExactly("-20", "-3", "-3", "5", "5", "20");
        }
    }

    @Test
    @Guarantee("5.2.2")
    void startsAllThatAPermitHeldBack() {
        try (var rig = QueueRig.of(3, 1)) {
            rig.queue().limit("service", Limits.fixed(1));
            submit(rig, "uses it", task -> task.resource("service"));
            submit(rig, "waits for it", task -> task.series("a").resource("service"));
            submit(rig, "stands behind", task -> task.series("a"));
            rig.next().returns("");
            assertThat(rig.next().taskName()).isEqualTo("waits for it");
            assertThat(rig.next().taskName()).isEqualTo("stands behind");
        }
    }

    @Test
    @Guarantee({"5.1.8", "5.6.1"})
    void startsWhatStoodBehindATaskThatNobodyCanServe() {
        try (var rig = QueueRig.of(2, 1)) {
            var cancelled = submit(rig, "cancelled", task -> task.series("a").requires("gpu"));
            submit(rig, "late", task -> task.series("b").requires("gpu").deadline(Duration.ofSeconds(1)));
            submit(rig, "a", task -> task.series("a"));
            submit(rig, "b", task -> task.series("b"));
            assertThat(rig.workers().awaiting()).isZero();
            cancelled.cancel(false);
            assertThat(rig.next().taskName()).isEqualTo("a");
            rig.time().advance(Duration.ofSeconds(1));
            assertThat(rig.next().taskName()).isEqualTo("b");
        }
    }

    @Test
    @Guarantee("5.1.8")
    void runsPastATaskThatNobodyCanServe() {
        try (var rig = QueueRig.of(1, 1)) {
            var waits = submit(rig, "waits", task -> task.requires("gpu"));
            submit(rig, "waits, too", task -> task.requires("gpu").niceness(-20));
            var runs = submit(rig, "runs", task -> task);
            rig.next().returns("done");
            assertThat(outcome(runs)).isEqualTo(new Outcome.Succeeded<>("done"));
            assertThat(waits.isDone()).isFalse();
        }
    }

    @Test
    @Guarantee("5.1.10")
    void runsWhatRequiresWhatItsWorkersOffer() throws Exception {
        try (var queue = TaskQueue.on(ThreadWorkers.of(1).offering("gpu", "big"))) {
            var task = Task.<String>of(() -> "ran").requires("gpu");
            assertThat(queue.submit(task).get(30, TimeUnit.SECONDS)).isEqualTo("ran");
        }
    }

    @Test
    @Guarantee("5.9.1")
    void startsNothingWhileItIsPaused() {
        try (var rig = QueueRig.of(1, 2)) {
            rig.submit("runs");
            var running = rig.next();
            rig.queue().pause();
            rig.submit("waits");
            running.returns("");
            assertThat(rig.workers().awaiting()).isZero();
            rig.queue().resume();
            assertThat(rig.next().taskName()).isEqualTo("waits");
        }
    }

    @Test
    @Guarantee("5.2.1")
    void startsTheTasksOfASeriesInOrderWhateverTheirNiceness() {
        try (var rig = paused()) {
            submit(rig, "a1", task -> task.series("a").niceness(20));
            submit(rig, "a2", task -> task.series("a").niceness(-20));
            submit(rig, "a3", task -> task.series("a"));
            submit(rig, "b1", task -> task.series("b"));
            submit(rig, "b2", task -> task.series("b"));
            // a1 costs 17, so that b's tasks of 5 go before a2.
            assertThat(startsOf(rig)).containsExactly("a1", "b1", "b2", "a2", "a3");
        }
    }

    @Test
    @Guarantee("5.2.2")
    void holdsASeriesToItsLimitAndLetsOthersPast() {
        try (var rig = QueueRig.of(1, 3)) {
            var series = rig.queue().series("a");
            series.limit(1);
            submit(rig, "a1", task -> task.series("a"));
            submit(rig, "a2", task -> task.series("a"));
            submit(rig, "a3", task -> task.series("a"));
            submit(rig, "b", task -> task.series("b"));
            var first = rig.next();
            assertThat(rig.next().taskName()).isEqualTo("b");
            assertThat(rig.workers().awaiting()).isZero();
            first.returns("");
            assertThat(rig.next().taskName()).isEqualTo("a2");
            assertThat(rig.workers().awaiting()).isZero();
            series.limit(2);
            assertThat(rig.next().taskName()).isEqualTo("a3");
        }
    }

    @Test
    @Guarantee("5.2.3")
    void pausesResumesAndCancelsASeries() {
        try (var rig = QueueRig.of(1, 1)) {
            var series = rig.queue().series("a");
            series.pause();
            var waits = submit(rig, "a1", task -> task.series("a"));
            submit(rig, "other", task -> task);
            rig.next().returns("");
            assertThat(rig.workers().awaiting()).isZero();
            series.resume();
            var runs = rig.next();
            var queued = submit(rig, "a2", task -> task.series("a"));
            assertThat(series.cancel(true)).isEqualTo(2);
            assertThat(outcome(waits)).isEqualTo(new Outcome.Cancelled<>(CancelReason.CALLER));
            assertThat(outcome(queued)).isEqualTo(new Outcome.Cancelled<>(CancelReason.CALLER));
            assertThat(runs.isKilled()).isTrue();
        }
    }

    @Test
    @Guarantee("5.2.4")
    void letsARetryHaveItsOldPlaceAndHoldNoPermitMeanwhile() {
        try (var rig = QueueRig.of(1, 1)) {
            rig.queue().series("a").limit(1);
            var retry = RetryPolicy.exponential(2).withDelays(Duration.ofSeconds(1), Duration.ofSeconds(1));
            submit(rig, "a1", task -> task.series("a").retry(retry));
            for (int i = 2; i <= 4; i++) {
                String name = "a" + i;
                submit(rig, name, task -> task.series("a"));
            }
            rig.next().throwsException(new IllegalStateException("once"));
            var second = rig.next();
            assertThat(second.taskName()).isEqualTo("a2");
            rig.time().advance(Duration.ofSeconds(1));
            second.returns("");
            assertThat(rig.next().taskName()).isEqualTo("a1");
        }
    }

    @Test
    @Guarantee("5.1.9")
    void sharesByTheSpeedOfTheWorkers() {
        try (var rig = QueueRig.of(2, 1)) {
            for (int i = 0; i < 3_000; i++) {
                rig.submit("" + i);
            }
            var fast = rig.next();
            var slow = rig.next();
            int ofFast = 0;
            for (int tick = 0; tick < 1_000; tick++) {
                fast.returns("");
                fast = rig.next();
                ofFast++;
                if (tick % 2 == 1) {
                    slow.returns("");
                    slow = rig.next();
                }
            }
            assertThat(ofFast).isEqualTo(1_000);
            assertThat(rig.workers().assigned()).hasSize(2 + 1_500);
        }
    }

    @Test
    @Guarantee("5.6.6")
    void cancelsWhatMatches() {
        try (var rig = QueueRig.of(1, 1)) {
            rig.submit("odd 1");
            rig.submit("even 2");
            rig.submit("odd 3");
            assertThat(rig.queue().cancelIf(task -> task.name().startsWith("odd"), false))
                    .isEqualTo(2);
            var running = rig.next();
            assertThat(running.isCancelled()).isTrue();
            running.returns("");
            assertThat(rig.next().taskName()).isEqualTo("even 2");
        }
    }

    @Test
    @Guarantee("5.6.6")
    void goesOnWhereThePredicateThrows() {
        try (var rig = QueueRig.of(1, 1)) {
            submit(rig, "nobody's", task -> task.series("a").requires("gpu"));
            submit(rig, "behind it", task -> task.series("a"));
            assertThat(rig.workers().awaiting()).isZero();
            assertThatIllegalStateException()
                    .isThrownBy(() -> rig.queue().cancelIf(OrderTest::throwAtTheSecond, false));
            assertThat(rig.next().taskName()).isEqualTo("behind it");
        }
    }

    private static boolean throwAtTheSecond(Task<?> task) {
        if (task.name().equals("behind it")) {
            throw new IllegalStateException("on purpose");
        }
        return true;
    }

    @Test
    void refusesWhatMakesNoSense() {
        var task = Task.of(() -> "");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> task.niceness(21))
                .withMessage("niceness must be from -20 to 20, was 21");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> task.series("a").first())
                .withMessageContaining("a task of a series cannot be FIRST");
        try (var rig = QueueRig.of(1, 1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> rig.queue().series("a").limit(0))
                    .withMessageContaining("limit of series 'a' must be at least 1, was 0");
        }
    }
}
