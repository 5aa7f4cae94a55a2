package io.millhand.cli;

import io.millhand.Outcome;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.WorkerStartException;
import java.io.IOException;
import java.time.Duration;

/// Reads the results of one run, in the main thread, and hands them to the sink.
final class MapRun {

    /// Results are held back this long for others to be written with them.
    private static final Duration IDLE = Duration.ofMillis(20);

    private static final Duration LONG = Duration.ofHours(1);

    private final TaskQueue queue;
    private final Intake intake;
    private final ResultSink sink;
    private final Tally tally;
    private long flushedNanos = System.nanoTime();

    MapRun(TaskQueue queue, Intake intake, ResultSink sink, Tally tally) {
        this.queue = queue;
        this.intake = intake;
        this.sink = sink;
        this.tally = tally;
    }

    /// Lets what has begun end; draws no more.
    void drain() {
        intake.stop();
    }

    /// Ends everything; what was under way is counted as cancelled.
    void kill() {
        intake.stop();
        queue.shutdownNow();
    }

    /// Runs to the end of the inputs, or to the end of what had begun when the run was stopped.
    ///
    /// @throws IOException where the results cannot be written; the tasks are cancelled then
    void run() throws IOException, InterruptedException {
        try {
            intake.start();
            readAll();
            sink.flush();
        } catch (IOException | RuntimeException | Error e) {
            kill();
            throw e;
        }
    }

    private void readAll() throws IOException, InterruptedException {
        var wait = IDLE;
        while (!intake.isDone()) {
            var ready = intake.poll(wait);
            if (ready.isPresent()) {
                read(ready.get());
                wait = IDLE;
            } else {
                flush();
                wait = LONG;
            }
        }
    }

    private void read(TaskHandle<String> handle) throws IOException {
        var soon = handle.outcome(IDLE);
        if (soon.isEmpty()) {
            flush();
        }
        Outcome<String> outcome = soon.orElseGet(handle::outcome);
        if (outcome instanceof Outcome.Failed<String>(WorkerStartException cause)) {
            throw new RunFailure("cannot start workers: " + cause.getMessage(), cause);
        }
        tally.count(OutcomeText.ending(outcome));
        sink.accept(handle, outcome);
        if (System.nanoTime() - flushedNanos > 5 * IDLE.toNanos()) {
            flush();
        }
    }

    private void flush() throws IOException {
        sink.flush();
        flushedNanos = System.nanoTime();
    }
}
