package io.millhand.stress;

import io.millhand.Emitter;
import io.millhand.ItemsTask;
import io.millhand.QueueConfig;
import io.millhand.SerializableCallable;
import io.millhand.Source;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.process.ProcessWorkers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Runs a plan of tasks that succeed, throw, exit, crash, hang and eat their heaps, while children are killed and
/// stopped from outside at random, and compares what came of each task with the plan. Nothing may differ.
public final class Chaos {

    /*
     * What a task does is drawn from the seed and its number. Each fourth one streams items before: what came of them
     * must be in order and without a gap, and complete where the task succeeds. Each fourth one reads an input, which
     * must be the same to it, and meets its fate in the middle; no source may be left open. A task whose child was
     * killed from outside is submitted again, its source made anew; it is known by the process id in its crash report.
     * So in the end each task must have met its own fate.
     * Each execution writes its number down before anything else: that tells whether anything ran twice or never.
     */

    /// What is to happen.
    ///
    /// @param seed of the plan and of the kills from outside
    /// @param tasks at most
    /// @param limit after which no further task is submitted
    /// @param workers child JVMs at a time
    public record Plan(long seed, int tasks, Duration limit, int workers) {

        Fate fateOf(int number) {
            return Fate.of(number, new SplittableRandom(seed + number).split().nextInt(1000));
        }
    }

    private static final int HEAP_BYTES = 40 << 20;

    /// Only what is to hang has it: however slow the machine is, nothing else runs out of time.
    private static final Duration HANG_LIMIT = Duration.ofMillis(500);

    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Plan plan;
    private final Path folder;
    private final Killer killer;
    private final Account account;
    private final Semaphore window;

    /// Those that are open.
    private final AtomicInteger sources = new AtomicInteger();

    private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();

    private Chaos(Plan plan, Path folder) {
        this.plan = plan;
        this.folder = folder;
        killer = new Killer(plan.seed());
        account = new Account(killer);
        window = new Semaphore(16 * plan.workers());
    }

    /// Runs a plan.
    ///
    /// @param args `--seed N --tasks N --minutes N --workers N`, each with a default
    public static void main(String[] args) throws IOException, InterruptedException {
        long seed = System.nanoTime();
        int tasks = 100_000;
        int minutes = 60;
        int workers = Runtime.getRuntime().availableProcessors() + 1;
        for (int i = 0; i + 1 < args.length; i += 2) {
            switch (args[i]) {
                case "--seed" -> seed = Long.parseLong(args[i + 1]);
                case "--tasks" -> tasks = Integer.parseInt(args[i + 1]);
                case "--minutes" -> minutes = Integer.parseInt(args[i + 1]);
                case "--workers" -> workers = Integer.parseInt(args[i + 1]);
                default ->
                    throw new IllegalArgumentException(
                            "option must be --seed, --tasks, --minutes or --workers," + " was " + args[i]);
            }
        }
        System.exit(run(new Plan(seed, tasks, Duration.ofMinutes(minutes), workers)) ? 0 : 1);
    }

    /// Runs a plan and prints its account.
    ///
    /// @param plan what is to happen
    /// @return whether it happened, and nothing else
    public static boolean run(Plan plan) throws IOException, InterruptedException {
        System.out.println("chaos: " + plan);
        var folder = Files.createTempDirectory("chaos-");
        try {
            return new Chaos(plan, folder).run();
        } finally {
            delete(folder);
        }
    }

    private boolean run() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        var killing = Thread.ofPlatform().name("chaos-killer").start(killer);
        int submitted = 0;
        var workers = ProcessWorkers.of(plan.workers()).heap(HEAP_BYTES).startLimit(START_LIMIT);
        try (var queue = TaskQueue.on(workers, QueueConfig.defaults().named("chaos"))) {
            while (submitted < plan.tasks()
                    && System.nanoTime() - begin < plan.limit().toNanos()) {
                window.acquire();
                account.plan(submitted, plan.fateOf(submitted));
                submit(queue, submitted++);
            }
            window.acquire(16 * plan.workers()); // until all have ended
            killer.end();
            killing.join();
        }
        account.compare(Journal.read(folder), submitted, plan::fateOf);
        var problem = broken.get();
        if (problem != null) {
            account.differ("the accounting failed: " + problem);
        }
        if (sources.get() != 0) {
            account.differ(sources + " sources were left open");
        }
        long left = ProcessHandle.current().descendants().count();
        if (left > 0) {
            account.differ(left + " processes were left behind");
        }
        System.out.print(account);
        System.out.printf(
                "children killed from outside: %d, stopped for a while: %d; tasks tried again for that: %d; %d s%n",
                killer.kills(), killer.stops(), account.struck(), (System.nanoTime() - begin) / 1_000_000_000);
        System.out.println(account.isBalanced() ? "balanced" : "NOT BALANCED");
        return account.isBalanced();
    }

    private void submit(TaskQueue queue, int number) {
        var fate = plan.fateOf(number);
        switch (Way.of(number)) {
            case ANSWERS -> {
                var task = Task.of(recipe(folder.toString(), fate, number));
                TaskHandle<Object> handle = queue.submit(with(task, number, fate));
                var _ = handle.whenComplete((_, _) -> ended(queue, number, handle));
            }
            case STREAMS -> stream(queue, number, fate);
            case READS -> read(queue, number, fate);
        }
    }

    private static <T> Task<T> with(Task<T> task, int number, Fate fate) {
        var named = task.named("task-" + number);
        return fate == Fate.HANGS ? named.timeout(HANG_LIMIT) : named;
    }

    private void read(TaskQueue queue, int number, Fate fate) {
        String where = folder.toString();
        sources.incrementAndGet();
        var source = fate.source(number).onClose(sources::decrementAndGet);
        TaskHandle<Object> handle = queue.consume(
                Source.of(source),
                input -> {
                    Journal.note(where, number);
                    return fate.read(number, input);
                },
                task -> with(task, number, fate));
        var _ = handle.whenComplete((_, _) -> ended(queue, number, handle));
    }

    private void stream(TaskQueue queue, int number, Fate fate) {
        String where = folder.toString();
        var task = ItemsTask.of((Emitter<Object> emitter) -> {
                    Journal.note(where, number);
                    fate.stream(number, emitter);
                })
                .with(plain -> with(plain, number, fate));
        var items = queue.items(task);
        items.subscribe(new StreamReader(number, problem -> {
            if (!problem.isEmpty()) {
                account.differ(problem);
            }
            ended(queue, number, items.handle());
        }));
    }

    private static SerializableCallable<Object> recipe(String folder, Fate fate, int number) {
        return () -> {
            Journal.note(folder, number);
            return fate.meet(number);
        };
    }

    private void ended(TaskQueue queue, int number, TaskHandle<?> handle) {
        boolean again = false;
        try {
            again = !account.end(number, plan.fateOf(number), handle.outcome());
            if (again) {
                submit(queue, number);
            }
        } catch (RuntimeException | Error e) {
            broken.compareAndSet(null, e);
            again = false;
        } finally {
            if (!again) {
                window.release();
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
