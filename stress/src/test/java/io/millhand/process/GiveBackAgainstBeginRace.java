package io.millhand.process;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/// What waits is given back, because an attempt takes long, while that attempt ends and the next ones begin: the last
/// ones are given back, so that none begins after one before it was given back.
@JCStressTest
@Outcome(id = "BB-", expect = Expect.ACCEPTABLE, desc = "the attempt ended in time")
@Outcome(
        id = {"BBG", "BGG", "GGG"},
        expect = Expect.ACCEPTABLE,
        desc = "the first begin, the last are given back")
@State
public class GiveBackAgainstBeginRace {

    private final OrdersTally tally = new OrdersTally(3);

    /// An attempt runs.
    public GiveBackAgainstBeginRace() {
        tally.orders.begin();
    }

    /// The main thread of the child.
    @Actor
    public void begin() {
        tally.orders.end();
        tally.begin();
        tally.begin();
    }

    /// Who looks whether something waits for long.
    @Actor
    public void giveBack() {
        tally.orders.giveBackIfStuck();
    }

    /// Afterwards.
    @Arbiter
    public void look(L_Result result) {
        result.r1 = tally.letters();
    }
}
