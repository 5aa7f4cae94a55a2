package io.millhand.stress.races;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/// A queue is paused and resumed while a task is submitted: the task starts.
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "started")
@State
public class PauseAgainstSubmitRace {

    private final Desk desk = new Desk(2);

    /// One who pauses.
    @Actor
    public void pauseAndResume() {
        desk.queue.pause();
        desk.queue.resume();
    }

    /// A submitter.
    @Actor
    public void submit() {
        desk.queue.execute(() -> {});
    }

    /// Afterwards.
    @Arbiter
    public void look(I_Result result) {
        result.r1 = desk.endAll();
    }
}
