package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Outcome;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.WorkerStartException;
import io.millhand.process.Relay.Fault;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// A child, or a parent, that is told what no frame is.
@ExtendWith(LeakCheck.class)
class GarbageIT {

    private static final Duration CEILING = Duration.ofSeconds(60);
    private static final Duration START_LIMIT = Duration.ofSeconds(15);

    /// Two children say less than this in all.
    private static final int MOST_STEPS = 60;

    /// Three tasks say more.
    private static final int LEAST_STEPS = 12;

    @ParameterizedTest
    @EnumSource(names = {"GARBAGE", "UNKNOWN_KIND"})
    @Guarantee({"6.8.2", "6.8.12"})
    void endsATaskWithAClearReasonWhereverTheGarbageIs(Fault fault, @TempDir Path folder) throws Exception {
        int told = 0;
        int step = 1;
        while (step < MOST_STEPS) {
            var home = Files.createDirectory(folder.resolve("s" + step));
            try (var relay = new Relay(home, fault, step)) {
                var what = fault + " at step " + step;
                told += crashesOf(relay, home, what);
                if (!relay.fired()) {
                    break;
                }
            }
            step++;
        }

        System.out.println(fault + ": " + (step - 1) + " steps, " + told + " crashes that tell it");
        assertThat(step).isGreaterThan(LEAST_STEPS);
        assertThat(told).as("crashes since a child broke the protocol").isPositive();
    }

    /// How many tasks crashed since a child broke the protocol.
    private static int crashesOf(Relay relay, Path home, String what) throws Exception {
        List<TaskHandle<Integer>> handles = new ArrayList<>();
        try (var queue = TaskQueue.on(workers(relay, START_LIMIT))) {
            for (int i = 0; i < 3; i++) {
                int number = i;
                handles.add(queue.submit(() -> number));
            }
            for (var handle : handles) {
                assertThat(handle.outcome(CEILING)).as(what).isPresent();
            }
            boolean firedBefore = relay.fired();
            var next = queue.submit(() -> 42).outcome(CEILING);
            assertThat(next).as("next of " + what).isPresent();
            if (firedBefore) {
                assertThat(next.orElseThrow()).as("next of " + what).isEqualTo(new Outcome.Succeeded<>(42));
            }
        }
        assertThat(Orphans.awaitGone(Relay.pids(home), CEILING))
                .as("children gone in " + what)
                .isTrue();
        return (int) handles.stream()
                .map(TaskHandle::outcome)
                .filter(outcome -> tellsTheGarbage(outcome, what))
                .count();
    }

    private static boolean tellsTheGarbage(Outcome<Integer> outcome, String what) {
        if (outcome instanceof Outcome.Crashed<Integer>(var report)) {
            assertThat(report.summary() + report.stderrTail())
                    .as(what)
                    .containsAnyOf("frame length must be", "frame kind must be");
            return report.killReason().startsWith("killed since it broke the protocol: ");
        }
        assertThat(outcome).as(what).isInstanceOf(Outcome.Succeeded.class);
        return false;
    }

    @ParameterizedTest
    @EnumSource(names = {"WRONG_MAGIC", "OTHER_VERSION", "WRONG_TOKEN", "SILENCE"})
    @Guarantee("6.8.6")
    void startsAnotherChildWhereOneIsIntroducedBadly(Fault fault, @TempDir Path folder) throws Exception {
        try (var relay = new Relay(folder, fault, 1);
                var queue = TaskQueue.on(workers(relay, START_LIMIT))) {
            assertThat(queue.submit(() -> 42).outcome(CEILING)).contains(new Outcome.Succeeded<>(42));
            assertThat(relay.fired()).isTrue();
        }
        assertThat(Relay.pids(folder)).hasSizeGreaterThan(1);
        assertThat(Orphans.awaitGone(Relay.pids(folder), CEILING)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "WRONG_MAGIC, is another Millhand on its class path?",
        "OTHER_VERSION, 'child must speak version 1 of the protocol, speaks 2'",
        "GARBAGE, is another Millhand on its class path?",
        "WRONG_TOKEN, connected",
        "SILENCE, did not connect within 2000 ms",
    })
    @Guarantee("6.8.6")
    void tellsWhyNoChildCanBeConnected(Fault fault, String reason, @TempDir Path folder) throws Exception {
        var limit = fault == Fault.SILENCE ? Duration.ofSeconds(2) : START_LIMIT;
        try (var relay = new Relay(folder, fault, 1, Integer.MAX_VALUE);
                var queue = TaskQueue.on(workers(relay, limit))) {
            assertThat(queue.submit(() -> 42).outcome(CEILING))
                    .get()
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(WorkerStartException.class)
                                    .satisfies(cause -> assertThat(text(cause)).contains(reason)));
        }
        assertThat(Orphans.awaitGone(Relay.pids(folder), CEILING)).isTrue();
    }

    private static String text(Throwable failure) {
        var text = new StringBuilder();
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            text.append(cause.getMessage()).append('\n');
        }
        return text.toString();
    }

    private static ProcessWorkers workers(Relay relay, Duration startLimit) {
        var jvm = ChildJvm.defaults()
                .heap(32 << 20)
                .options(List.of("-XX:TieredStopAtLevel=1"))
                .launcher(relay.launcher());
        return ProcessWorkers.of(1).startLimit(startLimit).jvm(jvm);
    }
}
