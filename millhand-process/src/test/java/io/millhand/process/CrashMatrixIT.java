package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.CrashReport;
import io.millhand.NotTransferableException;
import io.millhand.Outcome;
import io.millhand.RemoteTaskException;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.process.CrashCell.Ending;
import io.millhand.process.CrashCell.Stage;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Everything that can go wrong, at every place where it can: torture cases 1 to 9, 11, 24, 25, 30 and 34.
@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CrashMatrixIT {

    private static final Duration CEILING = Duration.ofSeconds(60);
    private static final Duration TASK_LIMIT = Duration.ofMillis(500);
    private static final long HEAP_BYTES = 32 << 20;

    /// For the cells that need no options of their own: what one cell leaves behind is the next one's trouble.
    private static TaskQueue shared;

    private static EndedTasks sharedEnded;

    record Submitted(TaskHandle<Object> handle) {}

    /// Who submits.
    enum Submitter {
        CALLER,
        /// Another task's stage, on a callback thread.
        CALLBACK;

        /// Submits aside: what hangs may hang in `submit`.
        CompletableFuture<Submitted> submit(TaskQueue queue, Task<Object> task) {
            return switch (this) {
                case CALLER ->
                    CompletableFuture.supplyAsync(
                            () -> new Submitted(queue.submit(task)),
                            Thread.ofPlatform().daemon()::start);
                case CALLBACK ->
                    // Asynchronous, since a stage of a task that has ended meanwhile would run in this thread.
                    queue.submit(() -> "first")
                            .thenApplyAsync(_ -> new Submitted(queue.submit(task)))
                            .toCompletableFuture();
            };
        }
    }

    @BeforeAll
    static void open() {
        shared = TaskQueue.on(ProcessWorkers.of(1).heap(HEAP_BYTES));
        sharedEnded = EndedTasks.of(shared);
        shared.submit(() -> "warm").join();
    }

    @AfterAll
    static void close() {
        shared.close();
    }

    static Stream<Arguments> cells() {
        return Stream.of(Submitter.values())
                .flatMap(submitter -> CrashCell.all().stream()
                        // Who submitted makes no difference to a program that has ended.
                        .filter(cell -> submitter == Submitter.CALLER || cell.ending() != Ending.PARENT)
                        .map(cell -> Arguments.of(cell, submitter)));
    }

    @ParameterizedTest(name = "{0}, submitted by {1}")
    @MethodSource("cells")
    @Guarantee({"5.4.1", "5.5.4", "5.16.3", "6.8.2", "6.8.11"})
    void endsOnceAndHarmsNothingElse(CrashCell cell, Submitter submitter, @TempDir File marks) throws Exception {
        var load = new CrashLoad(cell.stage(), cell.fault(), marks);
        Fault.Hang.current = new Fault.Hang();
        long start = System.nanoTime();

        if (cell.ending() == Ending.PARENT) {
            endsWithItsParent(load);
        } else if (cell.stage() == Stage.CLASS_INITIALIZER) {
            long before = children();
            var workers = ProcessWorkers.of(1).heap(HEAP_BYTES).jvmOptions(load.options());
            try (var queue = TaskQueue.on(workers)) {
                endsOnce(new Trial(queue, EndedTasks.of(queue), cell, load), submitter);
                awaitChildren(before + 1);
            }
            awaitChildren(before);
        } else {
            long before = children();
            endsOnce(new Trial(shared, sharedEnded, cell, load), submitter);
            awaitChildren(before);
        }
        assertThat(load.strikes()).as("times that it went wrong").isEqualTo(1);

        long millis = (System.nanoTime() - start) / 1_000_000;
        System.out.println("matrix: " + cell + ", submitted by " + submitter + ": " + millis + " ms");
    }

    private record Trial(TaskQueue queue, EndedTasks ended, CrashCell cell, CrashLoad load) {

        Task<Object> task() {
            return cell.ending() == Ending.TIMED_OUT ? load.task().timeout(TASK_LIMIT) : load.task();
        }

        long childOfNextTask() {
            var next = queue.submit(() -> ProcessHandle.current().pid());
            assertThat(next.outcome(CEILING).orElseThrow()).isInstanceOf(Outcome.Succeeded.class);
            return next.join();
        }
    }

    private static void endsOnce(Trial trial, Submitter submitter) throws Exception {
        long child = trial.childOfNextTask();
        var submitted = submitter.submit(trial.queue(), trial.task());

        if (trial.cell().ending() == Ending.REFUSED) {
            assertThat(failureOf(submitted)).isInstanceOf(NotTransferableException.class);
        } else if (trial.cell().ending() == Ending.STALLS && trial.cell().stage() == Stage.SERIALIZE_ARGUMENT) {
            awaiting().until(() -> Fault.Hang.current.hasBegun());
            assertThat(trial.childOfNextTask()).isEqualTo(child);
            assertThat(submitted).isNotDone();
            Fault.Hang.current.release();
            endsAsItShould(trial, handleOf(submitted));
        } else {
            endsAsItShould(trial, handleOf(submitted));
        }

        long next = trial.childOfNextTask();
        switch (trial.cell().ending()) {
            case CRASHED, TIMED_OUT -> assertThat(next).isNotEqualTo(child);
            case REFUSED, FAILED, LOST, STALLS, STAGE, PARENT ->
                assertThat(next).isEqualTo(child);
        }
        boolean runsLate =
                trial.cell().stage() == Stage.SERIALIZE_ARGUMENT && trial.cell().ending() == Ending.STALLS;
        assertThat(trial.load().runs())
                .isEqualTo(runsLate ? 1 : trial.cell().stage().runs());
    }

    private static void endsAsItShould(Trial trial, TaskHandle<Object> handle) throws Exception {
        CompletableFuture<?> stage = null;
        if (trial.cell().stage() == Stage.CALLBACK) {
            // A stage that is added after the end runs in the thread that adds it, which must not hang.
            boolean hangs = trial.cell().ending() == Ending.STALLS;
            stage = (hangs ? handle.thenRunAsync(trial.load()::strike) : handle.thenRun(trial.load()::strike))
                    .toCompletableFuture();
        }
        if (trial.cell().ending() == Ending.STALLS) {
            holdsUpNobodyElse(trial, handle);
        }
        var outcome = handle.outcome(CEILING).orElseThrow();
        check(trial.cell(), outcome);
        if (stage != null && trial.cell().ending() == Ending.STAGE) {
            assertThat(failureOf(stage)).isInstanceOf(thrownBy(trial.cell().fault()));
        } else if (stage != null) {
            stage.get(CEILING.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(handle.outcome()).isSameAs(outcome);
        assertThat(handle.attempts()).hasSize(1);
        awaiting().until(() -> trial.ended().timesOf(handle.id()) > 0);
        trial.childOfNextTask();
        assertThat(trial.ended().timesOf(handle.id())).as("ends").isEqualTo(1);
    }

    private static void holdsUpNobodyElse(Trial trial, TaskHandle<Object> handle) {
        if (trial.cell().stage() == Stage.SERIALIZE_ARGUMENT) {
            return; // over by now
        }
        if (trial.cell().stage() == Stage.DESERIALIZE_RESULT) {
            assertThat(handle.outcome(TASK_LIMIT)).isEmpty();
        }
        awaiting().until(() -> Fault.Hang.current.hasBegun());
        trial.childOfNextTask();
        Fault.Hang.current.release();
    }

    private static void check(CrashCell cell, Outcome<Object> outcome) {
        switch (cell.ending()) {
            case FAILED ->
                assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Outcome.Failed.class,
                                failed -> assertThat(failed.cause())
                                        .isInstanceOf(
                                                cell.stage() == Stage.CLASS_INITIALIZER && cell.fault() == Fault.THROWS
                                                        ? ExceptionInInitializerError.class
                                                        : thrownBy(cell.fault())));
            case LOST ->
                assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Outcome.Failed.class,
                                failed -> assertThat(failed.cause())
                                        .isInstanceOf(RemoteTaskException.class)
                                        .hasMessageContaining("the task returned, but its result cannot"));
            case CRASHED ->
                assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Outcome.Crashed.class, crashed -> check(cell.fault(), crashed.report()));
            case TIMED_OUT -> assertThat(outcome).isInstanceOf(Outcome.TimedOut.class);
            case STALLS, STAGE -> assertThat(outcome).isInstanceOf(Outcome.Succeeded.class);
            case REFUSED, PARENT -> throw new AssertionError("there must be no outcome, was " + outcome);
        }
    }

    private static void check(Fault fault, CrashReport report) {
        switch (fault) {
            case EXIT -> assertThat(report.exitCode()).hasValue(Fault.EXIT_CODE);
            case HALT -> assertThat(report.exitCode()).hasValue(Fault.HALT_CODE);
            case KILL -> assertThat(report.signal()).contains("SIGKILL");
            case NATIVE_CRASH -> {
                assertThat(report.signal()).contains("SIGSEGV");
                assertThat(report.fatalError()).contains("SIGSEGV");
            }
            case OUT_OF_MEMORY -> {
                assertThat(report.exitCode()).hasValue(3);
                assertThat(report.stderrTail()).contains("OutOfMemoryError");
            }
            case THROWS, STACK_OVERFLOW, HANGS -> throw new AssertionError(fault + " must not crash: " + report);
        }
    }

    private static Class<? extends Throwable> thrownBy(Fault fault) {
        return switch (fault) {
            case THROWS -> IllegalStateException.class;
            case STACK_OVERFLOW -> StackOverflowError.class;
            case OUT_OF_MEMORY -> OutOfMemoryError.class;
            case EXIT, HALT, KILL, NATIVE_CRASH, HANGS -> throw new IllegalArgumentException(fault + " throws nothing");
        };
    }

    private static void endsWithItsParent(CrashLoad load) throws Exception {
        var parent = CrashParent.start(load);
        try {
            var child = CrashParent.awaitChild(parent);

            assertThat(parent.waitFor(CEILING.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(parent.exitValue())
                    .isEqualTo(
                            switch (load.fault()) {
                                case EXIT -> Fault.EXIT_CODE;
                                case HALT -> Fault.HALT_CODE;
                                case KILL -> 128 + 9;
                                case NATIVE_CRASH -> 1; // where no core is wanted
                                case THROWS, STACK_OVERFLOW, OUT_OF_MEMORY, HANGS ->
                                    throw new IllegalArgumentException(load.fault() + " does not end a JVM");
                            });
            assertThat(CrashParent.fatalError(load).exists()).isEqualTo(load.fault() == Fault.NATIVE_CRASH);
            assertThat(Orphans.awaitGone(List.of(child), CEILING)).isTrue();
            assertThat(load.runs()).isEqualTo(load.stage().runs());
        } finally {
            parent.destroyForcibly();
        }
    }

    private static TaskHandle<Object> handleOf(CompletableFuture<Submitted> submitted) throws Exception {
        return submitted.get(CEILING.toSeconds(), TimeUnit.SECONDS).handle();
    }

    private static @Nullable Throwable failureOf(CompletableFuture<?> future) throws Exception {
        var failure = future.handle((_, cause) -> cause).get(CEILING.toSeconds(), TimeUnit.SECONDS);
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    private static long children() {
        return Processes.childJvms().size();
    }

    private static ConditionFactory awaiting() {
        return await().atMost(CEILING).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
    }

    private static void awaitChildren(long expected) {
        awaiting().until(CrashMatrixIT::children, count -> count == expected);
    }
}
