package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.RetryPolicy;
import io.millhand.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FlightRecorderTest {

    private static List<RecordedEvent> record(Path folder, Duration threshold, Runnable what) throws IOException {
        var file = folder.resolve("test.jfr");
        try (var recording = new Recording()) {
            recording.enable("io.millhand.Attempt").withThreshold(threshold);
            recording.start();
            what.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(each -> each.getEventType().getName().startsWith("io.millhand."))
                .toList();
    }

    private static void twoAttempts() {
        try (var rig = QueueRig.of(1, 1)) {
            var _ = rig.queue()
                    .submit(Task.of(() -> "never called").named("page 7").retry(RetryPolicy.exponential(2)));
            var first = rig.next();
            rig.time().advance(Duration.ofMillis(2));
            first.started();
            rig.time().advance(Duration.ofMillis(3));
            first.throwsException(new IllegalStateException("once"));
            assertThat(rig.time().next()).as("a backoff waits").isTrue();
            rig.next().started().returns("done");
        }
    }

    @Test
    @Guarantee("5.13.13")
    void recordsEachAttempt(@TempDir Path folder) throws Exception {
        var events = record(folder, Duration.ZERO, FlightRecorderTest::twoAttempts);
        assertThat(events).hasSize(2);
        var first = events.getFirst();
        assertThat(first.getString("queue")).isEqualTo("queue");
        assertThat(first.getLong("task")).isEqualTo(1);
        assertThat(first.getString("name")).isEqualTo("page 7");
        assertThat(first.getString("worker")).isEqualTo("queue#1");
        assertThat(first.getInt("attempt")).isEqualTo(1);
        assertThat(first.getDuration("waitNanos")).isEqualTo(Duration.ZERO);
        assertThat(first.getDuration("overheadNanos")).isEqualTo(Duration.ofMillis(2));
        assertThat(first.getDuration("runNanos")).isEqualTo(Duration.ofMillis(3));
        assertThat(first.getString("ending")).isEqualTo("FAILED");
        assertThat(events.getLast().getInt("attempt")).isEqualTo(2);
        assertThat(events.getLast().getString("ending")).isEqualTo("SUCCEEDED");
    }

    @Test
    @Guarantee("5.13.13")
    void recordsNoAttemptThatIsShorterThanTheThreshold(@TempDir Path folder) throws Exception {
        assertThat(record(folder, Duration.ofHours(1), FlightRecorderTest::twoAttempts))
                .isEmpty();
    }
}
