package io.millhand;

import org.jspecify.annotations.Nullable;

/// What one input of `map`, or of one of its like, has under way: read step by step, by the reader of the results.
///
/// @param <E> the type of the elements
abstract class Strand<E extends @Nullable Object> implements Steps<E> {

    /// Whether it waits to be looked at. Guarded by the monitor of the results.
    boolean stirred;

    /// Whether nothing comes after what was read. Reader only.
    abstract boolean isSpent();

    /// Whether no other input may be started yet; a signal tells when that changes.
    boolean holdsBack() {
        return false;
    }

    /// The queue is shut down, and the reader wants nothing more. Any thread.
    void abandon() {}
}
