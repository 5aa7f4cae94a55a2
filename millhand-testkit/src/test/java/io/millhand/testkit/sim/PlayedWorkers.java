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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Workers that play what the tasks of a history say, and tell the model.
final class PlayedWorkers implements Workers {

    private final List<History.Room> rooms;
    private final VirtualTime time;
    private final Model model;
    private final Simulation simulation;
    private final IdentityHashMap<Assignment, Played> attempts = new IdentityHashMap<>();
    private final IdentityHashMap<Known.Attempt, Played> byModel = new IdentityHashMap<>();
    private final List<PlayedWorker> workers = new ArrayList<>();
    private @Nullable WorkerHost host;
    private int closed;

    PlayedWorkers(List<History.Room> rooms, VirtualTime time, Model model, Simulation simulation) {
        this.rooms = rooms;
        this.time = time;
        this.model = model;
        this.simulation = simulation;
    }

    @Override
    public WorkerPool open(WorkerHost host) {
        this.host = host;
        rooms.forEach(this::offer);
        return this::close;
    }

    @Override
    public Set<String> offers() {
        return Known.Slots.OFFERS;
    }

    void offer(History.Room room) {
        var worker = new PlayedWorker("w" + (workers.size() + 1), room);
        workers.add(worker);
        model.offered(worker.name, room);
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
            worker.goOn();
        }
    }

    void takeAhead(int number, int ahead) {
        if (number <= workers.size()) {
            var worker = workers.get(number - 1);
            model.takesAhead(worker.name, ahead);
            worker.ahead = ahead;
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
        private int ahead;

        /// How many attempts are in slots.
        private int busy;

        /// Those that wait for one.
        private final Deque<Played> line = new ArrayDeque<>();

        PlayedWorker(String name, History.Room room) {
            this.name = name;
            slots = room.slots();
            ahead = room.ahead();
        }

        @Override
        public int ahead() {
            return ahead;
        }

        /// Begins what waits, as long as there is a slot for it.
        void goOn() {
            while (busy < slots && !line.isEmpty()) {
                line.remove().begin();
            }
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
                    var played = new Played(this, assignment, attempt);
                    attempts.put(assignment, played);
                    byModel.put(attempt, played);
                    line.add(played);
                    goOn();
                    played.waitUnlessBegun();
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
                played.askBack();
            });
        }

        private Optional<Played> find(Assignment assignment, String why) {
            var played = attempts.get(assignment);
            return played != null ? Optional.of(played) : model.violated(why + " of an attempt that was not assigned");
        }
    }

    /// One attempt.
    private final class Played {
        private final PlayedWorker worker;
        private final Assignment assignment;
        private final Known.Attempt attempt;
        private final Play play;
        private boolean dying;
        private boolean begun;

        Played(PlayedWorker worker, Assignment assignment, Known.Attempt attempt) {
            this.worker = worker;
            this.assignment = assignment;
            this.attempt = attempt;
            play = attempt.task.spec.play(attempt.task.given.size() - 1);
        }

        void begin() {
            begun = true;
            worker.busy++;
            if (play.pickUp().equals(Play.AT_ONCE)) {
                start();
            } else if (play.ends().isWithoutStart()) {
                after(play.pickUp(), () -> report(play.ends()));
            } else {
                after(play.pickUp(), this::start);
            }
        }

        /// One that would be given back is so while it waits, too.
        void waitUnlessBegun() {
            if (!begun && play.ends() == Play.Report.TAKEN_BACK) {
                after(play.pickUp(), () -> report(play.ends()));
            }
        }

        /// One that nobody wants any more is given back, unless it begins meanwhile.
        void askBack() {
            if (!begun) {
                after(play.dies(), () -> {
                    if (!begun) {
                        report(Play.Report.TAKEN_BACK);
                    }
                });
            }
        }

        private void start() {
            simulation.trace(() -> "started: " + attempt);
            model.started(attempt);
            simulation.report(model.setsFree(attempt), () -> host().started(assignment));
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
                after(play.dies(), () -> report(begun ? play.dying() : Play.Report.TAKEN_BACK));
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
            boolean first = !attempt.ended;
            model.ended(attempt, report);
            if (first) {
                leave();
            }
            host().ended(assignment, ending(report));
            worker.goOn();
        }

        private void leave() {
            if (begun) {
                worker.busy--;
            } else {
                worker.line.remove(this);
            }
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
