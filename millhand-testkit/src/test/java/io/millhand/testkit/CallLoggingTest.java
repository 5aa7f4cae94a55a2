package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.CallLogging;
import io.millhand.QueueConfig;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class CallLoggingTest {

    /// A result that tells on which thread it was asked for its text.
    private record Nosy(AtomicReference<String> asked) {
        @Override
        public String toString() {
            asked.set(Thread.currentThread().getName());
            return "nosy";
        }
    }

    private static final class Mute {
        @Override
        public String toString() {
            throw new UnsupportedOperationException("mute");
        }
    }

    private static TaskQueue open(CallLogging logging) {
        return TaskQueue.on(
                ThreadWorkers.single(), QueueConfig.defaults().named("told").logging(logging));
    }

    private static void awaitLines(Logs logs, int count) {
        Await.until(count + " lines", () -> logs.lines().size() >= count);
    }

    private static Object fails() {
        throw new ArithmeticException("by zero");
    }

    private static void runAll(CallLogging logging, Logs logs, int expected) {
        try (var queue = open(logging)) {
            Contract.ended(queue.submit(Task.of(() -> "a value").named("works")));
            Contract.ended(queue.submit(Task.of(CallLoggingTest::fails).named("breaks")));
            queue.execute(CallLoggingTest::fails);
            awaitLines(logs, expected);
        }
    }

    @Test
    @Guarantee("5.15.4")
    void logsNothingWhenOff() {
        var logs = Logs.of("io.millhand");
        try (logs) {
            runAll(CallLogging.OFF, logs, 0);
        }
        assertThat(logs.lines()).isEmpty();
    }

    @Test
    @Guarantee("5.15.4")
    void logsByDefaultWhatNobodyElseSees() {
        var logs = Logs.of("io.millhand");
        try (logs) {
            runAll(CallLogging.FAILURES, logs, 1);
        }
        assertThat(logs.lines()).singleElement().asString().startsWith("executed task 3 ");
    }

    @Test
    @Guarantee("5.15.4")
    void logsTheEndOfEachCallOnce() {
        var logs = Logs.of("io.millhand");
        try (logs) {
            runAll(CallLogging.CALLS, logs, 3);
        }
        assertThat(logs.lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("task 1 (works) succeeded; attempts: [Attempt[number=1, worker=told"))
                .anyMatch(line -> line.startsWith("task 2 (breaks) did not succeed; attempts: [")
                        && line.contains("java.lang.ArithmeticException: by zero"))
                .anyMatch(line -> line.startsWith("task 3 ") && line.contains("did not succeed"))
                .noneMatch(line -> line.contains("a value"));
    }

    @Test
    @Guarantee("5.15.4")
    void logsTheCancelOfACall() {
        var logs = Logs.of("io.millhand");
        try (logs;
                var queue = open(CallLogging.CALLS)) {
            queue.pause();
            queue.submit(Task.of(() -> "never").named("unwanted")).cancel(true);
            awaitLines(logs, 1);
        }
        assertThat(logs.lines()).singleElement().isEqualTo("task 1 (unwanted) was cancelled: CALLER; attempts: []");
    }

    @Test
    @Guarantee("5.15.4")
    void logsValuesOnACallbackThread() {
        var asked = new AtomicReference<String>("nobody");
        var logs = Logs.of("io.millhand");
        try (logs;
                var queue = open(CallLogging.VALUES)) {
            Contract.ended(queue.submit(Task.of(() -> new Nosy(asked)).named("nosy")));
            awaitLines(logs, 1);
        }
        assertThat(logs.lines())
                .singleElement()
                .asString()
                .startsWith("task 1 (nosy) succeeded with nosy; attempts: [");
        assertThat(asked).hasValue("millhand-told-callback");
    }

    @Test
    @Guarantee("5.15.4")
    void cutsLongValuesAndNamesThoseThatCannotBeTold() {
        var logs = Logs.of("io.millhand");
        try (logs;
                var queue = open(CallLogging.VALUES)) {
            Contract.ended(queue.submit(Task.of(() -> "x".repeat(1_000)).named("long")));
            awaitLines(logs, 1);
            Contract.ended(queue.submit(Task.of(Mute::new).named("mute")));
            awaitLines(logs, 2);
            Contract.ended(queue.submit(Task.of(() -> null).named("null")));
            awaitLines(logs, 3);
        }
        assertThat(logs.lines().getFirst()).contains("with " + "x".repeat(200) + "... (1000 characters); attempts");
        assertThat(logs.lines().get(1))
                .contains("with " + Mute.class.getName()
                        + ", whose toString threw java.lang.UnsupportedOperationException; attempts");
        assertThat(logs.lines().getLast()).contains("succeeded with null; attempts");
    }

    private static WeakReference<TaskHandle<?>> submitAndForget(TaskQueue queue, String name) {
        var handle = queue.submit(Task.of(CallLoggingTest::fails).named(name));
        Await.until("the end", handle::isDone);
        return new WeakReference<>(handle);
    }

    /// Until the handle is gone, and some more rounds for what follows from that.
    private static void collect(WeakReference<?> handle) {
        Await.until("the handle is collected", () -> {
            System.gc();
            return handle.refersTo(null);
        });
    }

    @Test
    @Guarantee("5.15.3")
    void logsAFailureWhoseHandleIsCollectedUnread() {
        var logs = Logs.of("io.millhand");
        try (logs;
                var queue = open(CallLogging.FAILURES)) {
            var first = submitAndForget(queue, "forgotten");
            Contract.ended(queue.submit(() -> "makes the worker forget the first one"));
            collect(first);
            Await.until("the log", () -> !logs.unread("told").isEmpty());
        }
        assertThat(logs.unread("told"))
                .singleElement()
                .asString()
                .startsWith("nobody has read how a task ended: task 1 (forgotten) did not succeed; attempts: [Attempt[")
                .contains("FAILED")
                .endsWith("java.lang.ArithmeticException: by zero");
    }

    private static WeakReference<TaskHandle<?>> submitAndRead(TaskQueue queue) {
        var handle = queue.submit(Task.of(CallLoggingTest::fails).named("read"));
        Contract.ended(handle);
        return new WeakReference<>(handle);
    }

    @Test
    @Guarantee("5.15.3")
    void logsNoFailureThatWasRead() {
        var logs = Logs.of("io.millhand");
        try (logs;
                var queue = open(CallLogging.FAILURES)) {
            var read = submitAndRead(queue);
            Contract.ended(queue.submit(() -> "makes the worker forget the first one"));
            collect(read);
            var unread = submitAndForget(queue, "forgotten later");
            Contract.ended(queue.submit(() -> "makes the worker forget it, too"));
            collect(unread);
            Await.until("the log", () -> !logs.unread("told").isEmpty());
        }
        assertThat(logs.unread("told")).singleElement().asString().contains("(forgotten later)");
    }

    @Test
    @Guarantee("5.15.3")
    void logsNoUnreadFailureOfAQueueThatLogsNothing() {
        var logs = Logs.of("io.millhand");
        try (logs;
                var silent = open(CallLogging.OFF);
                var queue = open(CallLogging.FAILURES)) {
            for (var each : List.of(silent, queue)) {
                var forgotten = submitAndForget(each, "forgotten");
                Contract.ended(each.submit(() -> "makes the worker forget it"));
                collect(forgotten);
            }
            Await.until("the log", () -> !logs.unread("told").isEmpty());
        }
        assertThat(logs.unread("told")).hasSize(1);
    }
}
