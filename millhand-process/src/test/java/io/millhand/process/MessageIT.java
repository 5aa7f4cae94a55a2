package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millhand.Message;
import io.millhand.Outcome;
import io.millhand.Progress;
import io.millhand.ProgressRules;
import io.millhand.QueueConfig;
import io.millhand.SerializableRunnable;
import io.millhand.Task;
import io.millhand.TaskContext;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class MessageIT {

    private static final Duration CEILING = Duration.ofSeconds(60);

    @Test
    @Guarantee("6.14.6")
    void forwardsLogRecordsWithAllThatTheyHave() {
        try (var queue = queue(1)) {
            var handle = queue.submit(() -> {
                Logger.getLogger("com.acme.Jul").log(Level.WARNING, "with {0}", "a parameter");
                System.getLogger("com.acme.System").log(System.Logger.Level.INFO, "by System.Logger");
                Logger.getLogger("com.acme.Jul").fine("not wanted by default");
                Logger.getLogger("com.acme.Jul").log(Level.SEVERE, "thrown", new IllegalStateException("as asked"));
                return Thread.currentThread().getName();
            });
            String thread = handle.join();
            var messages = Receiver.messagesOf(handle);
            assertThat(messages)
                    .extracting(Message::kind, Message::level, Message::logger, Message::text, Message::thread)
                    .containsExactly(
                            tuple(
                                    Message.Kind.LOG,
                                    System.Logger.Level.WARNING,
                                    "com.acme.Jul",
                                    "with a parameter",
                                    thread),
                            tuple(
                                    Message.Kind.LOG,
                                    System.Logger.Level.INFO,
                                    "com.acme.System",
                                    "by System.Logger",
                                    thread),
                            tuple(Message.Kind.LOG, System.Logger.Level.ERROR, "com.acme.Jul", "thrown", thread));
            assertThat(messages.getLast().throwable())
                    .startsWith("java.lang.IllegalStateException: as asked")
                    .contains("MessageIT");
        }
    }

    @Test
    @Guarantee("6.14.6")
    void opensNoFileThatTheConfigurationOfTheParentNames(@TempDir Path folder) throws IOException {
        var file = folder.resolve("shared.log");
        var configuration = Files.writeString(folder.resolve("logging.properties"), """
                handlers=java.util.logging.FileHandler
                .level=WARNING
                com.acme.level=FINE
                com.acme.handlers=java.util.logging.FileHandler
                java.util.logging.FileHandler.pattern=%s
                """.formatted(file));
        var workers = ProcessWorkers.of(1)
                .heap(64 << 20)
                .jvmOptions(List.of("-Djava.util.logging.config.file=" + configuration));
        try (var queue = TaskQueue.on(workers)) {
            var handle = queue.submit((SerializableRunnable) () -> {
                Logger.getLogger("com.acme.Job").fine("wanted");
                Logger.getLogger("org.other").info("not wanted");
                Logger.getLogger("org.other").warning("wanted, too");
            });
            handle.join();
            assertThat(Receiver.messagesOf(handle)).extracting(Message::text).containsExactly("wanted", "wanted, too");
        }
        assertThat(file).doesNotExist();
    }

    @Test
    @Guarantee("6.14.1")
    void tellsAllKindsInOneOrder() {
        int count = 25;
        try (var queue = queue(1)) {
            var handle = queue.submit((SerializableRunnable) () -> {
                for (int i = 0; i < count; i++) {
                    System.out.println("out " + i);
                    Logger.getLogger("log").info("log " + i);
                    TaskContext.current().message("text " + i);
                    System.err.println("err " + i);
                }
            });
            handle.join();
            assertThat(Receiver.messagesOf(handle))
                    .extracting(Message::text)
                    .containsExactlyElementsOf(IntStream.range(0, count)
                            .boxed()
                            .flatMap(i -> List.of("out " + i, "log " + i, "text " + i, "err " + i).stream())
                            .toList());
        }
    }

    @Test
    @Guarantee("6.14.4")
    void accountsForAFloodOfLinesAndKeepsBothHeapsSmall() {
        int flood = 1_000_000;
        var config = QueueConfig.defaults().logsMessages(false);
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(32 << 20), config)) {
            var slow = new Receiver(1);
            var handle = queue.submit(() -> print(flood, "x".repeat(200))); // six times the child's heap
            handle.messages().subscribe(slow);
            assertThat(handle.outcome(CEILING)).contains(new Outcome.Succeeded<>(flood));
            slow.request(Long.MAX_VALUE);
            slow.await();
            assertThat(slow.messages()).hasSizeLessThanOrEqualTo(10_000 + 3);
            assertThat(slow.accounted()).isEqualTo(flood);
            assertThat(slow.messages().getLast().text()).startsWith(flood - 1 + " ");
        }
    }

    @Test
    @Guarantee("6.14.4")
    void losesNothingWhereItsReaderKeepsUp() {
        int count = 9_000; // fewer than are kept
        try (var queue = queue(1)) {
            var all = new Receiver(Long.MAX_VALUE);
            var handle = queue.submit(() -> print(count, ""));
            handle.messages().subscribe(all);
            assertThat(handle.outcome(CEILING)).contains(new Outcome.Succeeded<>(count));
            all.await();
            assertThat(all.messages())
                    .extracting(Message::text)
                    .containsExactlyElementsOf(
                            IntStream.range(0, count).mapToObj(i -> i + " ").toList());
        }
    }

    @Test
    @Guarantee("6.14.1")
    void tellsWhatWasSaidBeforeACrash() {
        try (var queue = queue(1)) {
            var halted = queue.submit((SerializableRunnable) () -> {
                System.out.println("printed");
                Logger.getLogger("log").warning("logged");
                TaskContext.current().progress(3, 4, "nearly");
                TaskContext.current().message("said");
                Runtime.getRuntime().halt(7);
            });
            assertThat(halted.outcome(CEILING)).get().isInstanceOf(Outcome.Crashed.class);
            assertThat(Receiver.messagesOf(halted))
                    .extracting(Message::kind, Message::text)
                    .containsExactly(
                            tuple(Message.Kind.OUT, "printed"),
                            tuple(Message.Kind.LOG, "logged"),
                            tuple(Message.Kind.TEXT, "said"));
            assertThat(halted.progress()).contains(new Progress(3, 4, "nearly"));
        }
    }

    @Test
    @Guarantee("6.14.3")
    void carriesAnyText() {
        byte[] invalid = {'a', (byte) 0xff, (byte) 0xc0, 'b', '\n'};
        String protocol = "Mill\u0000\u0001\u0000\u0000\u0000\r\u0019";
        try (var queue = queue(1)) {
            queue.pause();
            var handle = queue.submit((SerializableRunnable) () -> {
                System.out.write(invalid, 0, invalid.length);
                System.out.println("x".repeat(1 << 20));
                System.out.println(protocol);
                TaskContext.current().message("y".repeat(1 << 20));
                TaskContext.current().message("first line\nsecond line\r\n\u0000\ud800 \ud83d\ude00");
                Logger.getLogger("any").info("z".repeat(1 << 20));
                System.out.println();
            });
            var all = new Receiver(Long.MAX_VALUE);
            handle.messages().subscribe(all); // afterwards, less is kept than this
            queue.resume();
            assertThat(handle.outcome(CEILING)).get().isInstanceOf(Outcome.Succeeded.class);
            all.await();
            assertThat(all.messages())
                    .extracting(Message::text)
                    .containsExactly(
                            "a\ufffd\ufffdb",
                            "x".repeat(Message.MOST_CHARS) + "... (cut, had 1048576 bytes)",
                            protocol,
                            "y".repeat(Message.MOST_CHARS) + "... (cut, had 1048576 characters)",
                            "first line\nsecond line\r\n\u0000? \ud83d\ude00",
                            "z".repeat(Message.MOST_CHARS) + "... (cut, had 1048576 characters)",
                            "");
            assertThat(queue.submit(() -> 42).join()).isEqualTo(42);
        }
    }

    @Test
    @Guarantee("6.14.2")
    void tellsRawWritesOfATaskThatRunsAlone() {
        try (var queue = queue(1)) {
            var handle = queue.submit((SerializableRunnable) () -> writeRaw("natively\n"));
            handle.join();
            assertThat(Receiver.messagesOf(handle))
                    .extracting(Message::kind, Message::text, Message::attempt)
                    .containsExactly(tuple(Message.Kind.OUT, "natively", 1));
        }
    }

    @Test
    @Guarantee("6.14.6")
    void tellsTheTasksOfAChildWithSeveralSlotsApart() {
        try (var queue = queue(4)) {
            List<TaskHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String name = "task " + i;
                handles.add(queue.submit(() -> {
                    Logger.getLogger(name).info(name);
                    var thread = new Thread(() -> Logger.getLogger(name).info(name + " in a thread"));
                    thread.start();
                    thread.join();
                    System.out.println(name);
                    TaskContext.current().progress(thread.getName().length(), 100, name);
                    return thread.getName().length();
                }));
            }
            for (int i = 0; i < 20; i++) {
                var handle = handles.get(i);
                String name = "task " + i;
                long done = handle.join();
                assertThat(Receiver.messagesOf(handle))
                        .extracting(Message::text)
                        .containsExactly(name, name + " in a thread", name);
                assertThat(handle.progress()).contains(new Progress(done, 100, name));
            }
        }
    }

    @Test
    @Guarantee("5.14.8")
    void readsProgressFromPrintedLinesAndLogRecordsInAFlood() {
        var rules = ProgressRules.counting("^done (?<value>\\d+)")
                .total("(\\d+) lines")
                .alias("now at (\\w+)");
        int flood = 50_000;
        try (var queue = TaskQueue.on(
                ProcessWorkers.of(1).heap(64 << 20), QueueConfig.defaults().logsMessages(false))) {
            var handle = queue.submit(Task.of((SerializableRunnable) () -> {
                        Logger.getLogger("log").info(flood + " lines");
                        for (int i = 1; i <= flood; i++) {
                            System.out.println("done " + i);
                        }
                        System.err.println("now at Z");
                    })
                    .progress(rules));
            handle.join();
            assertThat(handle.progress()).contains(new Progress(flood, flood, "Z"));
        }
    }

    @Test
    @Guarantee("5.14.7")
    void tellsProgressWhileTheTaskGoesOnInAChildWithSeveralSlots(@TempDir Path folder) throws IOException {
        var go = folder.resolve("go");
        String goFile = go.toString();
        try (var queue = queue(2)) {
            var handle = queue.submit(() -> {
                TaskContext.current().progress(1, 3);
                TaskContext.current().progress(2, 3);
                while (!new File(goFile).exists()) {
                    Thread.onSpinWait();
                }
                return "seen";
            });
            Awaitility.await()
                    .atMost(CEILING)
                    .until(() -> handle.progress().equals(Optional.of(new Progress(2, 3, ""))));
            Files.createFile(go);
            handle.join();
        }
    }

    @Test
    @Guarantee("6.14.4")
    void aFloodDoesNotHoldUpOtherTasksOfTheChild() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(64 << 20).slots(2))) {
            var blocked = new CompletableFuture<Void>();
            queue.onMessage((_, _) -> blocked.join());
            var flood = queue.submit(() -> {
                while (!TaskContext.current().cancelled()) {
                    System.out.println("flood");
                }
                return 0;
            });
            for (int i = 0; i < 20; i++) {
                assertThat(queue.submit(() -> "quiet").outcome(CEILING)).contains(new Outcome.Succeeded<>("quiet"));
            }
            flood.cancel(false);
            blocked.complete(null);
        }
    }

    private static int print(int count, String rest) {
        for (int i = 0; i < count; i++) {
            System.out.println(i + " " + rest);
        }
        return count;
    }

    @SuppressWarnings("resource") // closing the stream would close the descriptor
    private static void writeRaw(String text) {
        try {
            new FileOutputStream(FileDescriptor.out).write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TaskQueue queue(int slots) {
        return TaskQueue.on(ProcessWorkers.of(1).heap(64 << 20).slots(slots));
    }
}
