package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Function;
import java.util.stream.Gatherer;
import org.jspecify.annotations.Nullable;

/// `map` and its like.
final class MapCalls {

    private final TaskQueueImpl queue;

    /// To be told of the shutdown. Weak: results that nobody reads any more are nobody's business.
    @GuardedBy("open")
    private final Set<WindowedResults<?, ?, ?>> open = Collections.newSetFromMap(new WeakHashMap<>());

    MapCalls(TaskQueueImpl queue) {
        this.queue = queue;
    }

    <T extends @Nullable Object, R extends @Nullable Object> WindowedResults<T, R, R> map(
            Inlet<? extends T> source, SerializableFunction<? super T, ? extends R> function, MapOptions options) {
        return results(source, tasks(function, options), Reading.values(options.errors(), queue.name()), options);
    }

    <T extends @Nullable Object, R extends @Nullable Object> WindowedResults<T, R, Outcome<R>> mapOutcomes(
            Inlet<? extends T> source, SerializableFunction<? super T, ? extends R> function, MapOptions options) {
        if (options.errors() != ErrorPolicy.FAIL_FAST) {
            throw new IllegalArgumentException(
                    "errors must be the default where outcomes are asked for, since none is skipped, was "
                            + options.errors());
        }
        return results(source, tasks(function, options), handle -> new Step.Element<>(handle.outcome()), options);
    }

    <T extends @Nullable Object> WindowedResults<Task<T>, T, TaskHandle<T>> submitAll(
            Inlet<? extends Task<T>> source, ResultOrder order) {
        return results(
                source,
                Function.identity(),
                Step.Element::new,
                MapOptions.defaults().order(order));
    }

    <T extends @Nullable Object> long forEach(
            Inlet<? extends T> source, SerializableConsumer<? super T> action, MapOptions options)
            throws InterruptedException {
        requireNonNull(action, "action");
        long done = 0;
        var calls = Task.defaultName(action);
        SerializableFunction<T, Boolean> function = new ConsumerCall<>(action);
        var named = options.order(ResultOrder.COMPLETION)
                .tasks(task -> options.tasks().apply(task.named(calls)));
        try (var results = this.<T, Boolean>map(source, function, named)) {
            while (results.awaitInterruptibly() instanceof Step.Element) {
                done++;
            }
        }
        return done;
    }

    /// An action for its effect, as a function.
    ///
    /// @param action what the caller does with each input
    /// @param <T> the type of the inputs
    private record ConsumerCall<T extends @Nullable Object>(SerializableConsumer<? super T> action)
            implements SerializableFunction<T, Boolean> {
        @Override
        public Boolean apply(T input) {
            action.accept(input);
            return true;
        }
    }

    <T extends @Nullable Object, R extends @Nullable Object> Gatherer<T, ?, R> mapping(
            SerializableFunction<? super T, ? extends R> function, MapOptions options) {
        requireNonNull(function, "function");
        requireNonNull(options, "options");
        return Gatherer.<T, Gathering<T, R>, R>ofSequential(
                () -> {
                    var pushed = new PushedInlet<T>();
                    return new Gathering<>(pushed, this.<T, R>map(pushed, function, options));
                },
                Gathering::integrate,
                Gathering::finish);
    }

    private <T extends @Nullable Object, R extends @Nullable Object> Function<T, Task<R>> tasks(
            SerializableFunction<? super T, ? extends R> function, MapOptions options) {
        String name = Task.defaultName(requireNonNull(function, "function"));
        return input ->
                shaped(Task.<R>of(new FunctionCall<T, R>(function, input)).named(name), options);
    }

    @SuppressWarnings({"unchecked", "ReferenceEquality"}) // a task with the same call has the same result
    private static <R extends @Nullable Object> Task<R> shaped(Task<R> task, MapOptions options) {
        var shaped = requireNonNull(options.tasks().apply(task), "the task made by MapOptions.tasks");
        if (shaped.call() != task.call()) {
            throw new IllegalArgumentException(
                    "MapOptions.tasks must answer a changed copy of the task that it is given," + " was another task: "
                            + shaped.name());
        }
        return (Task<R>) shaped;
    }

    private <T extends @Nullable Object, X extends @Nullable Object, E extends @Nullable Object>
            WindowedResults<T, X, E> results(
                    Inlet<? extends T> source,
                    Function<? super T, Task<X>> task,
                    Reading<X, E> reading,
                    MapOptions options) {
        int window = options.window() == 0 ? queue.defaultWindow() : options.window();
        var results = new WindowedResults<>(
                queue, new WindowedResults.Plan<T, X, E>(source, task, reading, window, options.order()));
        synchronized (open) {
            open.add(results);
        }
        return results;
    }

    /// Has those look that wait for their sources.
    void shutdown() {
        List<WindowedResults<?, ?, ?>> told;
        synchronized (open) {
            told = new ArrayList<>(open);
        }
        told.forEach(WindowedResults::signal);
    }
}
