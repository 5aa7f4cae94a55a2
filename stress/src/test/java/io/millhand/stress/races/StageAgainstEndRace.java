package io.millhand.stress.races;

import io.millhand.TaskHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A stage is attached while the task returns: it runs, once; and who waits for the result gets it.
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "told once")
@State
public class StageAgainstEndRace {

    private final Desk desk = new Desk(1);
    private final TaskHandle<Integer> handle = desk.queue.submit(() -> 1);
    private final AtomicInteger told = new AtomicInteger();

    /// The worker.
    @Actor
    public void complete() {
        var _ = desk.endOne();
    }

    /// One who attaches a stage and waits for the result.
    @Actor
    public void attach(II_Result result) {
        var _ = handle.thenAccept(_ -> told.incrementAndGet());
        result.r1 = handle.join();
    }

    /// Afterwards.
    @Arbiter
    public void look(II_Result result) {
        result.r2 = told.get();
    }
}
