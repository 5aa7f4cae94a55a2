package io.millhand;

import org.jspecify.annotations.Nullable;

/// Who hears what the task of one input of a `map` says. Stays in the JVM of the queue.
///
/// @param listener hears all inputs of the `map`
/// @param index of the input, from 0
record Ear(MessageListener<Long> listener, long index) {

    /// The recipe of a task that somebody may hear.
    interface Heard {

        /// Who hears it.
        ///
        /// @return null for nobody, and in another JVM
        @Nullable
        Ear ear();
    }

    /// The task has said something.
    void offer(Message message, boolean isLost) {
        listener.offer(index, message, isLost);
    }
}
