package io.millhand.process;

import static io.millhand.process.Processes.CEILING;
import static io.millhand.process.Processes.awaiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.CancelReason;
import io.millhand.NotTransferableException;
import io.millhand.Outcome;
import io.millhand.RemoteTaskException;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Torture cases of payloads and of the way they travel. The numbers are those of `docs/torture.md`.
@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PayloadTortureIT {

    private static final int MIB = 1 << 20;

    private static final class Unreadable implements Serializable {
        private static final long serialVersionUID = 1;

        private void readObject(ObjectInputStream in) throws IOException {
            throw new IOException("unreadable on purpose");
        }
    }

    @Test
    @DisplayName("57: a child dies with most of an argument still on its way")
    @Guarantee("6.8.5")
    void sendsAnArgumentAgainToTheNextChildWhereTheFirstDiedBeforeItHadAllOfIt() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(128L * MIB))) {
            long pid = pidOf(queue);
            Processes.stop(pid);
            byte[] argument = filled(20 * MIB);
            var handle = queue.submit(() -> Arrays.hashCode(argument));
            Processes.signal(pid, "KILL");

            assertThat(handle.outcome(CEILING)).contains(new Outcome.Succeeded<>(Arrays.hashCode(argument)));
            assertThat(handle.attempts()).hasSize(1);
        }
    }

    @Test
    @DisplayName("57: a child dies at some moment while it answers with megabytes")
    @Guarantee({"5.5.4", "6.8.2"})
    void deliversAnAnswerWholeOrNotAtAll() {
        byte[] expected = filled(10 * MIB);
        try (var queue = TaskQueue.on(ProcessWorkers.of(2).heap(128L * MIB))) {
            var handles = new ArrayList<TaskHandle<byte[]>>();
            for (int i = 0; i < 20; i++) {
                long delayNanos = i * 1_000_000L;
                handles.add(queue.submit(() -> haltAfter(delayNanos, filled(10 * MIB))));
            }
            for (var handle : handles) {
                switch (handle.outcome(CEILING).orElseThrow()) {
                    case Outcome.Succeeded<byte[]>(var value) ->
                        assertThat(value).isEqualTo(expected);
                    case Outcome.Crashed<byte[]>(var report) ->
                        assertThat(report.exitCode()).hasValue(7);
                    case Outcome.Failed<byte[]> _, Outcome.TimedOut<byte[]> _, Outcome.Cancelled<byte[]> _ ->
                        assertThat(handle.outcome()).isNull();
                }
            }
        }
    }

    @Test
    @DisplayName("59: 100 bad and 100 good tasks in the queue")
    @Guarantee({"5.5.4", "6.8.2"})
    void servesTheGoodTasksAmongTheBad() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(2).heap(64L * MIB))) {
            var bad = new ArrayList<TaskHandle<Integer>>();
            var good = new ArrayList<TaskHandle<Integer>>();
            for (int i = 0; i < 100; i++) {
                int number = i;
                var argument = new Unreadable();
                var cannotTravel = new Object();
                bad.add(queue.submit(() -> argument.hashCode()));
                assertThatThrownBy(() -> queue.submit(() -> cannotTravel.toString()))
                        .isInstanceOf(NotTransferableException.class);
                good.add(queue.submit(() -> number));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(good.get(i).outcome(CEILING)).contains(new Outcome.Succeeded<>(i));
                assertThat(bad.get(i).outcome(CEILING).orElseThrow())
                        .isInstanceOfSatisfying(
                                Outcome.Failed.class,
                                failed -> assertThat(failed.cause()).hasMessage("unreadable on purpose"));
            }
        }
    }

    @Test
    @DisplayName("60: an argument and a result of 100 MB")
    @Guarantee("6.2.4")
    void carriesAHundredMegabytesBothWays() {
        byte[] argument = filled(100 * MIB);
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(512L * MIB))) {
            var handle = queue.submit(() -> argument);

            byte[] result = handle.join();

            assertThat(Arrays.equals(result, argument)).isTrue();
        }
    }

    @Test
    @DisplayName("62: the queue is ended while 100 MB are on their way")
    @Guarantee("5.17.3")
    void endsWhileMuchIsOnItsWay() throws InterruptedException {
        byte[] argument = filled(100 * MIB);
        var queue = TaskQueue.on(ProcessWorkers.of(1).heap(512L * MIB));
        Processes.stop(pidOf(queue));
        var handle = queue.submit(() -> argument.length);

        queue.shutdownNow();

        assertThat(queue.awaitTermination(CEILING.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(handle.outcome()).isEqualTo(new Outcome.Cancelled<>(CancelReason.SHUTDOWN));
    }

    @Test
    @DisplayName("63: a task is cancelled while its argument is being written")
    @Guarantee({"5.6.2", "6.7.1"})
    void cancelsATaskWhoseArgumentIsOnItsWay() {
        byte[] argument = filled(50 * MIB);
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(256L * MIB))) {
            long pid = pidOf(queue);
            Processes.stop(pid);
            var handle = queue.submit(() -> argument.length);

            assertThat(handle.cancel(true)).isTrue();

            assertThat(handle.outcome()).isEqualTo(new Outcome.Cancelled<>(CancelReason.CALLER));
            assertThat(pidOf(queue)).isNotEqualTo(pid);
        }
    }

    @Test
    @DisplayName("66: answers at the ceiling, and one byte below and above it")
    @Guarantee("6.2.3")
    void takesAnAnswerOfExactlyTheCeiling() throws IOException {
        int size = 1000;
        int ceiling = Codec.encode(new byte[size], Long.MAX_VALUE).length;
        var config = ProcessWorkers.of(1).heap(64L * MIB);
        try (var queue = TaskQueue.on(host -> ProcessPool.open(host, config, ceiling))) {
            assertThat(queue.submit(() -> new byte[size - 1]).join()).hasSize(size - 1);
            assertThat(queue.submit(() -> new byte[size]).join()).hasSize(size);
            assertThat(queue.submit(() -> new byte[size + 1]).outcome())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(RemoteTaskException.class)
                                    .hasMessageContaining("more than the " + ceiling + " bytes"));
        }
    }

    @Test
    @DisplayName("66: what says that an answer is too large is never too large itself")
    @Guarantee("6.2.3")
    void tellsAFailureThatIsAboveTheCeilingInText() {
        var config = ProcessWorkers.of(1).heap(64L * MIB);
        try (var queue = TaskQueue.on(host -> ProcessPool.open(host, config, 16))) {
            long pid = lived(queue);
            assertThat(queue.submit(() -> failWith("x".repeat(4 * MIB))).outcome())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(RemoteTaskException.class)
                                    .hasMessageStartingWith("java.lang.IllegalStateException: xxx"));
            assertThat(queue.submit(() -> "longer than sixteen bytes").outcome())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause()).hasMessageContaining("more than the 16 bytes"));
            assertThat(lived(queue)).isEqualTo(pid);
        }
    }

    @Test
    @DisplayName("68: the last words of a child are too many")
    @Guarantee("6.8.1")
    void keepsTheLastOfTheManyLastWords() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(64L * MIB))) {
            var outcome = queue.submit(() -> sayMuchAndHalt()).outcome(CEILING).orElseThrow();

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Crashed.class,
                            crashed -> assertThat(crashed.report().stderrTail())
                                    .hasSizeLessThanOrEqualTo(64 * 1024)
                                    .endsWith("the end"));
        }
    }

    @Test
    @DisplayName("78: a child dies just before it is written to")
    @Guarantee({"5.4.6", "6.8.5"})
    void survivesWritingToAChildThatIsGone() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(64L * MIB))) {
            byte[] argument = filled(MIB);
            for (int i = 0; i < 10; i++) {
                long pid = pidOf(queue);
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                var handle = queue.submit(() -> argument.length);

                assertThat(handle.outcome(CEILING)).contains(new Outcome.Succeeded<>(MIB));
                assertThat(handle.attempts()).hasSize(1);
            }
            awaiting().until(() -> Processes.childJvms().size() == 1);
        }
    }

    private static long pidOf(TaskQueue queue) {
        return queue.submit(() -> ProcessHandle.current().pid()).join();
    }

    /// The process id, from a child that may answer almost nothing.
    private static long lived(TaskQueue queue) {
        assertThat(queue.submit(() -> null).join()).isNull();
        return Processes.childJvms().getFirst().pid();
    }

    private static byte[] filled(int size) {
        var bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31);
        }
        return bytes;
    }

    private static byte[] haltAfter(long delayNanos, byte[] answer) {
        Thread.ofPlatform().daemon().start(() -> {
            LockSupport.parkNanos(delayNanos);
            Runtime.getRuntime().halt(7);
        });
        return answer;
    }

    private static String failWith(String message) {
        var failure = new IllegalStateException(message);
        String name = "n".repeat(10_000);
        failure.setStackTrace(Collections.nCopies(200, new StackTraceElement(name, name, name, 1))
                .toArray(StackTraceElement[]::new));
        throw failure;
    }

    private static String sayMuchAndHalt() {
        for (int i = 0; i < 200; i++) {
            System.err.println("x".repeat(1000));
        }
        System.err.println("the end");
        Runtime.getRuntime().halt(1);
        return "never";
    }
}
