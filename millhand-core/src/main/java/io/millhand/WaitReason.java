package io.millhand;

/// Why a task waits.
public enum WaitReason {
    /// All slots that could run it are in use: it is next, or others are before it.
    NO_FREE_SLOT,
    /// No worker offers all that it requires; or none is attached, or none to which it can travel.
    NOBODY_QUALIFIES,
    /// The queue is paused.
    QUEUE_PAUSED,
    /// Its series is paused.
    SERIES_PAUSED,
    /// As many tasks of its series run as its limit allows.
    SERIES_LIMIT,
    /// Its resource has no permit: its limit is reached, its rate is used up, or a task threw [BackOff].
    RESOURCE_LIMIT,
    /// It waits for its next attempt.
    BACKOFF
}
