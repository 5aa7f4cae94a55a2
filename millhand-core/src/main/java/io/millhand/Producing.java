package io.millhand;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.Iterator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The forms in which a streaming task tells its items. Runs in the worker.
///
/// @param <T> the type of the items
sealed interface Producing<T extends @Nullable Object> extends Serializable {

    /// Emits all items, or as many as somebody reads, and closes what it has opened.
    void produce(ItemsPump<T> pump) throws Exception;

    /// Pushed, not pulled: an iterator of a stream with a `flatMap` would hold each inner stream as a whole.
    ///
    /// @param call the recipe
    /// @param <T> the type of the items
    record OfStream<T extends @Nullable Object>(Items.StreamCall<T> call) implements Producing<T> {
        @Override
        public void produce(ItemsPump<T> pump) throws Exception {
            var opened = pump.guarded(() -> requireNonNull(call.call(), "the stream that a streaming task answers"));
            if (opened != null) {
                try (var stream = opened) {
                    pump.run(() -> stream.sequential().forEachOrdered(pump::emit));
                }
            }
        }
    }

    /// A recipe that answers a stream, of a task that somebody may hear.
    ///
    /// @param <T> the type of the items
    final class OfHeardStream<T extends @Nullable Object> implements Producing<T>, Ear.Heard {

        private static final long serialVersionUID = 1;

        /// The recipe.
        private final OfStream<T> stream;

        private final transient @Nullable Ear ear;

        OfHeardStream(Items.StreamCall<T> call, @Nullable Ear ear) {
            this.stream = new OfStream<>(call);
            this.ear = ear;
        }

        @Override
        public @Nullable Ear ear() {
            return ear;
        }

        @Override
        public void produce(ItemsPump<T> pump) throws Exception {
            stream.produce(pump);
        }
    }

    /// A recipe that answers an iterable.
    ///
    /// @param call the recipe
    /// @param <T> the type of the items
    record OfIterable<T extends @Nullable Object>(Items.IterableCall<T> call) implements Producing<T> {
        @Override
        public void produce(ItemsPump<T> pump) throws Exception {
            var opened = pump.guarded(() -> requireNonNull(call.call(), "the iterable that a streaming task answers"));
            if (opened != null) {
                try (var _ = closing(opened)) {
                    new OfIterator<T>(opened::iterator).produce(pump);
                }
            }
        }
    }

    /// A recipe that answers an iterator.
    ///
    /// @param call the recipe
    /// @param <T> the type of the items
    record OfIterator<T extends @Nullable Object>(Items.IteratorCall<T> call) implements Producing<T> {
        @Override
        public void produce(ItemsPump<T> pump) throws Exception {
            var opened = pump.guarded(() -> requireNonNull(call.call(), "the iterator that a streaming task answers"));
            if (opened != null) {
                try (var _ = closing(opened)) {
                    pump.run(() -> emitAll(opened, pump));
                }
            }
        }

        private static <T extends @Nullable Object> void emitAll(Iterator<? extends T> items, ItemsPump<T> pump) {
            while (!pump.isClosed() && items.hasNext()) {
                pump.emit(items.next());
            }
        }
    }

    /// A recipe that answers a publisher.
    ///
    /// @param call the recipe
    /// @param <T> the type of the items
    record OfPublisher<T>(Items.PublisherCall<T> call) implements Producing<T> {
        @Override
        public void produce(ItemsPump<T> pump) throws Exception {
            var opened = pump.guarded(() -> requireNonNull(call.call(), "the publisher that a streaming task answers"));
            if (opened != null) {
                var inlet = new PublisherInlet<T>(opened);
                try (var _ = (AutoCloseable) inlet::close) {
                    pump.run(() -> pump.drain(inlet, inlet::begin));
                }
            }
        }
    }

    /// A recipe that answers nothing, and emits.
    ///
    /// @param call the recipe
    /// @param <T> the type of the items
    record OfEmitter<T extends @Nullable Object>(Items.EmitterCall<T> call) implements Producing<T> {
        @Override
        public void produce(ItemsPump<T> pump) throws Exception {
            pump.run(() -> call.call(pump));
        }
    }

    /// A recipe that reads an input, and answers a stream.
    ///
    /// @param call the recipe
    /// @param <I> the type of the input
    /// @param <T> the type of the items
    record OfInput<I extends @Nullable Object, T extends @Nullable Object>(
            Input.Call<I, ? extends Stream<? extends T>> call) implements Producing<T> {
        @Override
        public void produce(ItemsPump<T> pump) throws Exception {
            InputCall.read((Input<I> input) -> {
                new OfStream<T>(() -> call.call(input)).produce(pump);
                return pump;
            });
        }
    }

    private static AutoCloseable closing(Object opened) {
        return opened instanceof AutoCloseable resource ? resource : () -> {};
    }
}
