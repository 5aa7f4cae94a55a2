package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.Broadcast;
import io.millhand.Outcome;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Broadcasts in this JVM.
class BroadcastTest {

    @Test
    @Guarantee("5.8.9")
    void runsOnAThreadOfTheQueuesOwnWhileTheOnlySlotIsTaken() throws Exception {
        var release = new CountDownLatch(1);
        try (var queue = TaskQueue.on(ThreadWorkers.single())) {
            var task = queue.submit(() -> release.await(60, TimeUnit.SECONDS));
            var names = queue.broadcast(() -> Thread.currentThread().getName()).get(60, TimeUnit.SECONDS);
            release.countDown();

            assertThat(names).containsExactly(new Outcome.Succeeded<>("millhand-queue-broadcast"));
            assertThat(task.join()).isTrue();
        }
    }

    @Test
    @Guarantee("5.8.9")
    void leavesBehindWhatIgnoresItsInterruptAndRunsTheNext(@TempDir Path folder) throws Exception {
        var spins = folder.resolve("spins").toFile();
        assertThat(spins.createNewFile()).isTrue();
        try (var queue = TaskQueue.on(ThreadWorkers.single())) {
            var stubborn =
                    queue.broadcast(Broadcast.of(() -> Bodies.spinWhile(spins)).timeout(Duration.ofMillis(20)));
            var next = queue.broadcast(() -> "next");

            assertThat(stubborn.get(60, TimeUnit.SECONDS))
                    .singleElement()
                    .isInstanceOfSatisfying(Outcome.TimedOut.class, timedOut -> {
                        assertThat(timedOut.expiry().abandoned()).isTrue();
                        assertThat(timedOut.expiry().stack()).contains("spinWhile");
                    });
            assertThat(next.get(60, TimeUnit.SECONDS)).containsExactly(new Outcome.Succeeded<>("next"));
        } finally {
            delete(spins);
        }
    }

    private static void delete(File file) {
        assertThat(file.delete()).isTrue();
    }

    @Test
    @Guarantee("5.8.3")
    void runsInOrderAndNothingIsLeft() {
        List<Integer> seen = new ArrayList<>();
        try (var rig = QueueRig.of(1, 1)) {
            var first = rig.queue().broadcast(() -> seen.add(1));
            var second = rig.queue().broadcast(() -> seen.add(2));
            assertThat(first).isNotDone();
            rig.time().settle();

            assertThat(seen).containsExactly(1, 2);
            assertThat(first.join()).containsExactly(new Outcome.Succeeded<>(true));
            assertThat(second.join()).containsExactly(new Outcome.Succeeded<>(true));
        }
    }

    @Test
    @Guarantee("5.8.7")
    void cancelOfTheStageUndoesNothing() {
        List<Integer> seen = new ArrayList<>();
        try (var rig = QueueRig.of(1, 1)) {
            assertThat(rig.queue().broadcast(() -> seen.add(1)).cancel(true)).isTrue();
            rig.time().settle();

            assertThat(seen).containsExactly(1);
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> Broadcast.of(() -> "value").timeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeout must be positive, was PT0S");
    }
}
