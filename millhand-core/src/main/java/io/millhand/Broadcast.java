package io.millhand;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A call that runs once in each address space of a queue's workers, and how: immutable, usable any number of times.
///
/// ```java
/// queue.broadcast(Broadcast.of(() -> Blocklist.set(addresses)).key("blocklist"));
/// ```
///
/// @param call the recipe
/// @param name what it is called in messages, reports and logs
/// @param key a later broadcast with the same key takes the place of this one in what is remembered; empty for none
/// @param remembered whether workers to come run it before their first task
/// @param timeout how long it may take in one address space; positive
/// @param <T> the type of the result
public record Broadcast<T extends @Nullable Object>(
        SerializableCallable<T> call, String name, Optional<String> key, boolean remembered, Duration timeout) {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    /// Refuses what makes no sense.
    public Broadcast {
        requireNonNull(call, "call");
        requireNonNull(name, "name");
        requireNonNull(key, "key");
        if (!requireNonNull(timeout, "timeout").isPositive()) {
            throw new IllegalArgumentException("timeout must be positive, was " + timeout);
        }
    }

    /// A remembered broadcast without a key that may take 30 seconds.
    ///
    /// @param call the recipe
    /// @param <T> the type of the result
    /// @return the broadcast
    public static <T extends @Nullable Object> Broadcast<T> of(SerializableCallable<T> call) {
        return plain(call, Task.defaultName(call));
    }

    /// A remembered broadcast without a result, without a key, that may take 30 seconds.
    ///
    /// @param action the recipe
    /// @return the broadcast
    public static Broadcast<@Nullable Void> of(SerializableRunnable action) {
        return plain(new RunnableCall<@Nullable Void>(action, null), Task.defaultName(action));
    }

    private static <T extends @Nullable Object> Broadcast<T> plain(SerializableCallable<T> call, String name) {
        return new Broadcast<>(call, name, Optional.empty(), true, DEFAULT_TIMEOUT);
    }

    /// This broadcast under another name.
    ///
    /// @param name any text
    /// @return the changed copy
    public Broadcast<T> named(String name) {
        return new Broadcast<>(call, name, key, remembered, timeout);
    }

    /// This broadcast with a key: only the last one of a key is remembered, at the place of the last one.
    ///
    /// @param key any text
    /// @return the changed copy
    public Broadcast<T> key(String key) {
        return new Broadcast<>(call, name, Optional.of(key), remembered, timeout);
    }

    /// This broadcast for the workers that live now, and not for those to come.
    ///
    /// @return the changed copy
    public Broadcast<T> ephemeral() {
        return new Broadcast<>(call, name, key, false, timeout);
    }

    /// This broadcast with another limit. In a child JVM it kills the child, in this JVM it interrupts. The clock
    /// starts when the broadcast's turn has come.
    ///
    /// @param timeout positive
    /// @return the changed copy
    public Broadcast<T> timeout(Duration timeout) {
        return new Broadcast<>(call, name, key, remembered, timeout);
    }
}
