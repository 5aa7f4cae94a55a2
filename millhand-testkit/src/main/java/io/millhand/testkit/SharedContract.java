package io.millhand.testkit;

import static io.millhand.testkit.Contract.ended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.millhand.Outcome;
import io.millhand.Shared;
import io.millhand.TaskQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Values that many tasks need.
interface SharedContract extends Contract {

    @Test
    @Guarantee("5.19.1")
    default void sharesAValueWithManyTasks() {
        try (var queue = open(2);
                var words = queue.share(new ArrayList<>(List.of("no", "one", "two")))) {
            var inputs = IntStream.range(0, 100).mapToObj(n -> n % 3);
            assertThat(queue.map(inputs, n -> words.value().get(n)).stream().toList())
                    .hasSize(100)
                    .containsOnly("no", "one", "two");
        }
    }

    @Test
    @Guarantee("5.19.1")
    default void usesOneObjectForAllTasksOfAnAddressSpace() {
        try (var queue = open(1);
                var shared = queue.share(new int[] {1, 2, 3})) {
            var objects = Stream.generate(() -> queue.submit(() -> System.identityHashCode(shared.value())))
                    .limit(10)
                    .map(Contract::ended)
                    .distinct();
            assertThat(objects).hasSize(1).first().isInstanceOf(Outcome.Succeeded.class);
        }
    }

    @Test
    @Guarantee("5.19.4")
    default void refusesAValueThatIsClosed() {
        try (var queue = open(1)) {
            var closed = queue.share("text");
            closed.close();
            closed.close();
            assertThatIllegalStateException().isThrownBy(closed::value).withMessageContaining("closed");
            assertThat(isRefusedOrFails(queue, closed)).isTrue();
        }
    }

    /// Where tasks travel they are refused at the door.
    private static boolean isRefusedOrFails(TaskQueue queue, Shared<String> closed) {
        try {
            return ended(queue.submit(() -> closed.value().length()))
                            instanceof Outcome.Failed<Integer>(IllegalStateException cause)
                    && String.valueOf(cause.getMessage()).contains("closed");
        } catch (RejectedExecutionException e) {
            return String.valueOf(e.getMessage()).contains("closed");
        }
    }

    @Test
    @Guarantee("5.19.1")
    @SuppressWarnings("NullAway") // it is the mistake
    default void sharesNothingAndNothingAfterTheEnd() {
        var queue = open(1);
        assertThatNullPointerException()
                .isThrownBy(() -> queue.share(null))
                .withMessage("value must not be null: share what tasks will read");
        queue.close();
        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> queue.share("text"));
    }
}
