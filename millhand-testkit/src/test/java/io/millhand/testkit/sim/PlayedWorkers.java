package io.millhand.testkit.sim;

import io.millhand.CrashReport;
import io.millhand.MemoryCause;
import io.millhand.WorkerStartException;
import io.millhand.Workers;
import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Worker;
import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;
import io.millhand.testkit.VirtualTime;
import io.millhand.testkit.sim.Operation.During.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Workers that play what the tasks of a history say, and tell the model.
final class PlayedWorkers implements Workers {

    private final List<Integer> slots;
    private final VirtualTime time;
    private final Model model;
    private final Simulation simulation;
    private final IdentityHashMap<Assignment, Played> attempts = new IdentityHashMap<>();
    private final IdentityHashMap<Known.Attempt, Played> byModel = new IdentityHashMap<>();
    private final List<PlayedWorker> workers = new ArrayList<>();
    private @Nullable WorkerHost host;
    private int closed;

    PlayedWorkers(List<Integer> slots, VirtualTime time, Model model, Simulation simulation) {
        this.slots = slots;
        this.time = time;
        this.model = model;
        this.simulation = simulation;
    }

    @Override
    public WorkerPool open(WorkerHost host) {
        this.host = host;
        slots.forEach(this::offer);
        return this::close;
    }

    @Override
    public Set<String> offers() {
        return Known.Slots.OFFERS;
    }

    void offer(int slots) {
        var worker = new PlayedWorker("w" + (workers.size() + 1), slots);
        workers.add(worker);
        model.offered(worker.name, slots);
        host().offer(worker);
    }

    void withdraw(int number) {
        if (number <= workers.size()) {
            var worker = workers.get(number - 1);
            model.withdrawn(worker.name);
            host().withdraw(worker);
        }
    }

    void resize(int number, int slots) {
        if (number <= workers.size()) {
            var worker = workers.get(number - 1);
            model.resized(worker.name, slots);
            worker.slots = slots;
            host().resized(worker);
        }
    }

    private void close() {
        closed++;
        simulation.same("attempts under way when the workers are released", List.of(), model.underWay());
    }

    int closed() {
        return closed;
    }

    /// Reports the end of the first attempt that has ended once more.
    void reportLate(Known.Task task, Play.Report report) {
        task.given.stream()
                .filter(attempt -> attempt.ended)
                .findFirst()
                .ifPresent(attempt ->
                        Optional.ofNullable(byModel.get(attempt)).ifPresent(played -> played.report(report)));
    }

    private final class PlayedWorker implements Worker {
        private final String name;
        private int slots;

        PlayedWorker(String name, int slots) {
            this.name = name;
            this.slots = slots;
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
        public void assign(Assignment assignment) {
            try {
                int task = Integer.parseInt(assignment.taskName().substring(1));
                simulation.trace(() -> "assigned to " + name + ": t" + task + "#" + assignment.attempt());
                model.assigned(name, task, assignment.attempt()).ifPresent(attempt -> {
                    simulation.meddle(Moment.ASSIGN);
                    var played = new Played(assignment, attempt);
                    attempts.put(assignment, played);
                    byModel.put(attempt, played);
                    played.begin();
                });
            } catch (RuntimeException | Error e) {
                simulation.threw(e); // the queue would take it for a failed start
            }
        }

        @Override
        public void kill(Assignment assignment) {
            find(assignment, "kill").ifPresent(Played::kill);
        }

        @Override
        public void cancel(Assignment assignment) {
            find(assignment, "cancel").ifPresent(played -> {
                simulation.trace(() -> "told of its cancel: " + played.attempt);
                model.told(played.attempt, simulation.overlapped());
            });
        }

        private Optional<Played> find(Assignment assignment, String why) {
            var played = attempts.get(assignment);
            return played != null ? Optional.of(played) : model.violated(why + " of an attempt that was not assigned");
        }
    }

    /// One attempt.
    private final class Played {
        private final Assignment assignment;
        private final Known.Attempt attempt;
        private final Play play;
        private boolean dying;

        Played(Assignment assignment, Known.Attempt attempt) {
            this.assignment = assignment;
            this.attempt = attempt;
            play = attempt.task.spec.play(attempt.task.given.size() - 1);
        }

        void begin() {
            if (play.pickUp().equals(Play.AT_ONCE)) {
                start();
            } else if (play.ends().isWithoutStart()) {
                after(play.pickUp(), () -> report(play.ends()));
            } else {
                after(play.pickUp(), this::start);
            }
        }

        private void start() {
            simulation.trace(() -> "started: " + attempt);
            model.started(attempt);
            host().started(assignment);
            after(play.takes(), () -> report(play.ends()));
            beatLater();
        }

        private void beatLater() {
            if (play.beats().isPositive()) {
                after(play.beats(), () -> {
                    model.alive(attempt);
                    host().alive(assignment);
                    beatLater();
                });
            }
        }

        void kill() {
            simulation.trace(() -> "killed: " + attempt);
            model.killed(attempt, simulation.overlapped());
            simulation.meddle(Moment.KILL);
            if (!dying) {
                dying = true;
                after(play.dies(), () -> report(play.dying()));
            }
        }

        private void after(Duration delay, Runnable action) {
            time.schedule(delay.toNanos(), () -> {
                if (!attempt.ended) {
                    action.run();
                }
            });
        }

        void report(Play.Report report) {
            simulation.trace(() -> "ended: " + attempt + " " + report);
            model.ended(attempt, report);
            host().ended(assignment, ending(report));
        }

        private AttemptEnding ending(Play.Report report) {
            return switch (report) {
                case RETURNED -> new AttemptEnding.Returned(attempt.toString());
                case THREW -> new AttemptEnding.Threw(new IllegalStateException(attempt.toString()));
                case CRASHED -> new AttemptEnding.Crashed(crash());
                case KILLED -> new AttemptEnding.Killed("", false);
                case LEFT_BEHIND -> new AttemptEnding.Killed("", true);
                case TAKEN_BACK -> new AttemptEnding.TakenBack();
                case START_FAILED ->
                    new AttemptEnding.StartFailed(new WorkerStartException("start of " + attempt, null));
            };
        }

        private CrashReport crash() {
            return new CrashReport(
                    attempt.worker.name,
                    4711,
                    OptionalInt.of(1),
                    Optional.empty(),
                    MemoryCause.NONE,
                    "",
                    List.of(),
                    "",
                    "",
                    attempt.task.spec.id(),
                    attempt.number,
                    Duration.ZERO,
                    Optional.empty(),
                    "",
                    false);
        }
    }

    private WorkerHost host() {
        if (host == null) {
            throw new IllegalStateException("not open");
        }
        return host;
    }
}
