package io.millhand.process;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/// The parent asks for the second attempt back while the child begins what it has: that one is begun or given back,
/// and no other is touched.
@JCStressTest
@Outcome(id = "BBB", expect = Expect.ACCEPTABLE, desc = "it had begun")
@Outcome(id = "BGB", expect = Expect.ACCEPTABLE, desc = "given back")
@State
public class TakeBackAgainstBeginRace {

    private final OrdersTally tally = new OrdersTally(3);

    /// The main thread of the child.
    @Actor
    public void begin() {
        tally.begin();
        tally.begin();
    }

    /// Who reads the channel.
    @Actor
    public void takeBack() {
        tally.orders.takeBack(Frame.of(FrameKind.TAKE_BACK, 2, 1));
    }

    /// Afterwards: the main thread goes on.
    @Arbiter
    public void look(L_Result result) {
        tally.begin();
        result.r1 = tally.letters();
    }
}
