package io.millhand.bench.peers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.locks.LockSupport;

/// Something that is killed and recovers. Programs in other languages keep the same contract: the arguments are the
/// word of a [RecoveryMeasure], how many trials and the milliseconds after which something counts as `never`; the
/// output is a line `measure MS MS MS ...` with `never` for what never came, and `none` for what the pool has not.
///
/// For `orphans` the output is `children PID PID`, once that many tasks spin in different children; then the program
/// waits to be killed. For `version` it is `version TEXT`.
@FunctionalInterface
interface RecoveryProgram {

    /// The limit of tasks that spin.
    Duration TASK_LIMIT = Duration.ofMillis(200);

    /// Does the trials of one measure.
    Trials measure(RecoveryMeasure measure, int trials, Duration limit) throws Exception;

    /// What the main method of a program does.
    static void main(String[] args, RecoveryProgram program) throws Exception {
        if (args[0].equals("version")) {
            System.out.println("version " + Runtime.version());
            return;
        }
        var measure = RecoveryMeasure.valueOf(args[0].toUpperCase(Locale.ROOT));
        var limit = Duration.ofMillis(Long.parseLong(args[2]));
        var trials = program.measure(measure, Integer.parseInt(args[1]), limit);
        System.out.println(measure.word() + " " + trials.words());
    }

    /// One of several.
    @FunctionalInterface
    interface Trial {
        /// Answers milliseconds, or empty where it never came.
        OptionalDouble millis() throws Exception;
    }

    /// Repeats.
    static Trials repeat(int trials, Trial trial) throws Exception {
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < trials; i++) {
            values.add(trial.millis().orElse(Double.POSITIVE_INFINITY));
        }
        return Trials.of(values);
    }

    /// Milliseconds from one `System.nanoTime()` to another.
    static OptionalDouble millis(long from, long to) {
        return OptionalDouble.of((to - from) / 1e6);
    }

    /// Tells where the children are, and ends only when it is killed.
    static Trials awaitKill(List<Mark> marks) throws Exception {
        var line = new StringBuilder("children");
        for (var mark : marks) {
            line.append(' ').append(mark.awaitPid());
        }
        for (var mark : marks) {
            mark.remove();
        }
        System.out.println(line);
        while (true) {
            LockSupport.park();
        }
    }
}
