package io.millhand;

import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Worker;
import io.millhand.spi.WorkerHost;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The worker of the kinds that run tasks in this JVM: one worker with n slots. The kinds differ in what thread an
/// attempt gets.
final class LocalWorker implements Worker {

    private static final System.Logger LOG = System.getLogger("io.millhand");

    private final WorkerHost host;
    private volatile int slots;
    private final Duration grace;
    private final Consumer<LocalAttempt> runner;
    private final @Nullable ClassLoader loader;
    private final AtomicInteger leftBehind = new AtomicInteger();
    private final Map<Assignment, LocalAttempt> attempts = new ConcurrentHashMap<>();

    /// For threads of Millhand's own: tasks see the context class loader of the thread that opens the queue.
    ///
    /// @param grace how long an interrupted attempt may go on before it is abandoned
    /// @param runner calls [#run] on a thread of its choice
    static LocalWorker onOwnThreads(WorkerHost host, int slots, Duration grace, Consumer<LocalAttempt> runner) {
        return new LocalWorker(
                host, slots, grace, runner, Thread.currentThread().getContextClassLoader());
    }

    /// For threads of the caller's.
    static LocalWorker onCallersThreads(WorkerHost host, int slots, Consumer<LocalAttempt> runner) {
        return new LocalWorker(host, slots, Task.FOREVER, runner, null);
    }

    private LocalWorker(
            WorkerHost host, int slots, Duration grace, Consumer<LocalAttempt> runner, @Nullable ClassLoader loader) {
        this.host = host;
        this.slots = slots;
        this.grace = grace;
        this.runner = runner;
        this.loader = loader;
    }

    WorkerHost host() {
        return host;
    }

    @Override
    public String name() {
        return host.queueName();
    }

    @Override
    public int slots() {
        return slots;
    }

    void resize(int slots) {
        this.slots = slots;
        host.resized(this);
    }

    @Override
    public void assign(Assignment assignment) {
        var attempt = new LocalAttempt(this, assignment);
        attempts.put(assignment, attempt);
        try {
            runner.accept(attempt);
        } catch (RuntimeException | Error e) {
            attempts.remove(assignment); // no thread can be started for it: it was not taken
            throw e;
        }
    }

    /// Runs an attempt in the current thread and reports its end, unless that was done for it meanwhile.
    void run(LocalAttempt attempt) {
        var ending = attempt.run();
        if (ending == null) {
            returned();
        } else {
            report(attempt, ending);
        }
    }

    /// Makes the current thread ready for a task, whatever the one before did to it.
    void prepareThread() {
        if (loader != null) {
            Thread.currentThread().setContextClassLoader(loader);
        }
    }

    void report(LocalAttempt attempt, AttemptEnding ending) {
        attempts.remove(attempt.assignment());
        host.ended(attempt.assignment(), ending);
    }

    /// A thread that was left behind has come back.
    void returned() {
        leftBehind.decrementAndGet();
    }

    /// How many threads are stuck in attempts that were given up.
    int leftBehind() {
        return leftBehind.get();
    }

    @Override
    public void kill(Assignment assignment) {
        var attempt = attempts.get(assignment);
        if (attempt == null) {
            return;
        }
        attempt.kill();
        if (!grace.equals(Task.FOREVER)) {
            attempt.grace(host.backend().schedule(SystemBackend.saturatedNanos(grace), () -> abandon(attempt)));
        }
    }

    private void abandon(LocalAttempt attempt) {
        var killed = attempt.abandon();
        if (killed == null) {
            return;
        }
        leftBehind.incrementAndGet();
        report(attempt, killed);
        host.backend()
                .start(
                        "millhand-" + name() + "-report",
                        () -> LOG.log(
                                System.Logger.Level.WARNING,
                                "task {0} ({1}) ignores its interrupt and was left behind on its thread:\n{2}",
                                String.valueOf(attempt.taskId()),
                                attempt.taskName(),
                                killed.stack()));
    }

    @Override
    public void cancel(Assignment assignment) {
        var attempt = attempts.get(assignment);
        if (attempt != null) {
            attempt.cancel();
        }
    }
}
