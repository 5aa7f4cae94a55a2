package io.millhand.spi;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;

/// A broadcast, as workers outside this JVM see it.
///
/// @param name what it is called in messages
/// @param payload what to run, encoded by the pool's own carrier
/// @param key the next one of the same key replaces it in what is remembered; empty for none
/// @param remembered whether workers to come run it before their first task
/// @param limit how long it may take in one address space
public record EncodedBroadcast(String name, Payload payload, Optional<String> key, boolean remembered, Duration limit) {

    /// Refuses nulls.
    public EncodedBroadcast {
        requireNonNull(name, "name");
        requireNonNull(payload, "payload");
        requireNonNull(key, "key");
        requireNonNull(limit, "limit");
    }

    /// Refuses a result that is read bit by bit: nobody would read it where it was made.
    ///
    /// @param result what a broadcast returned
    /// @return the same
    /// @throws IllegalStateException for a stream, an iterator or a publisher
    public static @Nullable Object ensureIsValue(@Nullable Object result) {
        if (result instanceof BaseStream<?, ?> stream) {
            stream.close();
        }
        if (result instanceof BaseStream
                || result instanceof Iterator
                || result instanceof Enumeration
                || result instanceof Flow.Publisher) {
            throw new IllegalStateException("a broadcast must answer a value that is complete, answered a "
                    + result.getClass().getName() + "; collect it into a list");
        }
        return result;
    }
}
