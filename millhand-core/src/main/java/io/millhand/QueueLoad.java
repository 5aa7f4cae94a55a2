package io.millhand;

/// How much a queue has to do at one moment. From [TaskQueue#load()].
///
/// @param waiting how many tasks were accepted and are in no slot, those in a backoff included
/// @param running how many slots are in use
/// @param slots how many there are
/// @param workers how many workers are attached
public record QueueLoad(int waiting, int running, int slots, int workers) {

    /// Whether there is nothing to do.
    ///
    /// @return true where nothing waits and no slot is in use
    public boolean isIdle() {
        return waiting == 0 && running == 0;
    }
}
