package io.millhand.stress.races;

import io.millhand.Capacity;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A submitter waits for room in a full queue while the worker makes some: it is woken.
@JCStressTest
@Outcome(id = "3, 0", expect = Expect.ACCEPTABLE, desc = "admitted, and all ran")
@State
public class CapacityAgainstEndRace {

    private final Desk desk = new Desk(1, Capacity.blocking(1));

    /// One under way, one waits: full.
    public CapacityAgainstEndRace() {
        desk.queue.execute(() -> {});
        desk.queue.execute(() -> {});
    }

    /// The worker.
    @Actor
    public void complete(II_Result result) {
        result.r1 = desk.endOne() ? 1 : 0;
    }

    /// A submitter.
    @Actor
    public void submit() {
        desk.queue.execute(() -> {});
    }

    /// Afterwards.
    @Arbiter
    public void look(II_Result result) {
        result.r1 += desk.endAll();
        result.r2 = desk.queue.snapshot().blockedSubmitters();
    }
}
