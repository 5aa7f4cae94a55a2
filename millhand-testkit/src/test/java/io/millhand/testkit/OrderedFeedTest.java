package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.millhand.ItemReader;
import io.millhand.MapOptions;
import io.millhand.OrderedFeed;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import io.millhand.VirtualThreadWorkers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class OrderedFeedTest {

    private final OrderedFeed<String> feed = OrderedFeed.of(3);

    private ItemReader<String> reader() {
        return ItemReader.of(feed, 1);
    }

    private Aside<String> putting(long position, String input) {
        return Aside.waiting(() -> {
            feed.put(position, input);
            return "put";
        });
    }

    @Test
    @Guarantee("5.20.8")
    void isReadInTheOrderOfThePositions() throws Exception {
        feed.put(2, "c");
        feed.put(0, "a");
        feed.put(1, "b");
        feed.end();
        assertThat(reader()).containsExactly("a", "b", "c");
    }

    @Test
    @Guarantee("5.20.8")
    void aReaderWaitsForThePositionThatIsNext() throws Exception {
        feed.put(1, "b");
        var items = reader().iterator();
        var first = Aside.waiting(items::next);
        feed.put(0, "a");
        assertThat(first.result()).isEqualTo("a");
        assertThat(items.next()).isEqualTo("b");
    }

    @Test
    @Guarantee("5.20.8")
    void refusesAnOfferThatIsTooFarAhead() throws Exception {
        assertThat(feed.offer(2, "c")).isTrue();
        assertThat(feed.offer(3, "d")).isFalse();
        assertThat(feed.offer(3, "d", Duration.ofMillis(1))).isFalse();
        assertThat(feed.offer(0, "a")).isTrue();
        assertThat(feed.offer(3, "d")).isFalse(); // nobody has read
        assertThat(reader().iterator().next()).isEqualTo("a");
        assertThat(feed.offer(3, "d")).isTrue();
        assertThat(feed.offer(4, "e")).isFalse();
    }

    @Test
    @Guarantee("5.20.8")
    void whoIsTooFarAheadWaitsUntilTheReaderHasComeCloser() throws Exception {
        var items = reader().iterator();
        var four = putting(4, "e");
        var three = putting(3, "d");
        feed.put(0, "a");
        assertThat(three.isDone()).isFalse();
        assertThat(items.next()).isEqualTo("a");
        assertThat(three.result()).isEqualTo("put");
        assertThat(four.isDone()).isFalse();
        feed.put(1, "b");
        assertThat(items.next()).isEqualTo("b");
        assertThat(four.result()).isEqualTo("put");
        feed.put(2, "c");
        feed.end();
        assertThat(items).toIterable().containsExactly("c", "d", "e");
    }

    @Test
    @Guarantee("5.20.8")
    void anInterruptedProducerHasNotPut() throws Exception {
        var three = putting(3, "d");
        three.interrupt();
        assertThat(three.failure()).isInstanceOf(InterruptedException.class);
        var items = reader().iterator();
        feed.put(0, "a");
        assertThat(items.next()).isEqualTo("a");
        assertThat(feed.offer(3, "another")).isTrue();
    }

    @Test
    @Guarantee("5.20.9")
    void refusesAPositionThatWasPutBefore() throws Exception {
        feed.put(0, "a");
        feed.put(1, "b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> feed.put(1, "again"))
                .withMessage("position 1 was put before; each can be put once");
        assertThat(reader().iterator().next()).isEqualTo("a");
        assertThatIllegalArgumentException().isThrownBy(() -> feed.offer(0, "again"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> feed.put(-1, "before"))
                .withMessage("position must be at least 0, was -1");
        assertThatNullPointerException().isThrownBy(() -> feed.put(2, none()));
    }

    @SuppressWarnings("NullAway") // that is the point
    private static String none() {
        return null;
    }

    @Test
    @Guarantee("5.20.9")
    void ofTwoThatWaitWithTheSamePositionOneIsRefused() throws Exception {
        var one = putting(3, "d");
        var other = putting(3, "d");
        feed.put(0, "a");
        var items = reader().iterator();
        assertThat(items.next()).isEqualTo("a");
        Await.until("both have ended", () -> one.isDone() && other.isDone());
        int refused = 0;
        for (var each : List.of(one, other)) {
            try {
                assertThat(each.result()).isEqualTo("put");
            } catch (AssertionError e) {
                assertThat(e).hasCauseInstanceOf(IllegalArgumentException.class);
                refused++;
            }
        }
        assertThat(refused).isEqualTo(1);
    }

    @Test
    @Guarantee("5.20.9")
    void aPositionThatIsMissingAtTheEndSurfacesAfterTheInputsBeforeIt() throws Exception {
        feed.put(0, "a");
        feed.put(2, "c");
        feed.end();
        feed.end();
        var items = reader().iterator();
        assertThat(items.next()).isEqualTo("a");
        assertThatIllegalStateException()
                .isThrownBy(items::next)
                .withMessage("position 1 is missing: the feed was ended before it was put, and there are 3 positions");
        assertThat(items.hasNext()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> feed.put(1, "late")).withMessageContaining("was ended");
    }

    @Test
    @Guarantee("5.20.9")
    void whoStillWaitsAtTheEndIsMissed() throws Exception {
        feed.put(0, "a");
        var three = putting(3, "d");
        feed.end();
        assertThat(three.failure()).isInstanceOf(IllegalStateException.class);
        var items = reader().iterator();
        assertThat(items.next()).isEqualTo("a");
        assertThatIllegalStateException().isThrownBy(items::next).withMessageContaining("there are 4 positions");
    }

    @Test
    @Guarantee("5.20.9")
    void endsByItselfAfterTheNumberThatWasTold() throws Exception {
        feed.endAfter(2);
        feed.put(1, "b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> feed.put(2, "c"))
                .withMessage("position must be less than 2, after which the feed ends, was 2");
        assertThatIllegalStateException().isThrownBy(() -> feed.endAfter(3)).withMessageContaining("ends after 2");
        feed.put(0, "a");
        assertThat(reader()).containsExactly("a", "b");
    }

    @Test
    @Guarantee("5.20.9")
    void theNumberCanBeToldWhileTheReaderWaits() throws Exception {
        feed.put(0, "a");
        var items = reader().iterator();
        assertThat(items.next()).isEqualTo("a");
        var waiting = Aside.waiting(items::hasNext);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> feed.endAfter(0))
                .withMessage("count must be at least 1, since position 0 was put, was 0");
        feed.endAfter(1);
        assertThat(waiting.result()).isFalse();
    }

    @Test
    @Guarantee("5.20.9")
    void aTailThatIsMissingSurfacesWhereTheNumberWasTold() throws Exception {
        feed.endAfter(3);
        feed.put(0, "a");
        feed.end();
        var items = reader().iterator();
        assertThat(items.next()).isEqualTo("a");
        assertThatIllegalStateException().isThrownBy(items::next).withMessageContaining("position 1 is missing");
    }

    @Test
    @Guarantee("5.20.9")
    void aFailureWakesProducersAndSurfaces() throws Exception {
        var items = reader().iterator();
        feed.put(0, "a");
        var three = putting(3, "d");
        var cause = new IOException("broken");
        feed.fail(cause);
        assertThat(three.failure()).isInstanceOf(IllegalStateException.class).hasCause(cause);
        assertThat(items.next()).isEqualTo("a");
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(items::next)
                .withCause(cause);
    }

    @Test
    @Guarantee("5.20.9")
    void aReaderThatLeavesWakesProducers() throws Exception {
        var three = putting(3, "d");
        reader().close();
        assertThat(three.failure()).isInstanceOf(IllegalStateException.class).hasMessageContaining("not read any more");
        assertThatIllegalStateException().isThrownBy(() -> feed.offer(0, "a"));
    }

    @Test
    @Guarantee("5.20.8")
    void isASourceOfMap() throws Exception {
        try (var queue = TaskQueue.on(ThreadWorkers.of(2))) {
            feed.put(1, "bb");
            feed.put(0, "a");
            feed.end();
            try (var lengths = queue.map(feed, String::length, MapOptions.defaults())) {
                assertThat(lengths).containsExactly(1, 2);
            }
        }
    }

    @Test
    @Guarantee("5.20.8")
    void tasksThatEndInAnyOrderAreReadInOrderAndHeldBack() {
        int count = 2_000;
        int capacity = 16;
        var rows = OrderedFeed.<Integer>of(capacity);
        rows.endAfter(count);
        var farthest = new AtomicLong();
        var next = new AtomicLong();
        try (var queue = TaskQueue.on(VirtualThreadWorkers.of(100));
                var reader = ItemReader.of(rows, 1)) {
            for (int i = 0; i < count; i++) {
                int position = i;
                queue.execute(() -> {
                    try {
                        rows.put(position, position * 3);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    farthest.accumulateAndGet(position - next.get(), Math::max);
                });
            }
            for (int row : reader) {
                assertThat(row).isEqualTo(3 * (int) next.getAndIncrement());
            }
        }
        assertThat(next).hasValue(count);
        assertThat(farthest.get()).isLessThanOrEqualTo(capacity);
    }

    @Test
    @Guarantee("5.20.8")
    void threadsInAnyOrderLoseNothing() throws Exception {
        for (long seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            int count = 500;
            int threads = 1 + random.nextInt(6);
            var positions = new ArrayList<>(IntStream.range(0, count).boxed().toList());
            Collections.shuffle(positions, random);
            var ordered = OrderedFeed.<Integer>of(1 + random.nextInt(10));
            ordered.endAfter(count);
            for (int t = 0; t < threads; t++) {
                // Each in ascending order, as the documentation asks: else it may wait for itself.
                var own = positions.subList(t * count / threads, (t + 1) * count / threads).stream()
                        .sorted()
                        .toList();
                var _ = Aside.run(() -> {
                    for (int position : own) {
                        ordered.put(position, position);
                    }
                    return true;
                });
            }
            assertThat(ItemReader.of(ordered, 1))
                    .as("seed %s", seed)
                    .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
        }
    }
}
