package io.millhand;

/// The worker died under the task: the exception form of [Outcome.Crashed].
public final class TaskCrashedException extends TaskException {

    private static final long serialVersionUID = 1;

    private final transient CrashReport report;

    /// Tells of a crash.
    ///
    /// @param report what is known of it
    public TaskCrashedException(CrashReport report) {
        super(report.toString(), null);
        this.report = report;
    }

    /// What is known of the death.
    ///
    /// @return the report
    public CrashReport report() {
        return report;
    }
}
