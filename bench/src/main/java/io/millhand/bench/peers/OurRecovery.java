package io.millhand.bench.peers;

import io.millhand.Outcome;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.process.ChildProcess;
import io.millhand.process.ChildSetup;
import io.millhand.process.ProcessWorkers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Ours: a queue on child JVMs with default settings, and once with a spare.
public final class OurRecovery {

    private static final int WARM_UP = 5;

    /// For a task that sends a signal.
    private static final List<String> FOREIGN = List.of("--enable-native-access=ALL-UNNAMED");

    private OurRecovery() {}

    /// Does the trials of one measure.
    ///
    /// @param args see [RecoveryProgram]
    public static void main(String[] args) throws Exception {
        RecoveryProgram.main(args, OurRecovery::measure);
    }

    static Trials measure(RecoveryMeasure measure, int trials, Duration limit) throws Exception {
        return switch (measure) {
            case CRASH_KILLED -> crash(trials, limit, mark -> Task.of(() -> die(mark, true)));
            case CRASH_EXITED -> crash(trials, limit, mark -> Task.of(() -> die(mark, false)));
            case NEXT_QUEUED -> next(trials, limit, true);
            case NEXT_SUBMITTED -> next(trials, limit, false);
            case NEXT_SPARE -> nextWithSpare(trials, limit);
            case TIMEOUT -> timeout(trials, limit);
            case ORPHANS -> orphans();
            case ORPHANS_GONE -> throw new IllegalArgumentException("is measured from outside");
        };
    }

    @FunctionalInterface
    private interface Recipe {
        Task<?> taskWith(Mark mark);
    }

    private static Object die(Mark mark, boolean ofSignal) throws Exception {
        try {
            return ofSignal ? Doom.dieOfSignal(mark) : Doom.dieOfExit(mark);
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void warmUp(TaskQueue queue) {
        for (int i = 0; i < WARM_UP; i++) {
            queue.submit(() -> 7).join();
        }
    }

    private static Trials crash(int trials, Duration limit, Recipe recipe) throws Exception {
        var mark = Mark.make();
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).jvmOptions(FOREIGN))) {
            return RecoveryProgram.repeat(trials, () -> {
                warmUp(queue);
                mark.clear();
                var outcome = queue.submit(recipe.taskWith(mark)).outcome(limit);
                long known = System.nanoTime();
                if (outcome.isEmpty()) {
                    return OptionalDouble.empty();
                }
                if (!(outcome.get() instanceof Outcome.Crashed)) {
                    throw new IllegalStateException("must crash, was " + outcome);
                }
                return RecoveryProgram.millis(mark.nanoTime(), known);
            });
        } finally {
            mark.remove();
        }
    }

    private static Trials next(int trials, Duration limit, boolean queued) throws Exception {
        var mark = Mark.make();
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            return RecoveryProgram.repeat(trials, () -> {
                warmUp(queue);
                return nextAfterKill(queue, mark, limit, queued);
            });
        } finally {
            mark.remove();
        }
    }

    /// @param queued whether the next task waits already when the child is killed
    private static OptionalDouble nextAfterKill(TaskQueue queue, Mark mark, Duration limit, boolean queued)
            throws IOException {
        mark.clear();
        var victim = queue.submit(() -> Doom.spin(mark));
        var child = ProcessHandle.of(mark.awaitPid()).orElseThrow();
        TaskHandle<Long> next = queued ? queue.submit(() -> System.nanoTime()) : null;
        long start = System.nanoTime();
        child.destroyForcibly();
        if (next == null) {
            if (victim.outcome(limit).isEmpty()) {
                return OptionalDouble.empty();
            }
            next = queue.submit(() -> System.nanoTime());
        }
        return next.outcome(limit)
                .map(Outcome.Succeeded.class::cast)
                .map(succeeded -> RecoveryProgram.millis(start, (Long) succeeded.value()))
                .orElse(OptionalDouble.empty());
    }

    private static Trials nextWithSpare(int trials, Duration limit) throws Exception {
        var mark = Mark.make();
        var folder = Files.createTempDirectory("ready");
        String name = folder.toString();
        var workers = ProcessWorkers.of(1);
        var setup = ChildSetup.of(
                () -> Files.createFile(Path.of(name, String.valueOf(ownPid()))).toString());
        try (var queue = TaskQueue.on(workers.life(workers.life().spares(1)).setup(setup))) {
            return RecoveryProgram.repeat(trials, () -> {
                warmUp(queue);
                awaitSpare(folder);
                warmUp(queue);
                return nextAfterKill(queue, mark, limit, true);
            });
        } finally {
            mark.remove();
            try (var files = Files.list(folder)) {
                for (var file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static long ownPid() {
        return ProcessHandle.current().pid();
    }

    /// A spare has a process long before it can be used: it is waited for until its initializer has run.
    private static void awaitSpare(Path folder) {
        while (ChildProcess.living().stream()
                .noneMatch(child -> child.worker().endsWith("#spare")
                        && Files.exists(folder.resolve(String.valueOf(child.pid()))))) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private static Trials timeout(int trials, Duration limit) throws Exception {
        var mark = Mark.make();
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            var task = Task.of(() -> Doom.spin(mark)).timeout(RecoveryProgram.TASK_LIMIT);
            return RecoveryProgram.repeat(trials, () -> {
                warmUp(queue);
                long start = System.nanoTime();
                var outcome = queue.submit(task).outcome(limit);
                long known = System.nanoTime();
                return outcome.isEmpty()
                        ? OptionalDouble.empty()
                        : RecoveryProgram.millis(start + RecoveryProgram.TASK_LIMIT.toNanos(), known);
            });
        } finally {
            mark.remove();
        }
    }

    private static Trials orphans() throws Exception {
        List<Mark> marks = new ArrayList<>();
        try (var queue = TaskQueue.on(ProcessWorkers.of(RecoveryMeasure.ORPHANS_EACH))) {
            for (int i = 0; i < RecoveryMeasure.ORPHANS_EACH; i++) {
                var mark = Mark.make();
                marks.add(mark);
                var _ = queue.submit(() -> Doom.spin(mark));
            }
            return RecoveryProgram.awaitKill(marks);
        }
    }
}
