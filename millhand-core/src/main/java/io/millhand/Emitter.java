package io.millhand;

import org.jspecify.annotations.Nullable;

/// Takes the items of a streaming task, see [TaskQueue#items(Items.EmitterCall)].
///
/// Threads: any, also several at a time, as long as the task runs.
///
/// @param <T> the type of the items
public sealed interface Emitter<T extends @Nullable Object> permits ItemsPump {

    /// Hands an item on as it is at this moment: what becomes of the object afterwards does not reach the
    /// reader of another JVM. Waits while the reader wants none.
    ///
    /// @param item may be null, but not where a subscriber reads
    /// @throws java.util.concurrent.CancellationException where nobody reads any more, or the thread is
    ///     interrupted,
    ///     which is kept: let the task end
    /// @throws NotTransferableException where the item cannot travel to the reader
    void emit(T item);

    /// Whether nobody reads any more. For tasks that can end early without an exception.
    ///
    /// @return true once [#emit] would throw
    boolean isClosed();
}
