package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.Attempt;
import io.millhand.TaskEvent;
import io.millhand.TaskQueue;
import io.millhand.WorkerChange;
import io.millhand.WorkerProcess;
import io.millhand.testkit.Guarantee;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObservationIT {

    private static final Duration CEILING = Duration.ofSeconds(60);

    private static List<WorkerProcess> processes(TaskQueue queue) {
        return queue.snapshot().workers().getFirst().processes();
    }

    private static Object runsUntil(String file) throws Exception {
        while (!Files.exists(Path.of(file))) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return "done";
    }

    @Test
    @Guarantee("5.13.12")
    void tellsPidStateAgeAndMemoryOfItsChild(@TempDir Path folder) throws Exception {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            assertThat(processes(queue)).as("nothing has needed a child").isEmpty();
            long pid = queue.submit(() -> ProcessHandle.current().pid()).join();
            await().atMost(CEILING).until(() -> processes(queue).getFirst().state() == WorkerProcess.State.IDLE);
            String file = folder.resolve("end").toString();
            var task = queue.submit(() -> runsUntil(file));
            await().atMost(CEILING).until(() -> processes(queue).getFirst().state() == WorkerProcess.State.BUSY);
            var process = processes(queue).getFirst();
            assertThat(process.pid()).isEqualTo(pid);
            assertThat(process.age()).isPositive();
            assertThat(process.residentBytes()).as("a JVM is larger than that").isGreaterThan(1 << 20);
            assertThat(queue.snapshot().running("queue#1"))
                    .singleElement()
                    .satisfies(running -> assertThat(running.taskId()).isEqualTo(task.id()));
            Files.createFile(folder.resolve("end"));
            task.join();
        }
    }

    private static TaskEvent.Worker next(TaskQueue queue, WorkerChange change, Runnable provoke) throws Exception {
        var event = queue.nextEvent(each -> each instanceof TaskEvent.Worker worker && worker.change() == change);
        provoke.run();
        return (TaskEvent.Worker) event.get(CEILING.toSeconds(), TimeUnit.SECONDS);
    }

    private static Object halts() {
        Runtime.getRuntime().halt(7);
        return "never";
    }

    @Test
    @Guarantee({"5.13.12", "5.13.13"})
    void tellsThatAChildIsReadyHasCrashedOrIsRecycled(@TempDir Path folder) throws Exception {
        var file = folder.resolve("test.jfr");
        long crashedPid;
        long recycledPid;
        try (var recording = new Recording()) {
            recording.enable("io.millhand.Worker");
            recording.start();
            try (var queue = TaskQueue.on(ProcessWorkers.of(1).freshPerTask())) {
                var started = next(
                        queue,
                        WorkerChange.STARTED,
                        () -> queue.submit(ObservationIT::halts).outcome());
                assertThat(started.worker()).isEqualTo("queue#1");
                var crashed = next(
                        queue,
                        WorkerChange.CRASHED,
                        () -> queue.submit(ObservationIT::halts).outcome());
                crashedPid = crashed.pid();
                var recycled = next(
                        queue,
                        WorkerChange.RECYCLED,
                        () -> queue.submit(() -> "its only task").outcome());
                recycledPid = recycled.pid();
                assertThat(queue.statistics().tasks().ended(Attempt.Ending.CRASHED))
                        .isEqualTo(2);
            }
            recording.stop();
            recording.dump(file);
        }
        assertThat(RecordingFile.readAllEvents(file))
                .filteredOn(event -> event.getEventType().getName().equals("io.millhand.Worker"))
                .extracting(event -> event.getString("change") + " " + event.getLong("pid"))
                .contains("CRASHED " + crashedPid, "RECYCLED " + recycledPid, "STARTED " + recycledPid)
                .doesNotContain("RECYCLED " + crashedPid);
    }
}
