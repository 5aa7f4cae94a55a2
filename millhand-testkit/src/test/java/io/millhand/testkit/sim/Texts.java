package io.millhand.testkit.sim;

import io.millhand.Attempt;
import io.millhand.Outcome;
import io.millhand.TaskEvent;
import io.millhand.TaskHandle;
import io.millhand.WorkerStartException;
import java.time.Duration;
import java.util.List;

/// What the queue says, in the words of the model.
final class Texts {

    private Texts() {}

    static String of(TaskHandle<String> handle) {
        return of(handle.outcome(Duration.ZERO).orElseThrow());
    }

    private static String of(Outcome<String> outcome) {
        return switch (outcome) {
            case Outcome.Succeeded<String>(var value) -> "Succeeded(" + value + ")";
            case Outcome.Failed<String>(WorkerStartException _) -> "Failed(no worker starts)";
            case Outcome.Failed<String>(var cause)
            when String.valueOf(cause.getMessage()).endsWith("unasked") -> "Failed(unasked)";
            case Outcome.Failed<String>(var cause) -> "Failed(" + cause.getMessage() + ")";
            case Outcome.TimedOut<String>(var expiry) ->
                "TimedOut(" + expiry.clock() + ", " + expiry.limit() + ", " + expiry.elapsed() + ", "
                        + expiry.abandoned() + ")";
            case Outcome.Crashed<String>(var report) ->
                "Crashed(t" + report.task() + "#" + report.attempt() + ", " + report.quarantined() + ")";
            case Outcome.Cancelled<String>(var reason) -> "Cancelled(" + reason + ")";
        };
    }

    static List<String> of(List<Attempt> attempts) {
        return attempts.stream().map(Texts::of).toList();
    }

    private static String of(Attempt attempt) {
        return attempt.number() + " on " + attempt.worker() + ", " + attempt.elapsed() + ", " + attempt.ending();
    }

    static String of(TaskEvent event) {
        return switch (event) {
            case TaskEvent.Queued _ -> "queued";
            case TaskEvent.Started(var _, var _, var attempt, var worker) -> "started " + attempt + " on " + worker;
            case TaskEvent.Retrying(var _, var _, var attempt, var delay) ->
                "retrying " + of(attempt) + " in " + delay.toNanos();
            case TaskEvent.Ended(var _, var _, var attempts, var ending) -> "ended " + ending + " after " + attempts;
            case TaskEvent.Said(var _, var _, var message) -> "says " + message.text();
            case TaskEvent.Progressed(var _, var _, var progress) -> "progress " + progress;
            case TaskEvent.Worker(var worker, var _, var change) -> worker + " " + change;
            case TaskEvent.Missed(var count) -> "missed " + count;
        };
    }

    /// The name of a task that shutdownNow answers.
    static String nameOf(Runnable neverStarted) {
        String text = neverStarted.toString();
        return text.replaceAll(".*\\bname=(t\\d+)\\b.*", "$1");
    }
}
