package io.millhand.stress;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// Who was to end how, and who did.
final class Account {

    private static final int MOST_TOLD = 20;
    private static final int SIGKILL_CODE = 137;

    private record Kind(Way way, Fate fate) {}

    private final Killer killer;

    @GuardedBy("this")
    private final Map<Kind, Integer> planned = new HashMap<>();

    @GuardedBy("this")
    private final Map<Kind, Integer> met = new HashMap<>();

    /// How often a task lost its child to the killer, by the number of the task.
    @GuardedBy("this")
    private final Map<Integer, Integer> struck = new HashMap<>();

    @GuardedBy("this")
    private final List<String> differences = new ArrayList<>();

    @GuardedBy("this")
    private int ended;

    Account(Killer killer) {
        this.killer = killer;
    }

    synchronized void plan(int number, Fate fate) {
        planned.merge(new Kind(Way.of(number), fate), 1, Integer::sum);
    }

    /// Answers whether the task has met its fate or another one; else the killer came first, and it must be tried
    /// again.
    synchronized boolean end(int number, Fate fate, Outcome<?> outcome) {
        if (isStruck(fate, outcome)) {
            struck.merge(number, 1, Integer::sum);
            return false;
        }
        ended++;
        if (fate.isMetBy(outcome, number)) {
            met.merge(new Kind(Way.of(number), fate), 1, Integer::sum);
        } else {
            differ("task " + number + " " + fate + " ended as " + outcome);
        }
        return true;
    }

    /// Who kills itself and who is killed look alike: a struck one is not tried again.
    private boolean isStruck(Fate fate, Outcome<?> outcome) {
        return fate != Fate.KILLS_ITSELF
                && outcome instanceof Outcome.Crashed<?>(var report)
                && report.exitCode().orElse(0) == SIGKILL_CODE
                && killer.hasKilled(report.pid());
    }

    synchronized void differ(String difference) {
        if (differences.size() < MOST_TOLD) {
            differences.add(difference);
        }
    }

    /// Each task ran once for its ending, and may have run once for each child that it lost before.
    synchronized void compare(Map<Integer, Integer> executions, int tasks, IntFunction<Fate> fates) {
        for (int number = 0; number < tasks; number++) {
            int seen = executions.getOrDefault(number, 0);
            int lost = struck.getOrDefault(number, 0);
            // Its time may be over, or its child be struck unnoticed, before it comes to write anything.
            boolean mayBeUnwritten = switch (fates.apply(number)) {
                case KILLS_ITSELF, HANGS -> true;
                default -> false;
            };
            if (seen > 1 + lost || (seen < 1 && !mayBeUnwritten)) {
                differ("task " + number + " ended once and lost " + lost + " children, but was executed " + seen
                        + " times");
            }
        }
        if (executions.keySet().stream().anyMatch(number -> number >= tasks)) {
            differ("tasks were executed that were never submitted");
        }
    }

    synchronized int struck() {
        return struck.values().stream().mapToInt(Integer::intValue).sum();
    }

    synchronized boolean isBalanced() {
        return differences.isEmpty() && planned.equals(met);
    }

    @Override
    public synchronized String toString() {
        var text = new StringBuilder(String.format("%-20s", "planned met"));
        for (var way : Way.values()) {
            text.append(String.format("%16s", way));
        }
        text.append(System.lineSeparator());
        for (var fate : Fate.values()) {
            text.append(String.format("%-20s", fate));
            for (var way : Way.values()) {
                var kind = new Kind(way, fate);
                text.append(String.format("%8d%8d", planned.getOrDefault(kind, 0), met.getOrDefault(kind, 0)));
            }
            text.append(System.lineSeparator());
        }
        text.append(String.format(
                "planned in all %d, ended %d%n",
                planned.values().stream().mapToInt(i -> i).sum(), ended));
        differences.forEach(difference -> text.append(difference).append(System.lineSeparator()));
        return text.toString();
    }
}
