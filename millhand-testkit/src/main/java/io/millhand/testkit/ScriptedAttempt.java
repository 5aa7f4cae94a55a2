package io.millhand.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.CrashReport;
import io.millhand.MemoryCause;
import io.millhand.WorkerStartException;
import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Payload;
import io.millhand.spi.WorkerHost;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// One attempt in the hands of [ScriptedWorkers]: the test says how it goes on.
///
/// The methods that end it report the start first where that was not done. May be ended more than once, as a confused
/// worker might: the queue must drop what comes late.
public final class ScriptedAttempt {

    private final WorkerHost host;
    private final String worker;
    private final Assignment assignment;
    private final boolean diesWhenKilled;

    @GuardedBy("this")
    private boolean started;

    @GuardedBy("this")
    private boolean ended;

    @GuardedBy("this")
    private int kills;

    @GuardedBy("this")
    private boolean cancelled;

    ScriptedAttempt(WorkerHost host, String worker, Assignment assignment, boolean diesWhenKilled) {
        this.host = host;
        this.worker = worker;
        this.assignment = assignment;
        this.diesWhenKilled = diesWhenKilled;
    }

    /// The id of its task.
    ///
    /// @return the id
    public long taskId() {
        return assignment.taskId();
    }

    /// The name of its task.
    ///
    /// @return the name
    public String taskName() {
        return assignment.taskName();
    }

    /// Its number.
    ///
    /// @return from 1
    public int attempt() {
        return assignment.attempt();
    }

    /// What travels.
    ///
    /// @return empty where it runs in this JVM
    public Optional<Payload> payload() {
        return assignment.payload();
    }

    /// The name of the worker that has it.
    ///
    /// @return the name
    public String worker() {
        return worker;
    }

    /// The worker takes it: its clock starts.
    ///
    /// @return this
    public ScriptedAttempt started() {
        synchronized (this) {
            started = true;
        }
        host.started(assignment);
        return this;
    }

    /// Gives a sign of life.
    public void alive() {
        host.alive(assignment);
    }

    /// The task returns.
    ///
    /// @param value what
    public void returns(@Nullable Object value) {
        ends(new AttemptEnding.Returned(value));
    }

    /// The task throws.
    ///
    /// @param cause what
    public void throwsException(Throwable cause) {
        ends(new AttemptEnding.Threw(cause));
    }

    /// The worker dies under it.
    ///
    /// @param exitCode as a process would leave it
    public void crashes(int exitCode) {
        var report = new CrashReport(
                worker,
                4711,
                OptionalInt.of(exitCode),
                Optional.empty(),
                MemoryCause.NONE,
                "",
                List.of(),
                "",
                "",
                taskId(),
                attempt(),
                Duration.ofSeconds(1),
                Optional.empty(),
                "",
                false);
        ends(new AttemptEnding.Crashed(report));
    }

    /// The worker confirms that it was ended by force.
    public void confirmsKill() {
        ends(new AttemptEnding.Killed("at Stack.top(Stack.java:1)", false));
    }

    /// The worker gives it back: no user code ran.
    public void givesBack() {
        report(new AttemptEnding.TakenBack());
    }

    /// The worker could not be started for it.
    ///
    /// @param message why
    public void startFails(String message) {
        report(new AttemptEnding.StartFailed(new WorkerStartException(message, null)));
    }

    /// It ends, after a start.
    ///
    /// @param ending how
    public void ends(AttemptEnding ending) {
        boolean first;
        synchronized (this) {
            first = !started;
        }
        if (first) {
            started();
        }
        report(ending);
    }

    private void report(AttemptEnding ending) {
        synchronized (this) {
            ended = true;
        }
        host.ended(assignment, ending);
    }

    /// Whether its start was reported.
    ///
    /// @return true after [#started()]
    public synchronized boolean isStarted() {
        return started;
    }

    synchronized boolean ended() {
        return ended;
    }

    void startsUnlessEnded() {
        if (!ended()) {
            started();
        }
    }

    void endsUnlessEnded(AttemptEnding ending) {
        if (!ended()) {
            ends(ending);
        }
    }

    void killed() {
        synchronized (this) {
            kills++;
        }
        if (diesWhenKilled) {
            host.backend().schedule(0, () -> endsUnlessEnded(new AttemptEnding.Killed("", false)));
        }
    }

    synchronized void cancelled() {
        cancelled = true;
    }

    /// Whether the queue asked to end it by force.
    ///
    /// @return true after a kill
    public synchronized boolean isKilled() {
        return kills > 0;
    }

    /// Whether the queue told it that it is cancelled.
    ///
    /// @return true after a cancel
    public synchronized boolean isCancelled() {
        return cancelled;
    }

    @SuppressWarnings("ReferenceEquality") // assignments are compared by identity
    boolean isOf(Assignment other) {
        return assignment == other;
    }

    @Override
    public String toString() {
        return "attempt " + attempt() + " of task " + taskId() + " on " + worker;
    }
}
