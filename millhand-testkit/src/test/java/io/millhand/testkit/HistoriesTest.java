package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millhand.RetryPolicy;
import io.millhand.Task;
import io.millhand.TaskEvent;
import io.millhand.TaskHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/// Lets everything happen to a queue in random order.
final class HistoriesTest {

    private static final int HISTORIES = 3_000;
    private static final int STEPS = 80;

    @Test
    @Guarantee({"5.5.4", "5.1.2", "5.17.1"})
    void endsEveryTaskOnceInEveryHistory() {
        long first = Long.getLong(VirtualTime.SEED_PROPERTY, System.nanoTime());
        boolean replay = System.getProperty(VirtualTime.SEED_PROPERTY) != null;
        System.out.println("histories from seed " + first);
        for (long seed = first; seed < first + (replay ? 1 : HISTORIES); seed++) {
            try {
                new History(seed).run();
            } catch (Throwable e) {
                fail("replay with -D" + VirtualTime.SEED_PROPERTY + "=" + seed, e);
            }
        }
    }

    private static final class History {
        private final Random random;
        private final ScriptedWorkers workers;
        private final QueueRig rig;
        private final EventContract.Recorder recorder = new EventContract.Recorder();
        private final List<TaskHandle<String>> handles = new ArrayList<>();

        History(long seed) {
            random = new Random(seed);
            workers = ScriptedWorkers.of(1 + random.nextInt(3), 1 + random.nextInt(2));
            rig = QueueRig.of(workers, VirtualTime.ofSeed(seed));
            workers.onAssign(this::checkThatItIsTheOnlyOneOfItsTask);
        }

        private void checkThatItIsTheOnlyOneOfItsTask(ScriptedAttempt attempt) {
            assertThat(workers.underWay()).noneMatch(other -> other.taskId() == attempt.taskId());
        }

        void run() {
            rig.queue().events().subscribe(recorder);
            rig.time().settle();
            recorder.request(Long.MAX_VALUE);
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            finish();
            check();
        }

        private void step() {
            switch (random.nextInt(40)) {
                case 0, 1, 2, 3, 4, 5, 6, 7 -> submit();
                case 8, 9 -> cancel();
                case 10, 11, 12, 13 -> rig.time().advance(Duration.ofMillis(random.nextInt(1_500)));
                case 14 -> {
                    if (random.nextInt(4) == 0) {
                        rig.queue().shutdown();
                    }
                }
                case 15 -> {
                    if (random.nextInt(8) == 0) {
                        rig.queue().shutdownNow();
                    }
                }
                case 16, 17 -> reportLate();
                default -> report();
            }
        }

        private void submit() {
            var task = Task.<String>of(() -> "never called");
            if (random.nextBoolean()) {
                task = task.timeout(Duration.ofMillis(1 + random.nextInt(2_000)));
            }
            if (random.nextBoolean()) {
                task = task.retry(RetryPolicy.exponential(1 + random.nextInt(4)));
            }
            try {
                handles.add(rig.queue().submit(task));
            } catch (RejectedExecutionException _) {
                assertThat(rig.queue().isShutdown()).isTrue();
            }
        }

        private void cancel() {
            if (!handles.isEmpty()) {
                var handle = handles.get(random.nextInt(handles.size()));
                boolean over = handle.isDone();
                assertThat(handle.cancel(random.nextBoolean())).isEqualTo(!over);
            }
        }

        /// What a worker may report of an attempt that it has.
        private void report() {
            var underWay = workers.underWay();
            if (underWay.isEmpty()) {
                return;
            }
            var attempt = underWay.get(random.nextInt(underWay.size()));
            if (!attempt.isStarted()) {
                switch (random.nextInt(8)) {
                    case 0 -> attempt.givesBack();
                    case 1 -> attempt.startFails("no memory");
                    default -> attempt.started();
                }
            } else if (attempt.isKilled() && random.nextBoolean()) {
                attempt.confirmsKill();
            } else {
                end(attempt);
            }
        }

        private void end(ScriptedAttempt attempt) {
            switch (random.nextInt(3)) {
                case 0 -> attempt.returns("value");
                case 1 -> attempt.throwsException(new IllegalStateException("no"));
                default -> attempt.crashes(1);
            }
        }

        /// What a confused worker might report of an attempt that has ended.
        private void reportLate() {
            var ended =
                    workers.assigned().stream().filter(ScriptedAttempt::ended).toList();
            if (!ended.isEmpty()) {
                end(ended.get(random.nextInt(ended.size())));
            }
        }

        private void finish() {
            rig.queue().shutdown();
            for (int round = 0; !rig.queue().isTerminated(); round++) {
                assertThat(round).as("rounds to the end").isLessThan(1_000);
                workers.underWay().forEach(attempt -> attempt.returns("value"));
                rig.time().advance(Duration.ofMinutes(1));
            }
        }

        private void check() {
            rig.time().settle();
            assertThat(rig.time().waiting()).as("timers left").isZero();
            assertThat(workers.closed()).isTrue();
            for (var handle : handles) {
                assertThat(handle.isDone()).isTrue();
                assertThat(handle.attempts())
                        .hasSizeLessThanOrEqualTo(handle.task().retry().maxAttempts());
                for (int i = 0; i < handle.attempts().size(); i++) {
                    assertThat(handle.attempts().get(i).number()).isEqualTo(i + 1);
                }
                assertThat(recorder.events)
                        .filteredOn(event -> event instanceof TaskEvent.Ended ended && ended.task() == handle.id())
                        .hasSize(1);
            }
            assertThat(recorder.completed.getCount()).isZero();
        }
    }
}
