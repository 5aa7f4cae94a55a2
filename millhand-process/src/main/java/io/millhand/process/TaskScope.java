package io.millhand.process;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Where a task is read.
///
/// @param loader of the user's code
/// @param parts what is known besides its bytes
record TaskScope(ClassLoader loader, TaskParts parts) {

    /// Puts an object into the form of JDK serialization and reads it from there, with all that this JVM asks and runs
    /// on the way.
    Object reread(Object object) throws IOException, ClassNotFoundException {
        return Codec.reread(object, this);
    }

    /// Never null.
    ///
    /// @throws IOException where it has not come
    CodeSite site(int number) throws IOException {
        @Nullable CodeSite site = parts.site(number);
        if (site == null) {
            throw new ProtocolException("code must have come before the tasks that run it, was number " + number);
        }
        return site;
    }
}
