package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class OrdersTest {

    private final List<Frame> sent = new ArrayList<>();
    private final Orders orders = new Orders(sent::add);

    private static Frame assign(long task) {
        return assign(task, 0);
    }

    private static Frame assign(long task, int known) {
        return new Frame(FrameKind.ASSIGN, task, 1, Wire.encodeInt(known));
    }

    private List<Long> givenBack() {
        assertThat(sent).allMatch(frame -> frame.kind() == FrameKind.GIVEN_BACK && frame.attempt() == 1);
        return sent.stream().map(Frame::task).toList();
    }

    private void add(int count) throws ProtocolException {
        for (int task = 1; task <= count; task++) {
            orders.add(assign(task));
        }
    }

    private Frame poll() {
        var order = orders.poll();
        assertThat(order).isNotNull();
        return order;
    }

    @Test
    void givesWhatWaitsInOrder() throws Exception {
        add(2);
        assertThat(poll().task()).isEqualTo(1);
        assertThat(poll().task()).isEqualTo(2);
        assertThat(orders.poll()).isNull();
    }

    @Test
    void givesBackTheOneThatIsAskedForAndNoOther() throws Exception {
        add(3);
        orders.takeBack(Frame.of(FrameKind.TAKE_BACK, 2, 1));
        orders.takeBack(Frame.of(FrameKind.TAKE_BACK, 3, 2));
        assertThat(givenBack()).containsExactly(2L);
        assertThat(poll().task()).isEqualTo(1);
        assertThat(poll().task()).isEqualTo(3);
    }

    /// It may be of the series of the one that went back, and was sent after it.
    @Test
    void refusesWhatWasSentBeforeTheParentKnewWhatHadComeBack() throws Exception {
        add(2);
        orders.takeBack(Frame.of(FrameKind.TAKE_BACK, 2, 1));
        orders.add(assign(3, 0));
        orders.add(assign(4, 1));
        orders.add(assign(5, 2)); // known of 2 and 3, not of 4

        assertThat(givenBack()).containsExactly(2L, 3L, 4L, 5L);
        assertThat(poll().task()).isEqualTo(1);
        assertThat(orders.poll()).isNull();
        orders.add(assign(6, 4));
        assertThat(poll().task()).isEqualTo(6);
    }

    @Test
    void keepsOneThatHasBegun() throws Exception {
        add(1);
        var _ = poll();
        orders.takeBack(Frame.of(FrameKind.TAKE_BACK, 1, 1));
        assertThat(sent).isEmpty();
    }

    @Test
    void keepsWhatWaitsWhileNothingRuns() throws Exception {
        add(2);
        assertThat(orders.giveBackIfStuck()).isTrue();
        assertThat(sent).isEmpty();
    }

    @Test
    void givesBackWhatWaitsTooLongBehindAnAttempt() throws Exception {
        add(3);
        orders.add(Frame.of(FrameKind.STOP));
        var _ = poll();
        orders.begin();
        Processes.awaiting().until(() -> orders.giveBackIfStuck() && !sent.isEmpty());
        assertThat(givenBack()).containsExactly(3L, 2L); // the last one first
        assertThat(poll().kind()).isEqualTo(FrameKind.STOP);
        assertThat(orders.giveBackIfStuck()).isFalse();
    }

    @Test
    void beginsNothingMoreOnceItIsGivenUp() throws Exception {
        add(2);
        orders.giveUp();
        orders.add(assign(3));
        orders.add(Frame.of(FrameKind.STOP));
        assertThat(givenBack()).containsExactly(2L, 1L, 3L); // the third came later
        assertThat(poll().kind()).isEqualTo(FrameKind.STOP);
    }

    /// Two threads want each of them.
    @Test
    void givesEachAttemptToOneSideOnly() throws Exception {
        for (int round = 0; round < 200; round++) {
            sent.clear();
            add(50);
            var ready = new CountDownLatch(1);
            var taker = Thread.ofPlatform().start(() -> {
                ready.countDown();
                orders.takeBack(Frame.of(FrameKind.TAKE_BACK, 25, 1));
                for (int task = 50; task > 0; task--) {
                    orders.takeBack(Frame.of(FrameKind.TAKE_BACK, task, 1));
                }
            });
            assertThat(ready.await(1, TimeUnit.MINUTES)).isTrue();
            var begun = new ArrayList<Long>();
            for (var order = orders.poll(); order != null; order = orders.poll()) {
                begun.add(order.task());
            }
            taker.join();
            begun.addAll(givenBack());
            assertThat(begun).hasSize(50).doesNotHaveDuplicates();
        }
    }

    @Test
    void knowsThatAnAttemptHasJustBegun() {
        assertThat(orders.hasJustBegun()).isFalse();
        long began = orders.begin();
        assertThat(orders.hasJustBegun() || System.nanoTime() - began > 1_000_000)
                .isTrue();
        await().until(() -> !orders.hasJustBegun());
        orders.begin();
        orders.end();
        assertThat(orders.hasJustBegun()).isFalse();
    }
}
