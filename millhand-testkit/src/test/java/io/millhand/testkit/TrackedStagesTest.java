package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millhand.TaskTracker;
import io.millhand.spi.AttemptEnding;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a tracker does to the stages that it tracks: nothing.
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TrackedStagesTest {

    private static final Duration NO_TIME = Duration.ZERO;

    private final TaskTracker tracker = TaskTracker.of();

    private CompletableFuture<String> added() {
        var stage = new CompletableFuture<String>();
        tracker.add(stage);
        return stage;
    }

    @Test
    @Guarantee("5.12.3")
    void leavesTheChainOfAStageAlone() throws Exception {
        var no = new IllegalStateException("no");
        var stage = added();
        var seen = new AtomicReference<@Nullable Throwable>();
        var after = stage.whenComplete((_, cause) -> seen.set(cause));
        stage.completeExceptionally(no);
        assertThat(seen).hasValue(no);
        assertThat(after).isCompletedExceptionally();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> stage.get(1, TimeUnit.SECONDS))
                .withCause(no);
        assertThat(stage.getNumberOfDependents()).isZero();
    }

    @Test
    @Guarantee("5.12.3")
    void cancelsNothing() throws Exception {
        var stage = added();
        tracker.awaitAll(NO_TIME);
        tracker.quitWaiting();
        assertThat(stage).isNotDone();
        assertThat(stage.complete("value")).isTrue();
    }

    @Test
    @Guarantee("5.12.3")
    void makesNoStageThatFails() {
        class Watched extends CompletableFuture<String> {
            final List<CompletableFuture<?>> made = new ArrayList<>();

            @Override
            public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
                var next = new CompletableFuture<U>();
                made.add(next);
                return next;
            }
        }
        var stage = new Watched();
        tracker.add(stage);
        stage.completeExceptionally(new IllegalStateException("no"));
        assertThat(stage.made)
                .singleElement()
                .satisfies(made -> assertThat((Object) made.join()).isNull());
    }

    @Test
    @Guarantee("5.12.3")
    void doesNotDecodeAResult() throws Exception {
        var decoded = new AtomicInteger();
        try (var rig = QueueRig.of(1, 1)) {
            var handle = rig.submit("task");
            tracker.add(handle);
            rig.next().ends(new AttemptEnding.Answered(new AttemptEnding.Answer() {
                @Override
                public boolean returned() {
                    return true;
                }

                @Override
                public Object decode() {
                    decoded.incrementAndGet();
                    return "value";
                }
            }));
            rig.time().settle();
            assertThat(tracker.awaitAll(NO_TIME)).isTrue();
            assertThat(decoded).hasValue(0);
            assertThat(handle.join()).isEqualTo("value");
            assertThat(decoded).hasValue(1);
        }
    }

    @Test
    @Guarantee("5.12.4")
    void keepsNeitherStagesNorResults() {
        var unended = new CompletableFuture<Object>();
        tracker.add(unended);
        var references = addAndForget();
        Await.until("stages and results are collected", () -> {
            System.gc();
            return references.stream().allMatch(reference -> reference.refersTo(null));
        });
        // The one that is dropped has not ended, and so counts for ever.
        assertThat(tracker.outstanding()).isEqualTo(2);
        assertThat(unended).isNotDone();
    }

    private List<WeakReference<Object>> addAndForget() {
        var result = new byte[1];
        var cause = new IllegalStateException("no");
        var ended = new CompletableFuture<Object>();
        var failed = new CompletableFuture<Object>();
        var dropped = new CompletableFuture<Object>();
        Stream.of(ended, failed, dropped).forEach(tracker::add);
        ended.complete(result);
        failed.completeExceptionally(cause);
        return Stream.of(ended, failed, dropped, result, cause)
                .<WeakReference<Object>>map(WeakReference::new)
                .toList();
    }

    @Test
    @Guarantee("5.12.4")
    void isNotKeptByStagesThatHaveEnded() {
        var ended = new CompletableFuture<Object>();
        var reference = trackAndForget(ended);
        Await.until("the tracker is collected", () -> {
            System.gc();
            return reference.refersTo(null);
        });
        assertThat(ended).isDone();
    }

    private static WeakReference<TaskTracker> trackAndForget(CompletableFuture<Object> stage) {
        var forgotten = TaskTracker.of();
        forgotten.add(stage);
        stage.complete("value");
        return new WeakReference<>(forgotten);
    }

    /// A stage of another library.
    private static final class Foreign extends CompletableFuture<String> {
        private final AtomicReference<@Nullable Runnable> observer = new AtomicReference<>();
        private final boolean refuses;

        Foreign(boolean refuses) {
            this.refuses = refuses;
        }

        @Override
        public <U extends @Nullable Object> CompletableFuture<U> handle(
                BiFunction<? super String, Throwable, ? extends U> fn) {
            if (refuses) {
                throw new UnsupportedOperationException("no observers here");
            }
            observer.set(() -> {
                var _ = fn.apply("value", new IllegalStateException("no"));
            });
            return new CompletableFuture<>();
        }

        void tell() {
            Runnable told = observer.get();
            if (told == null) {
                throw new AssertionError("nobody observes");
            }
            told.run();
        }
    }

    @Test
    void countsOnceAStageThatTellsItsEndTwice() {
        var stage = new Foreign(false);
        CompletionStage<String> other = added();
        tracker.add(stage);
        stage.tell();
        stage.tell();
        assertThat(tracker.outstanding()).isEqualTo(1);
        assertThat(other.toCompletableFuture()).isNotDone();
    }

    @Test
    void doesNotCountAStageThatRefusesToBeObserved() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> tracker.add(new Foreign(true)))
                .withMessage("no observers here");
        assertThat(tracker.outstanding()).isZero();
    }

    @Test
    @Guarantee("5.12.4")
    void tracksMillionsThroughOneTracker() throws Exception {
        for (int i = 0; i < 3_000_000; i++) {
            var stage = new CompletableFuture<String>();
            tracker.add(stage);
            stage.complete("value");
        }
        assertThat(tracker.outstanding()).isZero();
        assertThat(tracker.awaitAll(NO_TIME)).isTrue();
    }
}
