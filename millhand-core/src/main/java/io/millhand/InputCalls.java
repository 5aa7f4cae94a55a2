package io.millhand;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The tasks of a queue that read an input.
///
/// @param queue whose they are
record InputCalls(TaskQueueImpl queue) {

    <I extends @Nullable Object, R extends @Nullable Object> TaskHandle<R> consume(
            Inlet<? extends I> inlet, Input.Call<I, R> call, UnaryOperator<Task<R>> options) {
        requireNonNull(call, "call");
        return this.<I, TaskHandle<R>>supplied(inlet, supply -> {
            var plain = Task.of(new InputCall<I, R>(call, supply)).named(Task.defaultName(call));
            var handle = queue.submit(changed(plain, options, "the options of consume"));
            handle.whenDone(supply::taskEnded);
            return handle;
        });
    }

    <I extends @Nullable Object, T extends @Nullable Object> Items<T> items(
            Inlet<? extends I> inlet, Input.Call<I, Stream<T>> call, UnaryOperator<Task<Long>> options) {
        var task = ItemsTask.<I, T>reading(call).with(options);
        return this.<I, Items<T>>supplied(inlet, supply -> queue.streams().open(task, supply));
    }

    /// The source stays the caller's where nothing is submitted.
    private <I extends @Nullable Object, H> H supplied(
            Inlet<? extends I> inlet, Function<InputSupply<I>, H> submission) {
        inlet.claim();
        try {
            return submission.apply(new InputSupply<>(queue, inlet));
        } catch (RuntimeException | Error e) {
            inlet.release();
            throw e;
        }
    }

    /// A task with the options that the user gives it, which has one attempt: what was read or emitted would come
    /// twice.
    ///
    /// @param where the options are given
    @SuppressWarnings("ReferenceEquality") // a task with the same call is the same one, changed
    static <R extends @Nullable Object> Task<R> changed(Task<R> plain, UnaryOperator<Task<R>> change, String where) {
        var changed = requireNonNull(requireNonNull(change, "options").apply(plain), () -> "the task made by " + where);
        if (changed.call() != plain.call()) {
            throw new IllegalArgumentException(where
                    + " must answer a changed copy of the task that it is given, was another task: " + changed.name());
        }
        if (changed.retry().maxAttempts() > 1) {
            throw new IllegalArgumentException("a streaming task must have one attempt, since its items would come"
                    + " twice, had " + changed.retry().maxAttempts() + "; open the items again to try again");
        }
        return changed;
    }
}
