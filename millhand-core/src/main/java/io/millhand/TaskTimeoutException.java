package io.millhand;

/// A limit of the task ran out: the exception form of [Outcome.TimedOut].
public final class TaskTimeoutException extends TaskException {

    private static final long serialVersionUID = 1;

    private final transient Expiry expiry;

    /// Tells of an expiry.
    ///
    /// @param expiry which limit
    public TaskTimeoutException(Expiry expiry) {
        super(expiry.toString(), null);
        this.expiry = expiry;
    }

    /// Which limit ran out.
    ///
    /// @return the expiry
    public Expiry expiry() {
        return expiry;
    }
}
