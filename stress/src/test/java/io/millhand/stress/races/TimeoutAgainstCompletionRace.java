package io.millhand.stress.races;

import io.millhand.Task;
import io.millhand.TaskHandle;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// A deadline passes while the task returns: it ends once, one way or the other, and its slot serves the next.
@JCStressTest
@Outcome(id = "S, 1", expect = Expect.ACCEPTABLE, desc = "in time")
@Outcome(id = "T, 1", expect = Expect.ACCEPTABLE, desc = "too late")
@State
public class TimeoutAgainstCompletionRace {

    private final Desk desk = new Desk(1);
    private final TaskHandle<Integer> first = desk.queue.submit(Task.of(() -> 1).deadline(Duration.ofSeconds(1)));
    private final TaskHandle<Integer> second = desk.queue.submit(() -> 2);

    /// The worker.
    @Actor
    public void complete() {
        var _ = desk.endOne();
    }

    /// The timer.
    @Actor
    public void expire() {
        desk.ring();
    }

    /// Afterwards.
    @Arbiter
    public void look(LL_Result result) {
        result.r1 = Desk.letter(first);
        result.r2 = desk.endAll() <= 1 && Desk.letter(second).equals("S") ? 1 : 0;
    }
}
