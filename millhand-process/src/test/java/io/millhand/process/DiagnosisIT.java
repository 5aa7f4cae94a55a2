package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millhand.Outcome;
import io.millhand.SerializableCallable;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiagnosisIT {

    private static final Duration CEILING = Duration.ofSeconds(60);

    @Test
    @Guarantee("6.15.1")
    void tellsTheChildrenThatLiveAndWhatTheyDo() throws Exception {
        try (var queue = TaskQueue.on(small())) {
            var handle = queue.submit(Task.of((SerializableCallable<Integer>) DiagnosisIT::waitForEver)
                    .named("the waiting one"));

            var child = runningChild();

            assertThat(child.worker()).isEqualTo("queue#1");
            assertThat(child.tasks()).containsExactly("the waiting one");
            assertThat(child.residentBytes()).isPositive();
            assertThat(child.threadDump()).contains("DiagnosisIT.waitForEver", "millhand-listener");
            handle.cancel(true);
        }
        assertThat(ChildProcess.living()).isEmpty();
    }

    @Test
    @Guarantee("6.15.1")
    void recordsARunningChild(@TempDir Path folder) throws Exception {
        var file = folder.resolve("child.jfr");
        try (var queue = TaskQueue.on(small())) {
            var handle = queue.submit((SerializableCallable<Integer>) DiagnosisIT::waitForEver);

            runningChild().flightRecording(Duration.ofMillis(300), file);

            assertThat(new String(Files.readAllBytes(file), 0, 3, StandardCharsets.ISO_8859_1))
                    .isEqualTo("FLR");
            handle.cancel(true);
        }
    }

    @Test
    @Guarantee("6.15.1")
    void saysThatAChildIsGone() {
        var gone = new ChildProcess("queue#1", 1L << 30, List.of(), Duration.ZERO, 0, OptionalInt.empty());

        assertThatThrownBy(gone::threadDump)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("queue#1")
                .hasMessageContaining("cannot be asked");
        assertThatThrownBy(() -> gone.flightRecording(Duration.ZERO, Path.of("none")))
                .hasMessage("length must be positive, was PT0S");
    }

    @Test
    @Guarantee("6.15.2")
    void stopsTheClocksWhileADebuggerIsAttached() throws Exception {
        var workers = small().diagnosis(ChildDiagnosis.defaults().debugging(true));
        try (var queue = TaskQueue.on(workers)) {
            assertThat(queue.submit(() -> 1).join()).isEqualTo(1);
            await().atMost(CEILING)
                    .until(() -> ChildProcess.living().getFirst().debugPort().isPresent());
            int port = ChildProcess.living().getFirst().debugPort().getAsInt();

            TaskHandle<Integer> held;
            try (var debugger = new Socket(InetAddress.getLoopbackAddress(), port)) {
                debugger.getOutputStream().write("JDWP-Handshake".getBytes(StandardCharsets.US_ASCII));
                assertThat(debugger.getInputStream().readNBytes(14)).hasSize(14);
                held = queue.submit(Task.of((SerializableCallable<Integer>) DiagnosisIT::waitForEver)
                        .timeout(Duration.ofMillis(100)));

                assertThat(held.outcome(Duration.ofSeconds(1))).isEmpty();
            }

            assertThat(held.outcome()).isInstanceOf(Outcome.TimedOut.class);
        }
    }

    private static ChildProcess runningChild() {
        return await().atMost(CEILING)
                .until(
                        () -> ChildProcess.living().stream()
                                .filter(child -> !child.tasks().isEmpty())
                                .findFirst()
                                .orElse(null),
                        child -> child != null);
    }

    private static int waitForEver() throws InterruptedException {
        new CountDownLatch(1).await();
        return 0;
    }

    private static ProcessWorkers small() {
        return ProcessWorkers.of(1).heap(64 << 20);
    }
}
