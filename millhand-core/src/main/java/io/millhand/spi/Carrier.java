package io.millhand.spi;

import io.millhand.NotTransferableException;
import java.util.concurrent.Callable;

/// Encodes tasks for workers outside this JVM.
public interface Carrier {

    /// Encodes at once, in the submitting thread. Runs user code (`writeObject`).
    ///
    /// @param call the recipe
    /// @return what travels: a snapshot
    /// @throws NotTransferableException where it cannot travel
    Payload encode(Callable<?> call);

    /// Encodes a value that tasks share, as [#encode] does a task.
    ///
    /// @param value what is shared
    /// @return what travels: a snapshot
    /// @throws NotTransferableException where it cannot travel
    default Payload encodeShared(Object value) {
        throw new NotTransferableException(
                "workers of this kind take no shared values: "
                        + value.getClass().getName(),
                null);
    }
}
