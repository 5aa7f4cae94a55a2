package io.millhand.process;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/// A child is given up while it begins what it has: nothing begins afterwards, and what did not begin before is given
/// back.
@JCStressTest
@Outcome(
        id = {"BBG", "BGG", "GGG"},
        expect = Expect.ACCEPTABLE,
        desc = "each once, and nothing afterwards")
@State
public class GiveUpAgainstBeginRace {

    private final OrdersTally tally = new OrdersTally(3);

    /// The main thread of the child.
    @Actor
    public void begin() {
        tally.begin();
        tally.begin();
    }

    /// The thread that tells the stack.
    @Actor
    public void giveUp() {
        tally.orders.giveUp();
    }

    /// Afterwards: the main thread looks for more.
    @Arbiter
    public void look(L_Result result) {
        tally.begin();
        result.r1 = tally.letters();
    }
}
