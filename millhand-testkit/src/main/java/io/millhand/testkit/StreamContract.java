package io.millhand.testkit;

import static io.millhand.testkit.Bodies.mark;
import static io.millhand.testkit.Bodies.waitFor;
import static io.millhand.testkit.Contract.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millhand.MapOptions;
import io.millhand.ResultOrder;
import io.millhand.Source;
import io.millhand.Task;
import io.millhand.TaskHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `map` and `submitAll`.
interface StreamContract extends Contract {

    /// Counts from 0 and remembers how far it got.
    final class Numbers implements Iterator<Integer> {
        private final int end;
        private int drawn;

        Numbers(int end) {
            this.end = end;
        }

        int drawn() {
            return drawn;
        }

        @Override
        public boolean hasNext() {
            return drawn < end;
        }

        @Override
        public Integer next() {
            return drawn++;
        }
    }

    /// Throws after three numbers.
    final class Broken implements Iterator<Integer> {
        private int drawn;

        Broken() {}

        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public Integer next() {
            if (drawn == 3) {
                throw new IllegalStateException("the source is broken");
            }
            return drawn++;
        }
    }

    @Test
    @Guarantee("5.10.1")
    default void mapsInOrder() {
        try (var queue = open(2);
                var results = queue.map(new Numbers(200), number -> number * 2)) {
            int expected = 0;
            for (int result : results) {
                assertThat(result).isEqualTo(2 * expected++);
            }
            assertThat(expected).isEqualTo(200);
        }
    }

    @Test
    @Guarantee("5.10.2")
    @SuppressWarnings("try") // to close it early is what is tested
    default void readsNoMoreThanTheWindowAhead() {
        var source = new Numbers(Integer.MAX_VALUE);
        try (var queue = open(2);
                var results = queue.<Integer, Integer>map(
                        Source.of(source),
                        number -> number,
                        MapOptions.defaults().window(8))) {
            var reader = results.iterator();
            assertThat(source.drawn()).isZero();
            for (int read = 0; read < 50; read++) {
                assertThat(reader.next()).isEqualTo(read);
                assertThat(source.drawn() - read).isBetween(1, 8);
            }
            results.close();
            assertThat(reader.hasNext()).isFalse();
            assertThat(source.drawn()).isLessThanOrEqualTo(58);
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(reader::next);
        }
    }

    @Test
    @Guarantee("5.10.2")
    default void streamsAnEndlessSource() {
        try (var queue = open(2);
                Stream<Integer> results = queue.map(new Numbers(Integer.MAX_VALUE), number -> number + 1).stream()) {
            assertThat(results.limit(5).toList()).containsExactly(1, 2, 3, 4, 5);
        }
    }

    @Test
    @Guarantee("5.10.3")
    default void throwsAFailureAtItsPosition() {
        try (var queue = open(2);
                var results = queue.map(new Numbers(Integer.MAX_VALUE), number -> 10 / (3 - number))) {
            var reader = results.iterator();
            assertThat(List.of(reader.next(), reader.next(), reader.next())).containsExactly(3, 5, 10);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(reader::next)
                    .havingCause()
                    .isInstanceOf(ArithmeticException.class);
            assertThat(reader.hasNext()).isFalse();
        }
    }

    @Test
    @Guarantee("5.10.4")
    default void throwsWhatTheSourceThrowsAtItsPosition() {
        try (var queue = open(2);
                var results = queue.map(new Broken(), number -> number)) {
            var reader = results.iterator();
            assertThat(List.of(reader.next(), reader.next(), reader.next())).containsExactly(0, 1, 2);
            assertThat(reader.hasNext()).isTrue();
            assertThatIllegalStateException().isThrownBy(reader::next).withMessage("the source is broken");
            assertThat(reader.hasNext()).isFalse();
        }
    }

    @Test
    @Guarantee("5.10.1")
    default void mapsNothing() {
        try (var queue = open(2);
                var results = queue.map(new Numbers(0), number -> number)) {
            assertThat(results.iterator().hasNext()).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class)
                    .isThrownBy(results.iterator()::next)
                    .withMessage("all results were read");
        }
    }

    @Test
    @Guarantee("5.10.5")
    default void answersHandlesInTheOrderOfTheirSubmission() {
        try (var queue = open(2);
                var handles = queue.submitAll(tasks(50), ResultOrder.INPUT)) {
            var values = new ArrayList<Integer>();
            for (TaskHandle<Integer> handle : handles) {
                assertThat(handle.isDone()).isTrue();
                values.add(handle.join());
            }
            assertThat(values).isEqualTo(IntStream.range(0, 50).boxed().toList());
        }
    }

    @Test
    @Guarantee("5.10.5")
    default void answersEachHandleOnceAsTasksEnd() {
        try (var queue = open(2);
                var handles = queue.submitAll(tasks(50), ResultOrder.COMPLETION)) {
            var values = new ArrayList<Integer>();
            for (TaskHandle<Integer> handle : handles) {
                assertThat(handle.isDone()).isTrue();
                values.add(handle.join());
            }
            assertThat(values)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 50).boxed().toList());
        }
    }

    @Test
    @Guarantee("5.10.5")
    default void answersTheQuickBeforeTheSlow(@TempDir Path folder) {
        var go = file(folder, "go");
        var tasks = List.of(Task.of(() -> waitFor(go)), Task.of(() -> "quick"));
        try (var queue = open(2);
                var handles = queue.submitAll(tasks.iterator(), ResultOrder.COMPLETION)) {
            var reader = handles.iterator();
            assertThat(reader.next().join()).isEqualTo("quick");
            mark(go);
            assertThat(reader.next().join()).isEqualTo("seen");
            assertThat(reader.hasNext()).isFalse();
        }
    }

    @Test
    @Guarantee("5.10.5")
    default void answersFailuresAsHandles() {
        var tasks = Stream.of(Task.of(BulkContract.FAILS), Task.of(() -> "fine"));
        try (var queue = open(2);
                var handles = queue.submitAll(tasks.iterator(), ResultOrder.INPUT)) {
            var reader = handles.iterator();
            assertThat(reader.next().exceptionNow()).hasMessage("no");
            assertThat(reader.next().join()).isEqualTo("fine");
        }
    }

    private static Iterator<Task<Integer>> tasks(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> Task.of(() -> number))
                .iterator();
    }
}
