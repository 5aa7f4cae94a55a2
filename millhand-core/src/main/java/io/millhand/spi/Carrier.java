package io.millhand.spi;

import java.util.concurrent.Callable;

/// Encodes tasks for workers outside this JVM.
public interface Carrier {

    /// Encodes at once, in the submitting thread. Runs user code (`writeObject`).
    ///
    /// @param call the recipe
    /// @return what travels: a snapshot
    /// @throws io.millhand.NotTransferableException where it cannot travel
    Payload encode(Callable<?> call);
}
