package io.millhand.testkit;

import static io.millhand.testkit.Bodies.block;
import static io.millhand.testkit.Bodies.failIf;
import static io.millhand.testkit.Bodies.mark;
import static io.millhand.testkit.Bodies.marks;
import static io.millhand.testkit.Contract.awaitFile;
import static io.millhand.testkit.Contract.ended;
import static io.millhand.testkit.Contract.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.Broadcast;
import io.millhand.CancelReason;
import io.millhand.Expiry;
import io.millhand.Outcome;
import io.millhand.SerializableCallable;
import io.millhand.TaskQueue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Calls that run once in each address space.
interface BroadcastContract extends Contract {

    @Test
    @Guarantee("5.8.1")
    default void broadcastsOnceToAnAddressSpace(@TempDir Path folder) throws Exception {
        var called = file(folder, "called");
        try (var queue = manned()) {
            assertThat(outcomes(queue.broadcast(() -> mark(called)))).containsExactly(new Outcome.Succeeded<>(1));
            assertThat(ended(queue.submit(() -> marks(called)))).isEqualTo(new Outcome.Succeeded<>(1));
        }
    }

    @Test
    @Guarantee("5.8.3")
    default void broadcastsInOrder(@TempDir Path folder) throws Exception {
        var called = file(folder, "called");
        try (var queue = manned()) {
            var all = IntStream.range(0, 20)
                    .mapToObj(_ -> queue.broadcast(() -> mark(called)))
                    .toList();
            List<Outcome<Integer>> seen = new ArrayList<>();
            for (var each : all) {
                seen.addAll(outcomes(each));
            }
            assertThat(seen)
                    .isEqualTo(IntStream.rangeClosed(1, 20)
                            .mapToObj(Outcome.Succeeded::new)
                            .toList());
        }
    }

    @Test
    @Guarantee("5.8.1")
    default void tellsABroadcastThatThrows() throws Exception {
        try (var queue = manned()) {
            assertThat(outcomes(queue.broadcast(() -> failIf(true))))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessage("as asked"));
        }
    }

    @Test
    @Guarantee("5.8.6")
    default void endsABroadcastAtItsLimit() throws Exception {
        try (var queue = manned()) {
            var hung = Broadcast.of(() -> block()).ephemeral().timeout(Duration.ofMillis(50));
            assertThat(outcomes(queue.broadcast(hung)))
                    .singleElement()
                    .isInstanceOfSatisfying(Outcome.TimedOut.class, timedOut -> {
                        assertThat(timedOut.expiry().clock()).isEqualTo(Expiry.Clock.TIMEOUT);
                        assertThat(timedOut.expiry().elapsed()).isGreaterThanOrEqualTo(Duration.ofMillis(50));
                        assertThat(timedOut.expiry().abandoned()).isFalse();
                    });
            assertThat(ended(queue.submit(() -> failIf(false)))).isEqualTo(new Outcome.Succeeded<>("went well"));
        }
    }

    @Test
    @Guarantee("5.8.8")
    default void refusesABroadcastThatAnswersAStream() throws Exception {
        try (var queue = manned()) {
            SerializableCallable<Stream<Integer>> stream = () -> Stream.of(1, 2);
            SerializableCallable<Iterator<Integer>> iterator =
                    () -> List.of(1, 2).iterator();
            assertRefused(outcomes(queue.broadcast(Broadcast.of(stream).ephemeral())));
            assertRefused(outcomes(queue.broadcast(Broadcast.of(iterator).ephemeral())));
        }
    }

    private static <T> void assertRefused(List<Outcome<T>> outcomes) {
        assertThat(outcomes)
                .singleElement()
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.cause()).hasMessageContaining("collect it into a list"));
    }

    @Test
    @Guarantee("5.8.7")
    default void cancelsABroadcastThatTheShutdownMeets(@TempDir Path folder) throws Exception {
        var begun = file(folder, "begun");
        CompletableFuture<List<Outcome<String>>> running;
        CompletableFuture<List<Outcome<String>>> waiting;
        try (var queue = manned()) {
            running = queue.broadcast(() -> Bodies.beginAndBlock(begun));
            waiting = queue.broadcast(() -> block());
            awaitFile(begun);
        }
        assertThat(outcomes(running)).containsExactly(new Outcome.Cancelled<>(CancelReason.SHUTDOWN));
        assertThat(outcomes(waiting)).containsExactly(new Outcome.Cancelled<>(CancelReason.SHUTDOWN));
    }

    @Test
    @Guarantee("5.8.7")
    default void rejectsABroadcastAfterTheShutdown() {
        var queue = open(1);
        queue.close();
        assertThatThrownBy(() -> queue.broadcast(() -> "never"))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("is shut down");
    }

    /// Whatever its workers are, there is one address space.
    private TaskQueue manned() {
        var queue = open(1);
        assertThat(ended(queue.submit(() -> "value"))).isEqualTo(new Outcome.Succeeded<>("value"));
        return queue;
    }

    private static <T extends @Nullable Object> List<Outcome<T>> outcomes(CompletableFuture<List<Outcome<T>>> all)
            throws Exception {
        return all.get(WorkerContract.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
