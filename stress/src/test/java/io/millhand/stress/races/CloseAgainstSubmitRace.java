package io.millhand.stress.races;

import io.millhand.TaskHandle;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// A queue is shut down while a task is submitted: the task is refused, or it runs; then the queue has ended.
@JCStressTest
@Outcome(id = "S, true", expect = Expect.ACCEPTABLE, desc = "accepted, and ran")
@Outcome(id = "refused, true", expect = Expect.ACCEPTABLE, desc = "refused")
@State
public class CloseAgainstSubmitRace {

    private final Desk desk = new Desk(1);
    private @Nullable TaskHandle<Integer> handle;

    /// One who closes.
    @Actor
    public void shutDown() {
        desk.queue.shutdown();
    }

    /// A submitter, whose task ends at once.
    @Actor
    public void submit() {
        try {
            handle = desk.queue.submit(() -> 1);
            var _ = desk.endOne();
        } catch (RejectedExecutionException _) {
            handle = null; // one of the two outcomes
        }
    }

    /// Afterwards.
    @Arbiter
    public void look(LL_Result result) {
        result.r1 = handle == null ? "refused" : Desk.letter(handle);
        result.r2 = desk.queue.isTerminated();
    }
}
