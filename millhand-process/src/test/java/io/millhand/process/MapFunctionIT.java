package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.MapOptions;
import io.millhand.NotTransferableException;
import io.millhand.RetryPolicy;
import io.millhand.SerializableFunction;
import io.millhand.Source;
import io.millhand.TaskContext;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The function of a map and its inputs go to children each for themselves.
@ExtendWith(LeakCheck.class)
class MapFunctionIT {

    private static final AtomicInteger WRITTEN = new AtomicInteger();

    /// Counts in this JVM how often it is written.
    private static final class Model implements Serializable {
        private static final long serialVersionUID = 1;

        private final int factor;

        Model(int factor) {
            this.factor = factor;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
            WRITTEN.incrementAndGet();
        }
    }

    private record Own(int number) implements Serializable {}

    private static TaskQueue open(int children) {
        return TaskQueue.on(ProcessWorkers.of(children).heap(64 << 20));
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    @Guarantee("6.2.11")
    void isEncodedOnceForAllInputs() {
        var model = new Model(3);
        try (var queue = open(2)) {
            int before = WRITTEN.get();

            var results = queue.map(Source.of(numbers(200)), x -> x * model.factor).stream()
                    .toList();

            assertThat(results).hasSize(200).endsWith(597);
            assertThat(WRITTEN.get() - before).isEqualTo(1);
        }
    }

    @Test
    @Guarantee("6.2.11")
    void isReadAnewForEachInput() {
        var held = new ArrayList<Integer>();
        try (var queue = open(1)) {
            SerializableFunction<Integer, Integer> function = x -> {
                held.add(x);
                return held.size();
            };

            assertThat(Set.copyOf(
                            queue.map(Source.of(numbers(50)), function).stream().toList()))
                    .containsExactly(1);
            assertThat(held).isEmpty();
        }
    }

    @Test
    @Guarantee("6.2.11")
    void takesInputsOfEveryKind() {
        var inputs = new ArrayList<Object>(List.of(1, "two", new Own(3), List.of(4)));
        try (var queue = open(1)) {
            assertThat(queue.map(Source.of(inputs), x -> x).stream().toList()).isEqualTo(inputs);
            assertThat(queue.mapOutcomes(Source.of(List.of(new Own(5))), Own::number, MapOptions.defaults()).stream()
                            .toList())
                    .singleElement()
                    .asString()
                    .contains("5");
        }
    }

    @Test
    @Guarantee({"6.2.4", "6.2.12"})
    void takesLargeInputsAndBringsBackLargeResults() {
        byte[] large = new byte[1_000_000];
        var inputs = List.of(List.of(large, large), List.of(new byte[200_000], large));
        var options = MapOptions.defaults().tasks(task -> task.retry(RetryPolicy.exponential(2)));
        try (var queue = open(1)) {
            var results = queue.map(Source.of(inputs), MapFunctionIT::filledOnce, options).stream()
                    .toList();

            for (int i = 0; i < 2; i++) {
                var input = inputs.get(i);
                var result = results.get(i);
                assertThat(result).hasSize(2);
                assertThat(result.get(0)).hasSameSizeAs(input.get(0)).containsOnly(7);
                assertThat(result.get(1)).hasSameSizeAs(input.get(1)).containsOnly(8);
                assertThat(input.get(1)).containsOnly(0);
            }
        }
    }

    /// Changes its own copy and lets another attempt begin anew.
    @SuppressWarnings("ReferenceEquality") // one array or two
    private static List<byte[]> filledOnce(List<byte[]> arrays) {
        boolean isSame = arrays.get(0).length == arrays.get(1).length;
        if (arrays.get(0)[0] != 0 || isSame != (arrays.get(0) == arrays.get(1))) {
            throw new AssertionError("must be read as it was given");
        }
        Arrays.fill(arrays.get(0), (byte) 7);
        if (TaskContext.current().attempt() == 1) {
            throw new IllegalStateException("on purpose");
        }
        byte[] other = arrays.get(1).clone();
        Arrays.fill(other, (byte) 8);
        return List.of(arrays.get(0), other);
    }

    @Test
    @Guarantee("6.2.11")
    void isSentToAReplacement() {
        var model = new Model(2);
        var retrying = MapOptions.defaults().tasks(task -> task.retry(RetryPolicy.exponential(3)));
        try (var queue = open(1)) {
            assertThat(queue.map(Source.of(numbers(10)), x -> crashOnce(x) * model.factor, retrying).stream()
                            .toList())
                    .isEqualTo(IntStream.range(0, 10).mapToObj(x -> 2 * x).toList());
        }
    }

    private static int crashOnce(int number) {
        if (number == 5 && TaskContext.current().attempt() == 1) {
            Runtime.getRuntime().halt(3);
        }
        return number;
    }

    @Test
    @Guarantee("5.7.2")
    void tellsWhatCannotTravelInFunctionOrInput() {
        var thread = Thread.currentThread();
        try (var queue = open(1)) {
            assertThatThrownBy(() -> queue.map(Source.of(numbers(1)), x -> thread.threadId() + x).stream()
                            .toList())
                    .hasRootCauseInstanceOf(java.io.NotSerializableException.class)
                    .hasStackTraceContaining("captured value 1 (java.lang.Thread)");
            assertThatThrownBy(() -> queue.map(Source.of(List.of(thread)), x -> x.threadId()).stream()
                            .toList())
                    .hasStackTraceContaining(NotTransferableException.class.getName())
                    .hasStackTraceContaining("java.lang.Thread");
        }
    }
}
