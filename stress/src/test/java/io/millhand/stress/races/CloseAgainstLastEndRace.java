package io.millhand.stress.races;

import io.millhand.TaskHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// A queue is shut down while its last task returns: whoever comes last lets the queue end.
@JCStressTest
@Outcome(id = "S, true", expect = Expect.ACCEPTABLE, desc = "ended")
@State
public class CloseAgainstLastEndRace {

    private final Desk desk = new Desk(1);
    private final TaskHandle<Integer> handle = desk.queue.submit(() -> 1);

    /// The worker.
    @Actor
    public void complete() {
        var _ = desk.endOne();
    }

    /// One who closes.
    @Actor
    public void shutDown() {
        desk.queue.shutdown();
    }

    /// Afterwards.
    @Arbiter
    public void look(LL_Result result) {
        result.r1 = Desk.letter(handle);
        result.r2 = desk.queue.isTerminated();
    }
}
