package io.millhand;

import static java.util.Objects.requireNonNull;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What to stream, and how: immutable, usable any number of times.
///
/// ```java
/// ItemsTask.of(() -> LogReader.records(path)).with(task -> task.named("walk").timeout(Duration.ofHours(1)))
/// ```
///
/// @param <T> the type of the items
public final class ItemsTask<T extends @Nullable Object> {

    private final Producing<T> producing;

    /// Stands for the task in [#with], and is never run.
    private final Task<Long> options;

    private ItemsTask(Producing<T> producing, Task<Long> options) {
        this.producing = producing;
        this.options = options;
    }

    /// @param call what the user gave, which names the task
    static <T extends @Nullable Object> ItemsTask<T> of(Producing<T> producing, Object call) {
        SerializableCallable<Long> placeholder = ItemsTask::refuse;
        return new ItemsTask<>(producing, Task.of(placeholder).named(Task.defaultName(call)));
    }

    private static Long refuse() {
        throw new IllegalStateException("a streaming task must be given to TaskQueue.items, was submitted as a task");
    }

    /// The items of a stream.
    ///
    /// @param call answers the stream, in the worker
    /// @param <T> the type of the items
    /// @return the task
    public static <T extends @Nullable Object> ItemsTask<T> of(Items.StreamCall<T> call) {
        return of(new Producing.OfStream<>(requireNonNull(call, "call")), call);
    }

    /// The items of an iterable.
    ///
    /// @param call answers the iterable, in the worker
    /// @param <T> the type of the items
    /// @return the task
    public static <T extends @Nullable Object> ItemsTask<T> of(Items.IterableCall<T> call) {
        return of(new Producing.OfIterable<>(requireNonNull(call, "call")), call);
    }

    /// The items of an iterator.
    ///
    /// @param call answers the iterator, in the worker
    /// @param <T> the type of the items
    /// @return the task
    public static <T extends @Nullable Object> ItemsTask<T> of(Items.IteratorCall<T> call) {
        return of(new Producing.OfIterator<>(requireNonNull(call, "call")), call);
    }

    /// The items of a publisher.
    ///
    /// @param call answers the publisher, in the worker
    /// @param <T> the type of the items
    /// @return the task
    public static <T> ItemsTask<T> of(Items.PublisherCall<T> call) {
        return of(new Producing.OfPublisher<>(requireNonNull(call, "call")), call);
    }

    /// The items that a call emits.
    ///
    /// @param call emits, in the worker
    /// @param <T> the type of the items
    /// @return the task
    public static <T extends @Nullable Object> ItemsTask<T> of(Items.EmitterCall<T> call) {
        return of(new Producing.OfEmitter<>(requireNonNull(call, "call")), call);
    }

    /// This task under another name, with limits, in a series or whatever else a [Task] may have, but no
    /// retries: what was emitted would come twice.
    ///
    /// @param change answers a changed copy of what it is given
    /// @return the changed copy
    /// @throws IllegalArgumentException for more than one attempt, and for another task than the one given
    public ItemsTask<T> with(UnaryOperator<Task<Long>> change) {
        var changed = InputCalls.changed(options, change, "ItemsTask.with");
        return new ItemsTask<>(producing, changed);
    }

    /// The items that a call makes of an input.
    static <I extends @Nullable Object, T extends @Nullable Object> ItemsTask<T> reading(
            Input.Call<I, ? extends Stream<? extends T>> call) {
        return of(new Producing.OfInput<I, T>(requireNonNull(call, "call")), call);
    }

    /// What is submitted.
    ///
    /// @param supply who has its input, if it reads one
    Task<Long> to(ItemsInbox<T> inbox, @Nullable InputSupply<?> supply) {
        return new Task<>(
                new ItemsCall<>(producing, inbox, supply),
                options.name(),
                options.clocks(),
                options.retry(),
                options.placement(),
                options.headers(),
                options.reporting());
    }

    @Override
    public String toString() {
        return "streaming task " + options.name();
    }
}
