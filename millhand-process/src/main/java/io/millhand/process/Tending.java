package io.millhand.process;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Which children have lived long enough. Decides only; no clock, no processes.
final class Tending {

    /// @param retired end what they run and leave
    /// @param killed are over the budget, and nobody is idle
    record Decision(List<ChildSample> retired, List<ChildSample> killed) {}

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
        List<ChildSample> all = new ArrayList<>(samples);
        all.addAll(spares);
        var killed = overBudget(all, life, retired); // adds to the retired
        return new Decision(List.copyOf(retired), killed);
    }

    private static boolean isWornOut(ChildSample sample, Recycling recycling) {
        boolean old = recycling.age().isPresent()
                && sample.ageNanos() >= recycling.age().get().toNanos();
        return old || sample.residentBytes() > recycling.memoryBytes().orElse(Long.MAX_VALUE);
    }

    /// The longest idle first, down to the least number.
    private static void shrink(List<ChildSample> kept, ChildLife life, Set<ChildSample> retired) {
        kept.stream()
                .filter(sample ->
                        !sample.busy() && sample.idleNanos() >= life.idleLimit().toNanos())
                .sorted(Comparator.comparingLong(ChildSample::idleNanos).reversed())
                .limit(Math.max(0, kept.size() - life.least()))
                .forEach(sample -> retired.add(sample));
    }

    /// Retires the largest idle ones until the rest fits. Where nobody is idle the largest one is killed, one at a
    /// look.
    private static List<ChildSample> overBudget(List<ChildSample> all, ChildLife life, Set<ChildSample> retired) {
        long budget = life.memoryBudget().orElse(Long.MAX_VALUE);
        var staying = new ArrayList<>(all.stream()
                .filter(sample -> !retired.contains(sample) || sample.busy())
                .sorted(Comparator.comparing(ChildSample::busy)
                        .thenComparing(ChildSample::residentBytes, Comparator.reverseOrder()))
                .toList());
        long total = staying.stream().mapToLong(ChildSample::residentBytes).sum();
        while (total > budget && !staying.isEmpty()) {
            var largest = staying.removeFirst(); // idle ones come first
            if (largest.busy()) {
                return List.of(largest);
            }
            retired.add(largest);
            total -= largest.residentBytes();
        }
        return List.of();
    }
}
