package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.QueueLoad;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LoadTest {

    /// Keeps what it is told, in the one thread of the test.
    private static final class Gauge implements Flow.Subscriber<QueueLoad> {
        final List<QueueLoad> loads = new ArrayList<>();
        boolean completed;
        private Flow.@Nullable Subscription subscription;

        Flow.Subscription subscription() {
            return Objects.requireNonNull(subscription);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
        }

        @Override
        public void onNext(QueueLoad load) {
            loads.add(load);
        }

        @Override
        public void onError(Throwable cause) {
            throw new AssertionError("no error was expected", cause);
        }

        @Override
        public void onComplete() {
            completed = true;
        }
    }

    private static Gauge subscribe(QueueRig rig, long demand) {
        var gauge = new Gauge();
        rig.queue().loads().subscribe(gauge);
        rig.time().settle();
        gauge.subscription().request(demand);
        rig.time().settle();
        return gauge;
    }

    @Test
    @Guarantee("5.13.10")
    void tellsTheLoadAtOnceAndAfterEachChange() {
        try (var rig = QueueRig.of(2, 1)) {
            var gauge = subscribe(rig, Long.MAX_VALUE);
            rig.submit("first");
            rig.time().settle();
            rig.submit("second");
            rig.time().settle();
            rig.submit("third");
            rig.time().settle();
            rig.next().started().returns("done");
            rig.time().settle();
            assertThat(gauge.loads)
                    .containsExactly(
                            new QueueLoad(0, 0, 2, 2),
                            new QueueLoad(0, 1, 2, 2),
                            new QueueLoad(0, 2, 2, 2),
                            new QueueLoad(1, 2, 2, 2),
                            new QueueLoad(0, 2, 2, 2));
            assertThat(rig.queue().load()).isEqualTo(gauge.loads.getLast());
        }
    }

    @Test
    @Guarantee("5.13.10")
    void givesWhoIsSlowTheLatestLoadOnly() {
        try (var rig = QueueRig.of(1, 1)) {
            var slow = subscribe(rig, 1);
            for (int i = 0; i < 5_000; i++) {
                rig.submit("waits");
            }
            rig.time().settle();
            assertThat(slow.loads).containsExactly(new QueueLoad(0, 0, 1, 1));
            slow.subscription().request(1);
            rig.time().settle();
            assertThat(slow.loads).containsExactly(new QueueLoad(0, 0, 1, 1), new QueueLoad(4_999, 1, 1, 1));
        }
    }

    @Test
    @Guarantee("5.13.10")
    void completesWhenTheQueueHasTerminated() {
        Gauge gauge;
        try (var rig = QueueRig.of(1, 1)) {
            gauge = subscribe(rig, Long.MAX_VALUE);
            rig.submit("is cancelled by the shutdown");
            assertThat(gauge.completed).isFalse();
        }
        assertThat(gauge.completed).isTrue();
        assertThat(gauge.loads.getLast().isIdle()).isTrue();
    }

    @Test
    void tellsNothingMoreToWhoHasCancelled() {
        try (var rig = QueueRig.of(1, 1)) {
            var gauge = subscribe(rig, Long.MAX_VALUE);
            gauge.subscription().cancel();
            rig.submit("any");
            rig.time().settle();
            assertThat(gauge.loads).hasSize(1);
        }
    }

    @Test
    @Guarantee("5.13.11")
    void waitsForALoadWithoutPolling() throws Exception {
        var mayEnd = new CountDownLatch(1);
        try (var queue = TaskQueue.on(ThreadWorkers.single())) {
            assertThat(queue.awaitLoad(QueueLoad::isIdle, Duration.ZERO)).isTrue();
            for (int i = 0; i < 10; i++) {
                queue.execute(() -> Contract.await(mayEnd));
            }
            assertThat(queue.awaitLoad(QueueLoad::isIdle, Duration.ZERO)).isFalse();
            assertThat(queue.awaitLoad(load -> load.running() == 1, WorkerContract.PATIENCE))
                    .isTrue();
            mayEnd.countDown();
            assertThat(queue.awaitLoad(QueueLoad::isIdle, WorkerContract.PATIENCE))
                    .isTrue();
        }
    }

    @Test
    @Guarantee("5.13.11")
    void stopsWaitingForALoadThatWillNeverCome() throws Exception {
        var queue = TaskQueue.on(ThreadWorkers.single());
        var waiter = Contract.aside(() -> {
            try {
                assertThat(queue.awaitLoad(load -> load.workers() == 7, WorkerContract.PATIENCE.multipliedBy(10)))
                        .isFalse();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        queue.close();
        waiter.get(WorkerContract.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
