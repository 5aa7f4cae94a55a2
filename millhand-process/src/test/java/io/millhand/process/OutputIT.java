package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Outcome;
import io.millhand.SerializableCallable;
import io.millhand.SerializableRunnable;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutputIT {

    private static final Logger OUTPUT = Logger.getLogger("io.millhand.output");

    private static final Duration CEILING = Duration.ofSeconds(60);

    private final Recorder recorder = new Recorder();

    @BeforeEach
    void listen() {
        OUTPUT.setUseParentHandlers(false);
        OUTPUT.addHandler(recorder);
    }

    @AfterEach
    void stopListening() {
        OUTPUT.removeHandler(recorder);
        OUTPUT.setUseParentHandlers(true);
    }

    @Test
    @Guarantee("6.14.1")
    void tellsWhatATaskPrintsUnderItsNameAndBeforeItsOutcome() {
        try (var queue = queue(1)) {
            for (int i = 0; i < 200; i++) {
                String line = "line " + i;
                queue.submit(printing("printer", line)).join();

                assertThat(recorder.lines).last().isEqualTo("printer (queue#1): " + line);
            }
        }
        assertThat(recorder.lines).hasSize(200);
    }

    @Test
    @Guarantee("6.14.1")
    void tellsBothStreamsInOneOrder() {
        try (var queue = queue(1)) {
            queue.submit(Task.of((SerializableRunnable) () -> {
                                for (int i = 0; i < 100; i++) {
                                    (i % 2 == 0 ? System.out : System.err).println(i);
                                }
                            })
                            .named("both"))
                    .join();
        }
        assertThat(recorder.lines)
                .containsExactlyElementsOf(IntStream.range(0, 100)
                        .mapToObj(i -> "both (queue#1): " + i)
                        .toList());
    }

    @Test
    @Guarantee("6.14.2")
    void tellsRawWritesBeforeTheOutcome() {
        try (var queue = queue(1)) {
            for (int i = 0; i < 200; i++) {
                String text = "raw " + i;
                boolean isError = i % 2 == 0;
                queue.submit(Task.of((SerializableRunnable) () -> writeRaw(isError, text))
                                .named("native"))
                        .join();

                assertThat(recorder.lines).last().isEqualTo("native (queue#1): " + text);
            }
        }
    }

    @Test
    @Guarantee("6.14.1")
    void tellsWhatAThreadOfATaskPrintsUnderTheTask() {
        try (var queue = queue(2)) {
            List<TaskHandle<?>> handles = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                String name = "task-" + i;
                handles.add(queue.submit(Task.of((SerializableRunnable) () -> {
                            var thread = new Thread(() -> System.out.println("in a thread of " + name));
                            thread.start();
                            joined(thread);
                            System.out.print("own, without an end of line, of " + name);
                        })
                        .named(name)));
            }
            handles.forEach(TaskHandle::join);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(recorder.lines)
                    .contains("task-" + i + " (queue#1): in a thread of task-" + i)
                    .contains("task-" + i + " (queue#1): own, without an end of line, of task-" + i);
        }
    }

    @Test
    @Guarantee("6.14.3")
    void survivesAnyText() {
        byte[] bytes = new byte[4096];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        try (var queue = queue(1)) {
            queue.submit((SerializableRunnable) () -> {
                        System.out.write(bytes, 0, bytes.length);
                        System.out.println();
                        try (var raw = new FileOutputStream(FileDescriptor.out)) {
                            raw.write(bytes); // and closes descriptor 1 for good
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                        System.out.println("Mill\u0000\u0001\u0000 % {0} \u2603");
                    })
                    .join();
            assertThat(queue.submit(() -> 42).join()).isEqualTo(42);
        }
        assertThat(recorder.lines).anySatisfy(line -> assertThat(line).endsWith("Mill\u0000\u0001\u0000 % {0} \u2603"));
    }

    @Test
    @Guarantee("6.14.4")
    void tellsHowMuchIsMissingInTheLogOfAChildThatPrintsFasterThanItIsLogged() {
        recorder.delayed = true;
        int count = 60_000;
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(32 << 20))) {
            queue.submit((SerializableRunnable) () -> {
                        for (int i = 0; i < count; i++) {
                            System.out.println(i + " " + "x".repeat(2000)); // four times the heap
                        }
                    })
                    .join();
        }
        assertThat(recorder.missing.get()).isPositive();
        assertThat(recorder.count.get() + recorder.missing.get()).isEqualTo(count);
    }

    @Test
    @Guarantee("6.14.1")
    void tellsWhatWasPrintedBeforeACrash() {
        try (var queue = queue(1)) {
            var outcome = queue.submit(Task.of((SerializableRunnable) () -> {
                                System.out.println("on its way");
                                writeRaw(true, "natively");
                                System.err.print("no end");
                                Runtime.getRuntime().exit(3);
                            })
                            .named("crasher"))
                    .outcome();

            assertThat(recorder.lines)
                    .contains(
                            "crasher (queue#1): on its way",
                            "crasher (queue#1): natively",
                            "crasher (queue#1): no end");
            assertThat(((Outcome.Crashed<?>) outcome).report().stderrTail()).contains("natively", "no end");
        }
    }

    @Test
    @Guarantee("6.14.5")
    void givesATaskNothingToRead() {
        try (var queue = queue(1)) {
            assertThat(queue.submit(() -> System.in.read()).join()).isEqualTo(-1);
        }
    }

    private static TaskQueue queue(int slots) {
        return TaskQueue.on(ProcessWorkers.of(1).heap(64 << 20).slots(slots));
    }

    private static Task<?> printing(String name, String line) {
        return Task.of((SerializableCallable<Integer>) () -> {
                    System.out.println(line);
                    return 0;
                })
                .named(name);
    }

    @SuppressWarnings("resource") // closing the stream would close the descriptor
    private static void writeRaw(boolean isError, String text) {
        try {
            var stream = new FileOutputStream(isError ? FileDescriptor.err : FileDescriptor.out);
            stream.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void joined(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Guarantee("6.14.1")
    void survivesALogHandlerThatThrowsAnError() {
        var hostile = new Recorder() {
            @Override
            public void publish(LogRecord line) {
                throw new AssertionError("a log handler's fault");
            }
        };
        OUTPUT.addHandler(hostile);
        try (var queue = queue(1)) {
            for (int i = 0; i < 3; i++) {
                assertThat(queue.submit(printing("printer", "line " + i)).outcome(CEILING))
                        .get()
                        .isInstanceOf(Outcome.Succeeded.class);
            }
        } finally {
            OUTPUT.removeHandler(hostile);
        }
    }

    private static class Recorder extends Handler {
        private static final Pattern GAP = Pattern.compile(": (\\d+) messages were lost here$");
        final Queue<String> lines = new ConcurrentLinkedQueue<>();
        volatile boolean delayed;
        final AtomicInteger count = new AtomicInteger();
        final AtomicInteger missing = new AtomicInteger();

        @Override
        public void publish(LogRecord line) {
            var gap = GAP.matcher(new SimpleFormatter().formatMessage(line));
            if (gap.find()) {
                missing.addAndGet(Integer.parseInt(gap.group(1)));
                return;
            }
            count.incrementAndGet();
            if (delayed) {
                LockSupport.parkNanos(1);
            } else {
                lines.add(new SimpleFormatter().formatMessage(line));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
