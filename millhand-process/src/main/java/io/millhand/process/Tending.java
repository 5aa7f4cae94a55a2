package io.millhand.process;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which children have lived long enough. Decides only; no clock, no processes.
final class Tending {

    /// @param retired end what they run and leave
    /// @param killed are over the budget, and nobody is idle
    /// @param shortage why the budget cannot be kept, in numbers
    record Decision(List<ChildSample> retired, List<ChildSample> killed, Optional<String> shortage) {}

    private Tending() {}

    /// @param samples of the children that work or wait for work
    /// @param spares of those that wait for the death of another; at least as new as they need to be
    static Decision decide(List<ChildSample> samples, List<ChildSample> spares, ChildLife life) {
        Set<ChildSample> retired = new LinkedHashSet<>();
        List<ChildSample> kept = new ArrayList<>();
        for (var sample : samples) {
            if (isWornOut(sample, life.recycling())) {
                retired.add(sample);
            } else {
                kept.add(sample);
            }
        }
        spares.stream().filter(spare -> isWornOut(spare, life.recycling())).forEach(spare -> retired.add(spare));
        shrink(kept, life, retired);
        var budget = new BudgetCut(samples, spares, life, retired);
        var killed = budget.cut(); // adds to the retired
        return new Decision(List.copyOf(retired), killed, budget.shortage());
    }

    private static boolean isWornOut(ChildSample sample, Recycling recycling) {
        boolean old = recycling.age().isPresent()
                && sample.ageNanos() >= recycling.age().get().toNanos();
        return old || sample.residentBytes() > recycling.memoryBytes().orElse(Long.MAX_VALUE);
    }

    /// The longest idle first, down to the least number.
    private static void shrink(List<ChildSample> kept, ChildLife life, Set<ChildSample> retired) {
        long there = kept.stream()
                .filter(sample -> sample.situation() != ChildSample.Situation.LEAVING)
                .count();
        kept.stream()
                .filter(sample ->
                        !sample.busy() && sample.idleNanos() >= life.idleLimit().toNanos())
                .sorted(Comparator.comparingLong(ChildSample::idleNanos).reversed())
                .limit(Math.max(0, there - life.least()))
                .forEach(sample -> retired.add(sample));
    }
}
