package io.millhand.spi;

import io.millhand.SerializableCallable;
import io.millhand.SerializableFunction;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A function that is applied to one of many inputs. It goes to another JVM once, and each input by itself.
public interface MappedCall {

    /// The function, the same for all inputs.
    ///
    /// @return holds a [SerializableFunction]
    SharedValue function();

    /// What it is applied to.
    ///
    /// @return the input of this call
    @Nullable
    Object input();

    /// The call in the JVM that runs it.
    ///
    /// @param function as it was read there
    /// @param input as it was read there
    /// @return applies the one to the other
    static Callable<?> of(SerializableFunction<?, ?> function, @Nullable Object input) {
        return new Applied<>(function, input);
    }

    /// Both in one.
    ///
    /// @param function of the map
    /// @param input of the function
    /// @param <T> the type of the input
    /// @param <R> the type of the result
    record Applied<T, R>(
            SerializableFunction<T, R> function, @Nullable Object input) implements SerializableCallable<R> {

        @Override
        @SuppressWarnings({"unchecked", "NullAway"}) // they were together in the JVM of the queue
        public R call() {
            return function.apply((T) input);
        }
    }
}
