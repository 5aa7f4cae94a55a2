package io.millhand.spi;

/// Whoever has the input of a task, as the worker sees it that runs the task. Never blocks, and runs no user code
/// in the caller's thread.
public interface ItemSupply {

    /// The attempt runs. Called once, by the one attempt that does.
    ///
    /// @param sink where the items go when they are demanded; it is closed when the task has its outcome
    /// @param <S> tells of the demand, and can be closed
    <S extends ItemSink & ItemReceiver.Producer> void begin(S sink);
}
