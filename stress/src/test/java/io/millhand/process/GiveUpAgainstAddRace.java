package io.millhand.process;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/// A child is given up while it is sent one more: that one is given back, too, at the latest when the main thread looks
/// for it.
@JCStressTest
@Outcome(id = "GGG", expect = Expect.ACCEPTABLE, desc = "each once")
@State
public class GiveUpAgainstAddRace {

    private final OrdersTally tally = new OrdersTally(2);

    /// Who reads the channel.
    @Actor
    public void add() {
        tally.add(3);
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
