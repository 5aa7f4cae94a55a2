package io.millhand.process;

import io.millhand.spi.SharedValue;
import org.jspecify.annotations.Nullable;

/// What tasks refer to by numbers, and came before them.
@FunctionalInterface
interface TaskParts extends SharedValue.Reader {

    /// The code of lambdas.
    ///
    /// @param number in the JVM that wrote the task
    /// @return null where it is not known
    default @Nullable CodeSite site(int number) {
        return null;
    }
}
