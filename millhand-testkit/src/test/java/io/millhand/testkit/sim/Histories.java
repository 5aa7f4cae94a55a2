package io.millhand.testkit.sim;

import io.millhand.testkit.sim.Operation.During.Moment;
import io.millhand.testkit.sim.Play.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

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

    private final long seed;
    private final Random random;
    private final List<Operation> operations = new ArrayList<>();
    private int lastTask;

    // What this history is like: percentages.

    private final int timeouts;
    private final int retries;
    private final int withoutStart;
    private final int cancels;
    private final boolean startsFail;

    private Histories(long seed) {
        this.seed = seed;
        random = new Random(seed);
        timeouts = anyPercentage();
        retries = anyPercentage();
        withoutStart = anyPercentage() / 3;
        cancels = anyPercentage() / 2;
        startsFail = chance(30);
    }

    static History of(long seed) {
        return new Histories(seed).make();
    }

    private History make() {
        var workers = new ArrayList<Integer>();
        int most = 1 + random.nextInt(3);
        for (int i = 0; i < most; i++) {
            workers.add(1 + random.nextInt(2));
        }
        int steps = 10 + random.nextInt(90);
        for (int step = 0; step < steps; step++) {
            operations.add(chance(8) ? new Operation.During(pick(Moment.values()), nested()) : outer());
        }
        return new History(seed, workers, operations);
    }

    private Operation outer() {
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> submit();
            case 8, 9 -> chance(cancels) ? cancel() : advance();
            case 10 -> new Operation.ReportLate(anyTask(), pick(ENDS));
            case 11 -> chance(5) ? new Operation.Shutdown() : submit();
            case 12 -> chance(4) ? new Operation.ShutdownNow() : advance();
            default -> advance();
        };
    }

    private Operation nested() {
        return switch (random.nextInt(8)) {
            case 0 -> submit();
            case 1 -> chance(10) ? new Operation.Shutdown() : cancel();
            case 2 -> new Operation.ReportLate(anyTask(), pick(ENDS));
            default -> cancel();
        };
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
        Optional<Duration> timeout =
                chance(timeouts) ? Optional.of(anyTime().plusMillis(random.nextInt(2))) : Optional.empty();
        return new Operation.Submit(new TaskSpec(
                ++lastTask,
                timeout.filter(Duration::isPositive),
                chance(retries) ? retry() : TaskSpec.Retry.NONE,
                plays));
    }

    private Play play(Report ends) {
        boolean atOnce = !ends.isWithoutStart() && random.nextBoolean();
        return new Play(
                atOnce ? Play.AT_ONCE : chance(70) ? Duration.ZERO : anyTime(),
                anyTime(),
                ends,
                chance(60) ? Duration.ZERO : anyTime(),
                pick(DYING));
    }

    /// Waits of zero make it unknown whether a task waits or is ready at the instant when failed starts end all that
    /// are
    /// ready; so a history has the one or the other.
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
