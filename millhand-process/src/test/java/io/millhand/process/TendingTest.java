package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TendingTest {

    private static final long MIB = 1 << 20;
    private static final ChildLife LIFE = ChildLife.defaults();

    @Test
    void leavesChildrenAloneThatAreWithinTheirLimits() {
        var decision = Tending.decide(List.of(busy(900, 4000), idle(59, 100)), List.of(idle(1000, 50)), LIFE);

        assertThat(decision.retired()).isEmpty();
        assertThat(decision.killed()).isEmpty();
    }

    @Test
    void endsTheLongestIdleFirstAndKeepsTheLeastNumber() {
        var long1 = idle(70, 10);
        var longest = idle(90, 11);
        var long2 = idle(80, 12);

        assertThat(Tending.decide(List.of(long1, longest, long2), List.of(), LIFE.least(1))
                        .retired())
                .containsExactly(longest, long2);
    }

    @Test
    void aBusyChildCountsForTheLeastNumber() {
        var idle = idle(70, 10);

        assertThat(Tending.decide(List.of(idle, busy(1, 10)), List.of(), LIFE.least(1))
                        .retired())
                .containsExactly(idle);
        assertThat(Tending.decide(List.of(idle, busy(1, 10)), List.of(), LIFE.least(2))
                        .retired())
                .isEmpty();
    }

    @Test
    void recyclesWhatIsOldOrHasGrownSparesIncluded() {
        var old = busy(10, 1);
        var grown = idle(1, 101);
        var oldSpare = idle(11, 2);
        var fresh = busy(9, 100);
        var life = LIFE.recycling(
                Recycling.never().afterAge(Duration.ofSeconds(10)).aboveMemory(100 * MIB));

        assertThat(Tending.decide(List.of(old, grown, fresh), List.of(oldSpare), life)
                        .retired())
                .containsExactlyInAnyOrder(old, grown, oldSpare);
    }

    @Test
    void evictsTheLargestIdleOnesUntilTheRestFits() {
        var small = idle(1, 100);
        var large = idle(2, 300);
        var larger = idle(3, 400);
        var working = busy(4, 500);

        var decision = Tending.decide(List.of(small, large, working), List.of(larger), LIFE.memoryBudget(900 * MIB));

        assertThat(decision.retired()).containsExactly(larger);
        assertThat(decision.killed()).isEmpty();
    }

    @Test
    void killsTheLargestOneWhereNobodyIsIdleAndOnlyThatOne() {
        var idle = idle(1, 100);
        var large = busy(2, 600);
        var larger = busy(3, 700);

        var decision = Tending.decide(List.of(idle, large, larger), List.of(), LIFE.memoryBudget(500 * MIB));

        assertThat(decision.retired()).containsExactly(idle);
        assertThat(decision.killed()).containsExactly(larger);
    }

    @Test
    void doesNotCountWhatIsAboutToLeaveForItsIdleness() {
        var leaving = idle(61, 500);
        var working = busy(4, 500);

        var decision = Tending.decide(List.of(leaving, working), List.of(), LIFE.memoryBudget(600 * MIB));

        assertThat(decision.retired()).containsExactly(leaving);
        assertThat(decision.killed()).isEmpty();
    }

    private static ChildSample idle(long seconds, long mib) {
        return sample(false, seconds, mib);
    }

    private static ChildSample busy(long seconds, long mib) {
        return sample(true, seconds, mib);
    }

    /// The decision looks at the numbers only: no child is needed.
    @SuppressWarnings("NullAway")
    private static ChildSample sample(boolean busy, long seconds, long mib) {
        long nanos = TimeUnit.SECONDS.toNanos(seconds);
        return new ChildSample(null, busy, nanos, nanos, mib * MIB);
    }
}
