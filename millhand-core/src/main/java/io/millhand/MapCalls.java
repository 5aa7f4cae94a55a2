package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Gatherer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// `map` and its like.
final class MapCalls {

    private final TaskQueueImpl queue;

    /// To be told of the shutdown. Weak: results that nobody reads any more are nobody's business.
    @GuardedBy("open")
    private final Set<WindowedResults<?, ?>> open = Collections.newSetFromMap(new WeakHashMap<>());

    MapCalls(TaskQueueImpl queue) {
        this.queue = queue;
    }

    <T extends @Nullable Object, R extends @Nullable Object> WindowedResults<T, R> map(
            Inlet<? extends T> source, SerializableFunction<? super T, ? extends R> function, MapOptions options) {
        var skips = new Skips(queue.name());
        var starting = this.<T, R, R>starting(tasks(function, options), Reading.values(options.errors(), skips));
        return results(source, starting, skips, options);
    }

    <T extends @Nullable Object, R extends @Nullable Object> WindowedResults<T, Outcome<R>> mapOutcomes(
            Inlet<? extends T> source, SerializableFunction<? super T, ? extends R> function, MapOptions options) {
        if (options.errors() != ErrorPolicy.FAIL_FAST) {
            throw new IllegalArgumentException(
                    "errors must be the default where outcomes are asked for, since none is skipped, was "
                            + options.errors());
        }
        var starting = this.<T, R, Outcome<R>>starting(
                tasks(function, options), handle -> new Step.Element<>(handle.outcome()));
        return results(source, starting, new Skips(queue.name()), options);
    }

    <T extends @Nullable Object> WindowedResults<Task<T>, TaskHandle<T>> submitAll(
            Inlet<? extends Task<T>> source, ResultOrder order) {
        var starting = this.<Task<T>, T, TaskHandle<T>>starting(Function.identity(), Step.Element::new);
        return results(
                source, starting, new Skips(queue.name()), MapOptions.defaults().order(order));
    }

    <T extends @Nullable Object, R extends @Nullable Object> Results<R> flatMap(
            Inlet<? extends T> source,
            SerializableFunction<? super T, ? extends Stream<? extends R>> function,
            MapOptions options) {
        String name = Task.defaultName(requireNonNull(function, "function"));
        var skips = new Skips(queue.name());
        var taken = options.errors() == ErrorPolicy.SKIP ? skips : null;
        var ears = ears(options);
        WindowedResults.Starting<T, R> starting = (input, alone) -> {
            var producing = new Producing.OfHeardStream<>(new StreamOf<T, R>(function, input), ears.get());
            var task = ItemsTask.of(producing, function).with(made -> shaped(made.named(name), options));
            // The slots of the others wait for this very reader, so that it must not wait for room.
            var submitter = alone ? Intake.Submitter.READER : Intake.Submitter.READER_OF_STREAMS;
            return new StreamStrand<>(ItemsCalls.submit(queue, task, null, submitter), taken);
        };
        int window = options.window() == 0 ? queue.defaultWindow() : options.window();
        return new FlatResults<>(results(source, starting, skips, options, () -> window), queue.callbacks());
    }

    /// One input of a `flatMap`, ready to travel.
    ///
    /// @param function what the caller maps with
    /// @param input one element of the source
    /// @param <T> the type of the input
    /// @param <R> the type of the results
    private record StreamOf<T extends @Nullable Object, R extends @Nullable Object>(
            SerializableFunction<? super T, ? extends Stream<? extends R>> function, T input)
            implements Items.StreamCall<R> {
        @Override
        public Stream<? extends R> call() {
            return function.apply(input);
        }
    }

    <T extends @Nullable Object> long forEach(
            Inlet<? extends T> source, SerializableConsumer<? super T> action, MapOptions options)
            throws InterruptedException {
        requireNonNull(action, "action");
        long done = 0;
        var calls = Task.defaultName(action);
        SerializableFunction<T, Boolean> function = input -> {
            action.accept(input);
            return true;
        };
        var named = options.order(ResultOrder.COMPLETION)
                .tasks(task -> options.tasks().apply(task.named(calls)));
        try (var results = this.<T, Boolean>map(source, function, named)) {
            while (results.awaitInterruptibly() instanceof Step.Element) {
                done++;
            }
        }
        return done;
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
        var ears = ears(options);
        var mapping = new MapFunction<T, R>(function);
        return input -> {
            var call = new FunctionCall<T, R>(mapping, input);
            var ear = ears.get();
            return shaped(
                    Task.of(ear == null ? call : new HeardCall<>(call, ear)).named(name), options);
        };
    }

    /// Who hears one input after the other: asked by the reader, who draws them.
    @SuppressWarnings("ReferenceEquality") // nobody else is nobody
    private Supplier<@Nullable Ear> ears(MapOptions options) {
        if (options.onMessage() == MapOptions.NOBODY) {
            return () -> null;
        }
        var listener = new MessageListener<Long>(queue.callbacks(), options.onMessage());
        var next = new AtomicLong();
        return () -> new Ear(listener, next.getAndIncrement());
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
            WindowedResults.Starting<T, E> starting(Function<? super T, Task<X>> task, Reading<X, E> reading) {
        return (input, _) -> new TaskStrand<>(queue.submit(task.apply(input), Intake.Submitter.READER), reading);
    }

    private <T extends @Nullable Object, E extends @Nullable Object> WindowedResults<T, E> results(
            Inlet<? extends T> source, WindowedResults.Starting<T, E> starting, Skips skips, MapOptions options) {
        return results(
                source, starting, skips, options, options.window() == 0 ? queue::defaultWindow : options::window);
    }

    private <T extends @Nullable Object, E extends @Nullable Object> WindowedResults<T, E> results(
            Inlet<? extends T> source,
            WindowedResults.Starting<T, E> starting,
            Skips skips,
            MapOptions options,
            IntSupplier window) {
        var results = new WindowedResults<>(
                queue, new WindowedResults.Plan<T, E>(source, starting, skips, window, options.order()));
        synchronized (open) {
            open.add(results);
        }
        return results;
    }

    /// Has those look that wait for their sources.
    void shutdown() {
        List<WindowedResults<?, ?>> told;
        synchronized (open) {
            told = new ArrayList<>(open);
        }
        told.forEach(WindowedResults::signal);
    }
}
