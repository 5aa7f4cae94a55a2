package io.millhand.stress.races;

import io.millhand.TaskHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/// A task is cancelled while it returns: what `cancel` answered is how it ended, and its slot serves the next.
@JCStressTest
@Outcome(id = "true, C, 1", expect = Expect.ACCEPTABLE, desc = "cancelled")
@Outcome(id = "false, S, 1", expect = Expect.ACCEPTABLE, desc = "returned")
@State
public class CompleteAgainstCancelRace {

    private final Desk desk = new Desk(1);
    private final TaskHandle<Integer> first = desk.queue.submit(() -> 1);
    private final TaskHandle<Integer> second = desk.queue.submit(() -> 2);

    /// The worker.
    @Actor
    public void complete() {
        var _ = desk.endOne();
    }

    /// A caller.
    @Actor
    public void cancel(LLL_Result result) {
        result.r1 = first.cancel(false);
    }

    /// Afterwards.
    @Arbiter
    public void look(LLL_Result result) {
        result.r2 = Desk.letter(first);
        result.r3 = desk.endAll() == 1 && Desk.letter(second).equals("S") ? 1 : 0;
    }
}
