package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.SharedValue;
import org.jspecify.annotations.Nullable;

/// The function of one `map`. Other JVMs are sent it once, as it is when the first input goes there, and forget it
/// when nobody holds this any more.
///
/// @param <T> the type of the inputs
/// @param <R> the type of the results
final class MapFunction<T extends @Nullable Object, R extends @Nullable Object> {

    private final SerializableFunction<? super T, ? extends R> function;

    @GuardedBy("this")
    private @Nullable SharedValue shared;

    MapFunction(SerializableFunction<? super T, ? extends R> function) {
        this.function = function;
    }

    SerializableFunction<? super T, ? extends R> function() {
        return function;
    }

    /// Any thread.
    synchronized SharedValue shared() {
        var known = shared;
        if (known == null) {
            known = SharedValue.of(function);
            var _ = CleanerThread.register(this, known::release);
            shared = known;
        }
        return known;
    }
}
