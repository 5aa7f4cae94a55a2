package io.millhand.process;

import io.millhand.spi.SharedValue;
import java.io.InputStream;
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

    /// A shared value as it came: for those that each task reads for itself.
    ///
    /// @param id of the value, in the JVM that wrote the task
    /// @return its bytes, in memory; null where it is not there
    default @Nullable InputStream encoded(long id) {
        return null;
    }
}
