package io.millhand;

/// What became of the tasks of a queue that had not ended when it was shut down. Each of them is counted once, when
/// the queue has terminated; those that had ended before and those that were rejected since are not.
///
/// @param finished those that ended by themselves after an attempt of theirs had begun: they succeeded, failed, timed
///     out or crashed
/// @param cancelled those of which an attempt had begun and none ran when they were cancelled, as they waited for
///     another attempt; and those that were cancelled by somebody else than the shutdown
/// @param killed those of which the shutdown stopped an attempt that had begun
/// @param neverStarted those of which no attempt ever began, however they ended: no code of theirs ran. What was
///     assigned to a worker that gave it back is one of them
public record ShutdownAccount(long finished, long cancelled, long killed, long neverStarted) {

    /// All of them.
    ///
    /// @return the tasks that had not ended when the queue was shut down
    public long total() {
        return finished + cancelled + killed + neverStarted;
    }
}
