package io.millhand.testkit.sim;

import io.millhand.testkit.sim.Operation.During.Moment;
import io.millhand.testkit.sim.Play.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;

/// Makes a history of a seed.
final class Histories {

    /// Few and round, so that things often happen at the same instant.
    private static final long[] MILLIS = {0, 1, 10, 50, 100, 500, 1_000, 3_000};

    private static final Report[] ENDS = {
        Report.RETURNED, Report.RETURNED, Report.RETURNED, Report.THREW, Report.THREW, Report.CRASHED, Report.KILLED
    };

    private static final Report[] DYING = {
        Report.KILLED, Report.KILLED, Report.KILLED, Report.LEFT_BEHIND, Report.RETURNED, Report.THREW, Report.CRASHED
    };

    private static final String[] SERIES = {"a", "b", "c"};
    private static final Integer[] NICENESS = {-20, -10, -1, 0, 1, 10, 20};

    private final long seed;
    private final Random random;
    private final List<Operation> operations = new ArrayList<>();
    private int lastTask;

    // What this history is like: percentages.

    private final int timeouts;
    private final int retries;
    private final int withoutStart;
    private final int cancels;
    private final Integer[] niceness = new Integer[3];
    private final int places;
    private final int deadlines;
    private final int control;
    private final boolean startsFail;
    private final boolean resources;
    private final boolean ahead;

    private Histories(long seed) {
        this.seed = seed;
        random = new Random(seed);
        timeouts = anyPercentage();
        retries = anyPercentage();
        withoutStart = anyPercentage() / 3;
        cancels = anyPercentage() / 2;
        Arrays.setAll(niceness, _ -> pick(NICENESS));
        places = anyPercentage();
        deadlines = anyPercentage() / 2;
        control = anyPercentage();
        startsFail = chance(30);
        resources = chance(20);
        ahead = chance(60);
    }

    static History of(long seed) {
        return new Histories(seed).make();
    }

    private History make() {
        var workers = new ArrayList<History.Room>();
        int most = 1 + random.nextInt(3);
        for (int i = 0; i < most; i++) {
            workers.add(room());
        }
        int steps = 10 + random.nextInt(90);
        for (int step = 0; step < steps; step++) {
            operations.add(chance(8) ? new Operation.During(pick(Moment.values()), nested()) : outer());
        }
        int capacity = chance(15) ? 1 + random.nextInt(6) : Integer.MAX_VALUE;
        return new History(seed, new History.Setup(workers, chance(15), resources, capacity), operations);
    }

    private History.Room room() {
        return new History.Room(1 + random.nextInt(2), ahead ? random.nextInt(4) : 0);
    }

    private Operation outer() {
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> submit();
            case 8, 9 -> chance(cancels) ? cancel() : advance();
            case 10 -> new Operation.ReportLate(anyTask(), pick(ENDS));
            case 11 -> chance(5) ? new Operation.Shutdown() : submit();
            case 12 -> chance(4) ? new Operation.ShutdownNow() : advance();
            case 13, 14 -> chance(control) ? control() : advance();
            default -> advance();
        };
    }

    private Operation nested() {
        return switch (random.nextInt(8)) {
            case 0 -> submit();
            case 1 -> chance(10) ? new Operation.Shutdown() : cancel();
            case 2 -> new Operation.ReportLate(anyTask(), pick(ENDS));
            case 3 -> ahead ? takeAhead() : cancel();
            default -> cancel();
        };
    }

    private Operation control() {
        if (resources && chance(40)) {
            var limit = chance(25) ? OptionalInt.empty() : OptionalInt.of(1 + random.nextInt(2));
            return new Operation.LimitResource(pick(SERIES), limit);
        }
        if (ahead && chance(20)) {
            return takeAhead();
        }
        return switch (random.nextInt(14)) {
            case 0, 1 -> new Operation.Pause(true);
            case 2, 3 -> new Operation.Pause(false);
            case 4 -> new Operation.PauseSeries(anySeries(), true);
            case 5, 6 -> new Operation.PauseSeries(anySeries(), false);
            case 7 -> new Operation.LimitSeries(anySeries(), 1 + random.nextInt(2));
            case 8 -> new Operation.LimitSeries(anySeries(), Integer.MAX_VALUE);
            case 9 -> new Operation.CancelSeries(anySeries(), random.nextBoolean());
            case 10 -> new Operation.Offer(room());
            case 11 -> new Operation.Withdraw(1 + random.nextInt(4));
            default -> new Operation.Resize(1 + random.nextInt(3), 1 + random.nextInt(3));
        };
    }

    private Operation takeAhead() {
        return new Operation.TakeAhead(1 + random.nextInt(3), random.nextInt(4));
    }

    private String anySeries() {
        return pick(SERIES);
    }

    /// Every worker is local, and none is a gpu.
    private Set<String> requires() {
        return chance(85) ? Set.of() : chance(70) ? Set.of("local") : Set.of("gpu");
    }

    private TaskSpec.Stand stand() {
        if (!chance(places)) {
            return TaskSpec.Stand.USUAL;
        }
        Optional<String> series = chance(60) ? Optional.of(anySeries()) : Optional.empty();
        var place =
                chance(75) || series.isPresent() ? TaskSpec.Stand.Place.IN_ORDER : pick(TaskSpec.Stand.Place.values());
        Optional<String> resource = resources && chance(60) ? Optional.of(pick(SERIES)) : Optional.empty();
        return new TaskSpec.Stand(pick(niceness), place, series, requires(), resource);
    }

    private Operation advance() {
        return new Operation.Advance(anyTime());
    }

    /// Rather one of the last tasks, which are still there.
    private Operation cancel() {
        return new Operation.Cancel(anyTask(), random.nextBoolean());
    }

    private int anyTask() {
        return Math.max(1, lastTask - random.nextInt(8));
    }

    private Operation submit() {
        var plays = new ArrayList<Play>();
        while (chance(withoutStart)) {
            boolean fails = startsFail && random.nextBoolean();
            plays.add(play(fails ? Report.START_FAILED : Report.TAKEN_BACK));
        }
        int attempts = 1 + random.nextInt(3);
        for (int i = 0; i < attempts; i++) {
            plays.add(play(pick(ENDS)));
        }
        var retry = chance(retries) ? retry() : TaskSpec.Retry.NONE;
        return new Operation.Submit(new TaskSpec(++lastTask, stand(), clocks(), retry, plays));
    }

    private TaskSpec.Clocks clocks() {
        var timeout = anyTime().plusMillis(random.nextInt(2));
        var silence = anyTime().plusNanos(offTheGrid(2 * lastTask + 1));
        var deadline = anyTime().plusNanos(offTheGrid(2 * lastTask));
        return new TaskSpec.Clocks(
                Optional.of(timeout).filter(limit -> chance(timeouts) && limit.isPositive()),
                Optional.of(silence).filter(_ -> chance(deadlines)),
                Optional.of(deadline).filter(_ -> chance(deadlines)));
    }

    /// Nothing else happens at the instant of a deadline or at the end of a silence: whether it or an end came
    /// first would not be known. Not even if a task is submitted at the deadline of another one: all of these are
    /// 1 modulo 8, so that a sum of two to eight of them is none of them and no full millisecond.
    private static int offTheGrid(int number) {
        return 8 * number * number + 1;
    }

    private Play play(Report ends) {
        boolean atOnce = !ends.isWithoutStart() && random.nextBoolean();
        return new Play(
                atOnce ? Play.AT_ONCE : chance(70) ? Duration.ZERO : anyTime(),
                anyTime(),
                chance(80) ? Duration.ZERO : anyTime(),
                ends,
                chance(60) ? Duration.ZERO : anyTime(),
                pick(DYING));
    }

    /// Waits of zero make it unknown whether a task waits or is ready at the instant when failed starts end all
    /// that are ready; so a history has the one or the other.
    private TaskSpec.Retry retry() {
        Duration first = startsFail ? Duration.ofMillis(100) : anyTime();
        Duration most = chance(50) ? first : first.multipliedBy(3);
        return new TaskSpec.Retry(1 + random.nextInt(4), first, most, 1 + random.nextInt(3));
    }

    private Duration anyTime() {
        return Duration.ofMillis(MILLIS[random.nextInt(MILLIS.length)]);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private int anyPercentage() {
        return random.nextInt(4) == 0 ? 0 : random.nextInt(100);
    }

    private <T> T pick(T[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
