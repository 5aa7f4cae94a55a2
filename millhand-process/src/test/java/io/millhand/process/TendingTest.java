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

        assertThat(decision.shortage()).isEmpty();
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

    @Test
    void aChildThatIsAboutToLeaveDoesNotCountForTheLeastNumber() {
        var idle = idle(70, 10);

        var decision = Tending.decide(List.of(idle, leaving(1, 10)), List.of(), LIFE.least(1));

        assertThat(decision.retired()).isEmpty();
    }

    @Test
    void leavesWhatWouldBeStartedAgainAtOnceAndTellsWhy() {
        var life = LIFE.least(2).spares(1).memoryBudget(100 * MIB);

        var decision = Tending.decide(List.of(fresh(1, 50), fresh(1, 48)), List.of(fresh(1, 45)), life);

        assertThat(decision.retired()).isEmpty();
        assertThat(decision.killed()).isEmpty();
        assertThat(decision.shortage())
                .contains("memory budget of 100 MiB cannot be kept: all children occupy 143 MiB, and what is idle of"
                        + " them (50 MiB + 48 MiB + 45 MiB) stays, since least = 2 and spares = 1 would start it again"
                        + " at once; say a larger memoryBudget, or fewer least and spares");
    }

    @Test
    void leavesWhatHasWorkedWhereAFreshOneWouldNotFitEither() {
        var life = LIFE.least(2).memoryBudget(80 * MIB);

        assertThat(Tending.decide(List.of(idle(1, 60), idle(1, 50)), List.of(), life)
                        .retired())
                .isEmpty();
    }

    @Test
    void endsWhatHasGrownForAFreshOneThatFits() {
        var grown = idle(1, 400);
        var life = LIFE.least(2).memoryBudget(200 * MIB);

        var decision = Tending.decide(List.of(grown, fresh(1, 50)), List.of(), life);

        assertThat(decision.retired()).containsExactly(grown);
        assertThat(decision.shortage()).isEmpty();
    }

    @Test
    void endsWhatIsIdleBeyondTheLeastNumberAndTheSpares() {
        var large = fresh(1, 60);
        var life = LIFE.least(1).spares(1).memoryBudget(120 * MIB);

        var decision = Tending.decide(List.of(large, fresh(1, 50)), List.of(fresh(1, 50)), life);

        assertThat(decision.retired()).containsExactly(large);
        assertThat(decision.shortage()).isEmpty();
    }

    @Test
    void killsNoTaskForTheSakeOfAChildThatIsKeptReady() {
        var life = LIFE.spares(1).memoryBudget(100 * MIB);

        var fits = Tending.decide(List.of(busy(1, 90)), List.of(fresh(1, 50)), life);
        var tooLarge = busy(1, 101);

        assertThat(fits.killed()).isEmpty();
        assertThat(fits.shortage()).isPresent();
        assertThat(Tending.decide(List.of(tooLarge), List.of(fresh(1, 50)), life)
                        .killed())
                .containsExactly(tooLarge);
    }

    private static ChildSample idle(long seconds, long mib) {
        return sample(ChildSample.Situation.IDLE, seconds, mib);
    }

    private static ChildSample fresh(long seconds, long mib) {
        return sample(ChildSample.Situation.FRESH, seconds, mib);
    }

    private static ChildSample busy(long seconds, long mib) {
        return sample(ChildSample.Situation.BUSY, seconds, mib);
    }

    private static ChildSample leaving(long seconds, long mib) {
        return sample(ChildSample.Situation.LEAVING, seconds, mib);
    }

    /// The decision looks at the numbers only: no child is needed.
    @SuppressWarnings("NullAway")
    private static ChildSample sample(ChildSample.Situation situation, long seconds, long mib) {
        long nanos = TimeUnit.SECONDS.toNanos(seconds);
        return new ChildSample(null, situation, nanos, nanos, mib * MIB);
    }
}
