package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.Outcome;
import io.millhand.Task;
import io.millhand.TaskQueue;
import io.millhand.WorkerStartException;
import io.millhand.process.Relay.Fault;
import io.millhand.process.StepScenario.Probe;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Faults at the first step of what parent and child say to each other, at the second one, and so on, until a run is
/// over before the fault.
@ExtendWith(LeakCheck.class)
class KillAtStepIT {

    private static final Duration CEILING = Duration.ofSeconds(60);

    /// A scenario that says less than this tests nothing.
    private static final int LEAST_STEPS = 20;

    private static final int RUNS_AT_A_TIME = 3;

    /// A torn frame is mostly like one that was cut off before it: `stress/suites.sh` tears each, all others some.
    private static final int TEARS_EVERY = Boolean.getBoolean("millhand.every.step") ? 1 : 4;

    @ParameterizedTest
    @EnumSource(StepScenario.class)
    @Guarantee({"5.5.4", "6.8.12"})
    void givesEveryTaskOneOutcomeWhereverTheFaultIs(StepScenario scenario, @TempDir Path folder) throws Exception {
        for (var fault : List.of(Fault.CUT, Fault.TEAR, Fault.KILL_CHILD)) {
            int stride = fault == Fault.TEAR ? TEARS_EVERY : 1;
            int first = scenario.firstStep() + ThreadLocalRandom.current().nextInt(stride);
            int steps = untilNoFault(first, stride, step -> runIsFaulty(scenario, folder, fault, step));

            System.out.println(scenario + ", " + fault + ": " + steps + " steps from " + first + " by " + stride);
            assertThat(steps).as("steps").isGreaterThanOrEqualTo(LEAST_STEPS);
        }
    }

    @ParameterizedTest
    @EnumSource(value = StepScenario.class, names = "LARGE")
    @Guarantee({"6.8.12", "6.9.1"})
    void leavesNothingOfAParentThatIsKilledAtAnyStep(StepScenario scenario, @TempDir Path folder) throws Exception {
        int steps = untilNoFault(1, 1, step -> parentIsKilled(scenario, folder.resolve("p" + step), step));

        System.out.println(scenario + ", " + Fault.KILL_PARENT + ": " + steps + " steps");
        assertThat(steps).as("steps").isGreaterThanOrEqualTo(LEAST_STEPS);
    }

    private interface Run {
        boolean meetsItsFault(int step) throws Exception;
    }

    /// Makes runs with the fault at the next step, or so many steps later, some at a time, until one meets none;
    /// answers
    /// the one before it.
    private static int untilNoFault(int first, int stride, Run run) throws Exception {
        var next = new AtomicInteger(first);
        var last = new AtomicInteger(Integer.MAX_VALUE);
        try (var threads = Executors.newFixedThreadPool(RUNS_AT_A_TIME)) {
            List<Future<?>> runners = new ArrayList<>();
            for (int i = 0; i < RUNS_AT_A_TIME; i++) {
                runners.add(threads.submit((Callable<Void>) () -> {
                    for (int step = next.getAndAdd(stride); step < last.get(); step = next.getAndAdd(stride)) {
                        if (!run.meetsItsFault(step)) {
                            last.accumulateAndGet(step, Math::min);
                        }
                    }
                    return null;
                }));
            }
            for (var runner : runners) {
                runner.get();
            }
        }
        return last.get() - 1;
    }

    private static boolean runIsFaulty(StepScenario scenario, Path folder, Fault fault, int step) throws IOException {
        var home = Files.createDirectory(folder.resolve(fault + "-" + step));
        var marks = Files.createDirectory(home.resolve("marks"));
        var what = scenario + " with " + fault + " at step " + step;
        try (var relay = new Relay(home, fault, step)) {
            List<Probe> probes;
            boolean firedBeforeNext;
            Probe next;
            try (var queue = TaskQueue.on(workers(relay))) {
                probes = scenario.play(queue, marks.toString());
                for (var probe : probes) {
                    assertThat(probe.handle().outcome(CEILING))
                            .as("outcome in " + what)
                            .isPresent();
                }
                firedBeforeNext = relay.fired();
                next = next(queue, marks.toString());
                assertThat(next.handle().outcome(CEILING))
                        .as("next outcome in " + what)
                        .isPresent();
            }
            boolean fired = relay.fired();
            for (var probe : probes) {
                check(probe, fired, what);
                scenario.check(probe);
            }
            check(next, fired && !firedBeforeNext, "next of " + what);
            assertThat(Orphans.awaitGone(Relay.pids(home), CEILING))
                    .as("children gone in " + what)
                    .isTrue();
            long untold = probes.stream()
                    .mapToLong(probe -> Math.max(0, untold(probe, marks)))
                    .sum();
            // What a child writes arrives, or its parent does not live. Only a relay swallows a STARTED.
            await().alias("runs in no attempt in " + what)
                    .atMost(CEILING)
                    .untilAsserted(() -> assertThat(untold).isLessThanOrEqualTo(relay.lostStarts()));
            return fired;
        }
    }

    private static Probe next(TaskQueue queue, String marks) {
        return StepScenario.submit(
                queue, 1000, Outcome.Succeeded.class, Task.of(() -> StepScenario.mark(marks, "1000")));
    }

    private static ProcessWorkers workers(Relay relay) {
        var jvm = ChildJvm.defaults()
                .heap(32 << 20)
                .options(List.of("-XX:TieredStopAtLevel=1"))
                .launcher(relay.launcher());
        return ProcessWorkers.of(1).jvm(jvm);
    }

    private static void check(Probe probe, boolean faulty, String what) {
        var outcome = probe.handle().outcome();
        var attempts = probe.handle().attempts();
        var told = "task " + probe.mark() + " of " + what + ": " + outcome + ", attempts " + attempts;
        if (!probe.expected().isInstance(outcome) || isStartFailure(outcome)) {
            assertThat(faulty).as(told).isTrue();
            assertThat(isStartFailure(outcome) || (outcome instanceof Outcome.Crashed && !probe.retried()))
                    .as(told)
                    .isTrue();
        }
    }

    /// How many runs of a task are in none of its attempts.
    private static long untold(Probe probe, Path marks) {
        return StepScenario.countMarks(marks, probe.mark())
                - probe.handle().attempts().size();
    }

    private static boolean isStartFailure(Outcome<?> outcome) {
        return outcome instanceof Outcome.Failed<?>(var cause) && cause instanceof WorkerStartException;
    }

    private static boolean parentIsKilled(StepScenario scenario, Path home, int step) throws Exception {
        var temporary = Files.createDirectories(home.resolve("t"));
        var parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        scenario.name(),
                        home.toString(),
                        Integer.toString(step))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(home.resolve("err").toFile())
                .start();
        try {
            assertThat(parent.waitFor(CEILING.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(parent.exitValue())
                    .as(Files.readString(home.resolve("err")))
                    .isIn(0, Relay.KILLED);
            assertThat(Orphans.awaitGone(Relay.pids(home), CEILING))
                    .as("children of a parent killed at step " + step + " of " + scenario + " are gone")
                    .isTrue();
            try (var files = Files.list(temporary)) {
                assertThat(files.filter(file -> file.getFileName().toString().startsWith("millhand")))
                        .as("left by a parent killed at step " + step + " of " + scenario)
                        .isEmpty();
            }
            return parent.exitValue() == Relay.KILLED;
        } finally {
            parent.destroyForcibly();
        }
    }

    /// The parent that is killed by its own relay.
    static final class Parent {

        private Parent() {}

        public static void main(String[] args) throws Exception {
            var home = Path.of(args[1]);
            var marks = Files.createDirectory(home.resolve("marks")).toString();
            try (var relay = new Relay(home, Fault.KILL_PARENT, Integer.parseInt(args[2]));
                    var queue = TaskQueue.on(workers(relay))) {
                for (var probe : StepScenario.valueOf(args[0]).play(queue, marks)) {
                    var _ = probe.handle().outcome(CEILING).orElseThrow();
                }
                var _ = next(queue, marks).handle().outcome(CEILING).orElseThrow();
            }
            System.exit(0);
        }
    }
}
