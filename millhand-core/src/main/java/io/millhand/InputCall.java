package io.millhand;

import io.millhand.spi.InputReader;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// A recipe that reads an input, as workers run it.
///
/// @param <I> the type of the input
/// @param <R> the type of the result
final class InputCall<I extends @Nullable Object, R extends @Nullable Object>
        implements SerializableCallable<R>, InputSupply.Reading {

    private static final long serialVersionUID = 1;

    private final Input.Call<I, R> call;
    private final transient @Nullable InputSupply<I> supply;

    InputCall(Input.Call<I, R> call, InputSupply<I> supply) {
        this.call = call;
        this.supply = supply;
    }

    @Override
    public @Nullable InputSupply<I> supply() {
        return supply;
    }

    @Override
    public R call() throws Exception {
        return read(call);
    }

    /// Runs a recipe with the input of this attempt.
    @SuppressWarnings("unchecked") // the source has the type that the call reads
    static <I extends @Nullable Object, R extends @Nullable Object> R read(Input.Call<I, R> call) throws Exception {
        if (!(TaskContext.current() instanceof InputReader.Context context)) {
            throw new IllegalStateException("workers of this kind cannot read an input: " + TaskContext.current());
        }
        var input = (InputReader<I>) context.input();
        try {
            return call.call(input);
        } catch (Exception e) {
            throw rethrown(input.unwrapped(e));
        } finally {
            input.end();
        }
    }

    /// What a source throws is mostly an exception.
    private static Exception rethrown(Throwable failure) {
        if (failure instanceof Error e) {
            throw e;
        }
        return failure instanceof Exception e ? e : new CompletionException(failure);
    }
}
