package io.millhand.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.Workers;
import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Backend;
import io.millhand.spi.Carrier;
import io.millhand.spi.Worker;
import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Workers that run nothing: the test says what becomes of each attempt.
///
/// ```java
/// var workers = ScriptedWorkers.of(2, 1);
/// var queue = TaskQueue.on(workers, config);
/// var handle = queue.submit(() -> "never called");
/// workers.next().returns("value");
/// ```
///
/// Or a script says it for all: [#playing]. A worker that gets more than its slots hold, or anything after its pool was
/// closed, or a kill before the attempt it is for, fails in the face of the queue that did it.
///
/// Serves one queue. May be used from any thread.
public final class ScriptedWorkers implements Workers {

    /// What becomes of an attempt that nobody kills.
    ///
    /// @param takes from the start to the end
    /// @param ending how it ends
    public record Script(Duration takes, AttemptEnding ending) {}

    private final int workers;
    private volatile int slots;
    private volatile int ahead;
    private final @Nullable Function<Assignment, Script> script;
    private final Optional<Carrier> carrier;

    private final Map<String, ScriptedWorker> offered = new ConcurrentHashMap<>();

    @GuardedBy("this")
    private final List<ScriptedAttempt> assigned = new ArrayList<>();

    @GuardedBy("this")
    private final List<ScriptedWorker> opened = new ArrayList<>();

    @GuardedBy("this")
    private int taken;

    @GuardedBy("this")
    private int most;

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private Consumer<ScriptedAttempt> onAssign = _ -> {};

    private ScriptedWorkers(
            int workers, int slots, @Nullable Function<Assignment, Script> script, Optional<Carrier> carrier) {
        this.workers = workers;
        this.slots = slots;
        this.script = script;
        this.carrier = carrier;
    }

    /// Workers under the control of the test.
    ///
    /// @param workers how many
    /// @param slots how many attempts each of them takes at a time
    /// @return not opened yet
    public static ScriptedWorkers of(int workers, int slots) {
        return new ScriptedWorkers(workers, slots, null, Optional.empty());
    }

    /// Workers that play by a script, on the time of the queue: each attempt starts at once, takes its time and ends; a
    /// kill ends it at once.
    ///
    /// @param workers how many
    /// @param slots how many attempts each of them takes at a time
    /// @param script says what becomes of an attempt
    /// @return not opened yet
    public static ScriptedWorkers playing(int workers, int slots, Function<Assignment, Script> script) {
        return new ScriptedWorkers(workers, slots, script, Optional.empty());
    }

    /// Such workers as if they were in other JVMs.
    ///
    /// @param carrier encodes tasks for them
    /// @return not opened yet, and independent of this
    public ScriptedWorkers carrying(Carrier carrier) {
        return new ScriptedWorkers(workers, slots, script, Optional.of(carrier));
    }

    /// Lets each of them be sent more than it has slots.
    ///
    /// @param ahead how many attempts more, from now on
    public void ahead(int ahead) {
        this.ahead = ahead;
    }

    @Override
    public WorkerPool open(WorkerHost host) {
        for (int number = 1; number <= workers; number++) {
            var worker = new ScriptedWorker(host, host.queueName() + "#" + number);
            offered.put(worker.name(), worker);
            synchronized (this) {
                opened.add(worker);
            }
            host.offer(worker);
        }
        return new ScriptedPool();
    }

    private final class ScriptedPool implements WorkerPool {

        @Override
        public Optional<Carrier> carrier() {
            return carrier;
        }

        /// Changes the slots of each.
        @Override
        public void resize(int size) {
            slots = size;
            List<ScriptedWorker> all;
            synchronized (ScriptedWorkers.this) {
                all = List.copyOf(opened);
            }
            all.forEach(worker -> worker.host.resized(worker));
        }

        @Override
        public void close() {
            ScriptedWorkers.this.close();
        }
    }

    /// Takes a worker back, which keeps what it has.
    ///
    /// @param worker its name
    public void withdraw(String worker) {
        var leaving = offered.remove(worker);
        if (leaving == null) {
            throw new IllegalArgumentException("worker must be one of " + offered.keySet() + ", was " + worker);
        }
        leaving.host.withdraw(leaving);
    }

    private synchronized void close() {
        closed = true;
        if (!underWay().isEmpty()) {
            throw new IllegalStateException("closed with attempts under way: " + underWay());
        }
    }

    /// Runs an action whenever a worker gets an attempt, before the worker takes note of it: to do something in
    /// between.
    ///
    /// @param action may call the queue
    public synchronized void onAssign(Consumer<ScriptedAttempt> action) {
        onAssign = action;
    }

    /// The oldest attempt that was not taken by this method yet.
    ///
    /// @return the attempt
    /// @throws AssertionError where there is none
    public synchronized ScriptedAttempt next() {
        if (taken == assigned.size()) {
            throw new AssertionError("no attempt is assigned that the test has not seen; under way: " + underWay());
        }
        return assigned.get(taken++);
    }

    /// How many attempts wait to be taken by [#next].
    ///
    /// @return zero or more
    public synchronized int awaiting() {
        return assigned.size() - taken;
    }

    /// Those that are assigned and have not ended, oldest first.
    ///
    /// @return a copy
    public synchronized List<ScriptedAttempt> underWay() {
        return assigned.stream().filter(attempt -> !attempt.ended()).toList();
    }

    /// All that were ever assigned, oldest first.
    ///
    /// @return a copy
    public synchronized List<ScriptedAttempt> assigned() {
        return List.copyOf(assigned);
    }

    /// How many attempts were under way at a time, at most.
    ///
    /// @return never more than all slots
    public synchronized int most() {
        return most;
    }

    /// Whether the queue has released its workers.
    ///
    /// @return true after the end of the queue
    public synchronized boolean closed() {
        return closed;
    }

    private Optional<ScriptedAttempt> find(Assignment assignment) {
        return assigned().stream().filter(attempt -> attempt.isOf(assignment)).findFirst();
    }

    private final class ScriptedWorker implements Worker {

        private final WorkerHost host;
        private final String name;

        ScriptedWorker(WorkerHost host, String name) {
            this.host = host;
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int slots() {
            return slots;
        }

        @Override
        public int ahead() {
            return ahead;
        }

        @Override
        public void assign(Assignment assignment) {
            var attempt = new ScriptedAttempt(host, name, assignment, script != null);
            Consumer<ScriptedAttempt> before;
            synchronized (ScriptedWorkers.this) {
                before = onAssign;
            }
            before.accept(attempt);
            synchronized (ScriptedWorkers.this) {
                ensureRoom(attempt);
                assigned.add(attempt);
                most = Math.max(most, underWay().size());
            }
            if (script != null) {
                play(attempt, script.apply(assignment), host.backend());
            }
        }

        @GuardedBy("ScriptedWorkers.this")
        private void ensureRoom(ScriptedAttempt attempt) {
            long busy = underWay().stream()
                    .filter(other -> other.worker().equals(name))
                    .count();
            if (closed || busy >= slots + ahead) {
                throw new IllegalStateException(attempt + " was assigned to " + name + ", which "
                        + (closed ? "is closed" : "has " + busy + " under way in " + slots + " slots"));
            }
        }

        private static void play(ScriptedAttempt attempt, Script script, Backend time) {
            time.schedule(0, () -> {
                attempt.startsUnlessEnded();
                time.schedule(script.takes().toNanos(), () -> attempt.endsUnlessEnded(script.ending()));
            });
        }

        @Override
        public void kill(Assignment assignment) {
            find(assignment)
                    .orElseThrow(() -> new IllegalStateException("killed before it was assigned: " + assignment))
                    .killed();
        }

        @Override
        public void cancel(Assignment assignment) {
            find(assignment)
                    .orElseThrow(() -> new IllegalStateException("cancelled before it was assigned: " + assignment))
                    .cancelled();
        }
    }
}
