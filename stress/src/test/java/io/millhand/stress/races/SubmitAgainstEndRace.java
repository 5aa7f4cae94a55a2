package io.millhand.stress.races;

import io.millhand.Task;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// Two tasks of a series and one of none compete for two slots while the first returns: nobody forgets to look on.
@JCStressTest
@Outcome(id = "3, 0", expect = Expect.ACCEPTABLE, desc = "all ran")
@State
public class SubmitAgainstEndRace {

    private final Desk desk = new Desk(2);

    /// One of the series is under way.
    public SubmitAgainstEndRace() {
        var _ = desk.queue.submit(Task.of(() -> {}).series("s"));
    }

    /// The worker.
    @Actor
    public void complete(II_Result result) {
        result.r1 = desk.endOne() ? 1 : 0;
    }

    /// A submitter.
    @Actor
    public void submit() {
        var _ = desk.queue.submit(Task.of(() -> {}).series("s"));
        desk.queue.execute(() -> {});
    }

    /// Afterwards.
    @Arbiter
    public void look(II_Result result) {
        result.r1 += desk.endAll();
        result.r2 = desk.queue.snapshot().waiting().values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }
}
