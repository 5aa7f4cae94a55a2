package io.millhand.stress.races;

import io.millhand.TaskHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/// A queue is ended by force while its first of two tasks returns: each ends, and so does the queue.
@JCStressTest
@Outcome(id = "S, C, true", expect = Expect.ACCEPTABLE, desc = "the first returned")
@Outcome(id = "C, C, true", expect = Expect.ACCEPTABLE, desc = "cancelled before")
@Outcome(id = "S, S, true", expect = Expect.FORBIDDEN, desc = "nobody ended the second")
@State
public class ShutdownNowAgainstCompletionRace {

    private final Desk desk = new Desk(1);
    private final TaskHandle<Integer> first = desk.queue.submit(() -> 1);
    private final TaskHandle<Integer> second = desk.queue.submit(() -> 2);

    /// The worker.
    @Actor
    public void complete() {
        var _ = desk.endOne();
    }

    /// One who ends it.
    @Actor
    public void shutDownNow() {
        var _ = desk.queue.shutdownNow();
    }

    /// Afterwards; an attempt that was assigned meanwhile has been told to end.
    @Arbiter
    public void look(LLL_Result result) {
        result.r1 = Desk.letter(first);
        result.r2 = Desk.letter(second);
        result.r3 = desk.queue.isTerminated();
    }
}
