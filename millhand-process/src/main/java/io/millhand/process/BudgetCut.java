package io.millhand.process;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a pool above its memory budget gives up. Decides only; no clock, no processes.
final class BudgetCut {

    /*
     * A child of the least number, or a spare, is started again at once when it is gone. To give one up helps only where
     * it has grown since it was started, and where fresh ones fit into the budget at all; else it would be started and
     * ended once a second for ever. Those that stay for that reason are `kept`, and no task dies for their sake.
     */

    private static final long MIB = 1 << 20;

    private final ChildLife life;
    private final Set<ChildSample> retired;
    private final List<ChildSample> spares;
    private final List<ChildSample> staying;
    private final long budget;

    /// What a child occupies that was just started, as far as these tell.
    private final long freshBytes;

    private final List<ChildSample> kept = new ArrayList<>();

    /// How many workers' children, and spares, may go without being started again.
    private long surplus;

    private long surplusSpares;

    private boolean killing;

    /// @param retired are about to leave for other reasons; gets more
    BudgetCut(List<ChildSample> samples, List<ChildSample> spares, ChildLife life, Set<ChildSample> retired) {
        this.life = life;
        this.retired = retired;
        this.spares = spares;
        budget = life.memoryBudget().orElse(Long.MAX_VALUE);
        staying = new ArrayList<>(samples);
        staying.addAll(spares);
        staying.removeIf(sample -> retired.contains(sample) && !sample.busy());
        staying.sort(Comparator.comparing(ChildSample::busy)
                .thenComparing(ChildSample::residentBytes, Comparator.reverseOrder()));
        freshBytes = staying.stream()
                .mapToLong(ChildSample::residentBytes)
                .filter(bytes -> bytes > 0)
                .min()
                .orElse(0);
        surplus = countThere(samples) - life.least();
        surplusSpares = countThere(spares) - life.spares();
    }

    private long countThere(List<ChildSample> samples) {
        return samples.stream()
                .filter(sample -> sample.situation() != ChildSample.Situation.LEAVING && !retired.contains(sample))
                .count();
    }

    /// Retires the largest idle ones until the rest fits. Where nobody is idle the largest one is killed, one at a
    /// look.
    ///
    /// @return the killed
    List<ChildSample> cut() {
        long total = bytesOf(staying);
        for (var largest : staying) { // idle ones come first
            if (total <= budget) {
                return List.of();
            }
            if (largest.busy()) {
                killing = total - bytesOf(kept) > budget;
                return killing ? List.of(largest) : List.of();
            }
            if (takeFromSurplus(largest)) {
                retired.add(largest);
                total -= largest.residentBytes();
            } else if (isBetterFresh(largest)) {
                retired.add(largest);
                total -= largest.residentBytes() - freshBytes;
            } else {
                kept.add(largest);
            }
        }
        return List.of();
    }

    private static long bytesOf(List<ChildSample> samples) {
        return samples.stream().mapToLong(ChildSample::residentBytes).sum();
    }

    private boolean takeFromSurplus(ChildSample idle) {
        return spares.contains(idle) ? surplusSpares-- > 0 : surplus-- > 0;
    }

    private boolean isBetterFresh(ChildSample idle) {
        return idle.situation() == ChildSample.Situation.IDLE
                && idle.residentBytes() > freshBytes
                && (life.least() + life.spares()) * freshBytes <= budget;
    }

    /// Only after the cut: why the budget is not kept.
    Optional<String> shortage() {
        if (kept.isEmpty() || killing) {
            return Optional.empty();
        }
        String each = kept.stream().map(child -> mib(child.residentBytes())).collect(Collectors.joining(" + "));
        return Optional.of("memory budget of " + mib(budget) + " cannot be kept: all children occupy "
                + mib(bytesOf(staying)) + ", and what is idle of them (" + each + ") stays, since least = "
                + life.least() + " and spares = " + life.spares()
                + " would start it again at once; say a larger memoryBudget, or fewer least and spares");
    }

    private static String mib(long bytes) {
        return Math.ceilDiv(bytes, MIB) + " MiB";
    }
}
