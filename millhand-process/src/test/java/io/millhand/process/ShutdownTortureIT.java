package io.millhand.process;

import static io.millhand.process.Processes.CEILING;
import static io.millhand.process.Processes.awaiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.CancelReason;
import io.millhand.Outcome;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Torture cases of the end of a queue, and of what may be left over. The numbers are those of `docs/torture.md`.
@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ShutdownTortureIT {

    private static final int MIB = 1 << 20;

    @Test
    @DisplayName("105: a program ends without a shutdown, with a task under way")
    @Guarantee("6.9.1")
    void letsAProgramEndThatForgotToClose(@TempDir File folder) throws Exception {
        var parent = Ending.start("FORGETS", folder);

        long child = parent.number();

        assertThat(parent.exitCode()).isEqualTo(0);
        assertThat(Orphans.awaitGone(List.of(child), CEILING)).isTrue();
    }

    @Test
    @DisplayName("106: a task is submitted while the JVM shuts down")
    @Guarantee("5.17.1")
    void servesTasksOfAShutdownHook(@TempDir File folder) throws Exception {
        var parent = Ending.start("SUBMITS_LATE", folder);

        long child = parent.number();

        assertThat(parent.number()).isEqualTo(42);
        assertThat(parent.exitCode()).isEqualTo(0);
        assertThat(Orphans.awaitGone(List.of(child), CEILING)).isTrue();
    }

    @Test
    @DisplayName("103, 107: a shutdown right after the submit of tasks that go wrong in every way")
    @Guarantee({"5.17.1", "5.5.4"})
    void drainsWhatGoesWrongInEveryWay() {
        for (int round = 0; round < 5; round++) {
            var queue = TaskQueue.on(ProcessWorkers.of(2).heap(32L * MIB));
            var exits = queue.submit(() -> exit());
            var fails = queue.submit(() -> fail());
            var cannotReturn = queue.submit(() -> new Object());
            var returns = queue.submit(() -> "value");
            queue.shutdown();
            queue.close();

            assertThat(List.of(exits, fails, cannotReturn, returns)).allMatch(TaskHandle::isDone);
            assertThat(exits.outcome()).isInstanceOf(Outcome.Crashed.class);
            assertThat(fails.outcome()).isInstanceOf(Outcome.Failed.class);
            assertThat(cannotReturn.outcome()).isInstanceOf(Outcome.Failed.class);
            assertThat(returns.outcome()).isEqualTo(new Outcome.Succeeded<>("value"));
        }
    }

    @Test
    @DisplayName("104: what waits is cancelled, what runs finishes")
    @Guarantee({"5.6.1", "5.17.1"})
    void cancelsWhatWaitsAndLetsFinishWhatRuns(@TempDir File folder) throws IOException {
        var begun = new File(folder, "begun");
        var go = new File(folder, "go");
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(32L * MIB))) {
            var running = queue.submit(() -> beginAndWaitFor(begun, go));
            var waiting = List.of(queue.submit(() -> "1"), queue.submit(() -> "2"));
            awaiting().until(begun::exists);
            queue.shutdown();
            waiting.forEach(handle -> assertThat(handle.cancel(false)).isTrue());
            assertThat(go.createNewFile()).isTrue();

            assertThat(running.outcome(CEILING)).contains(new Outcome.Succeeded<>("seen"));
            assertThat(waiting)
                    .extracting(TaskHandle::outcome)
                    .containsOnly(new Outcome.Cancelled<>(CancelReason.CALLER));
        }
    }

    @Test
    @DisplayName("108, 114: several threads end the queue at the same time, in different ways, while tasks run")
    @Guarantee({"5.17.4", "5.5.4"})
    void endsOnceForManyThreads() throws Exception {
        for (int round = 0; round < 5; round++) {
            var queue = TaskQueue.on(ProcessWorkers.of(2).heap(32L * MIB));
            var handles = new ArrayList<TaskHandle<String>>();
            for (int i = 0; i < 4; i++) {
                handles.add(queue.submit(Task.of(() -> waitForEver())));
            }
            var go = new CountDownLatch(1);
            var enders = new ArrayList<CompletableFuture<?>>();
            for (Runnable end : List.<Runnable>of(queue::shutdown, queue::shutdownNow, queue::close, queue::close)) {
                enders.add(CompletableFuture.runAsync(
                        () -> {
                            await(go);
                            end.run();
                        },
                        Thread.ofPlatform().daemon()::start));
            }
            go.countDown();
            for (var ender : enders) {
                ender.get(CEILING.toSeconds(), TimeUnit.SECONDS);
            }

            assertThat(queue.awaitTermination(CEILING.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(handles)
                    .extracting(TaskHandle::outcome)
                    .containsOnly(new Outcome.Cancelled<>(CancelReason.SHUTDOWN));
        }
    }

    @Test
    @DisplayName("109: shutdownNow takes the processes that tasks have started with it")
    @Guarantee({"5.17.3", "6.7.2"})
    void killsTheWholeFamilyOnShutdownNow(@TempDir File folder) throws Exception {
        var queue = TaskQueue.on(ProcessWorkers.of(2).heap(32L * MIB));
        var _ = queue.submit(() -> startSleeperAndWait(folder));
        var _ = queue.submit(() -> startSleeperAndWait(folder));
        awaiting().until(() -> sleepers(folder).size() == 2);
        var sleepers = sleepers(folder);

        queue.shutdownNow();

        assertThat(queue.awaitTermination(CEILING.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(Orphans.awaitGone(sleepers, CEILING)).isTrue();
    }

    @Test
    @DisplayName("112: results that nobody has read yet outlive the queue")
    @Guarantee("5.17.1")
    void deliversResultsAfterTheEnd() throws Exception {
        var handles = new ArrayList<TaskHandle<byte[]>>();
        try (var queue = TaskQueue.on(ProcessWorkers.of(2).heap(128L * MIB))) {
            for (int i = 0; i < 8; i++) {
                handles.add(queue.submit(() -> new byte[5 * MIB]));
            }
        }
        for (var handle : handles.subList(0, 4)) {
            assertThat(handle.join()).hasSize(5 * MIB);
        }
        for (var handle : handles.subList(4, 8)) {
            assertThat(handle.get(1, TimeUnit.MINUTES)).hasSize(5 * MIB);
        }
    }

    @Test
    @DisplayName("124: descriptors do not grow with the number of children, and may have large numbers")
    @Guarantee("5.17.9")
    void opensNoMoreDescriptorsThanItCloses() throws IOException {
        var ballast = new ArrayList<FileInputStream>();
        try (var queue = TaskQueue.on(ProcessWorkers.of(2).heap(32L * MIB).freshPerTask())) {
            for (int i = 0; i < 1100; i++) {
                ballast.add(new FileInputStream("/dev/null")); // beyond what select() could watch
            }
            queue.submit(() -> 1).join();
            awaiting().until(() -> Processes.childJvms().isEmpty());
            long before = descriptors();
            for (int i = 0; i < 30; i++) {
                queue.submit(() -> 1).join();
            }
            awaiting().until(() -> Processes.childJvms().isEmpty());

            // Some are closed a moment after their process is gone.
            awaiting().until(() -> descriptors() <= before);
        } finally {
            for (var file : ballast) {
                file.close();
            }
        }
    }

    @Test
    @DisplayName("128: the queue keeps neither arguments nor results")
    @Guarantee("5.17.10")
    void forgetsArgumentsAndResults() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(64L * MIB))) {
            var references = runAndForget(queue);

            awaitCollection(references);
        }
    }

    @Test
    @DisplayName("128: a child that waits keeps neither arguments nor results")
    @Guarantee("5.17.10")
    void forgetsArgumentsAndResultsInTheChild(@TempDir File folder) {
        var collected = new File(folder, "collected");
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(128L * MIB))) {
            long before = queue.submit(() -> usedAfterCollection()).join();
            var argument = new byte[15 * MIB];
            var answer = queue.submit(() -> watch(collected, before, argument));

            assertThat(answer.join()).hasSize(argument.length);
            awaiting().until(collected::exists);
        }
    }

    /// In a method of its own, so that no local variable holds anything.
    private static List<WeakReference<?>> runAndForget(TaskQueue queue) {
        var argument = new Cargo();
        var handle = queue.submit(() -> argument.self());
        var result = handle.join();
        return List.of(new WeakReference<>(argument), new WeakReference<>(result), new WeakReference<>(handle));
    }

    private static void awaitCollection(List<WeakReference<?>> references) {
        awaiting().until(() -> {
            System.gc();
            return references.stream().allMatch(reference -> reference.refersTo(null));
        });
    }

    private static final class Cargo implements Serializable {
        private static final long serialVersionUID = 1;

        Cargo self() {
            return this;
        }
    }

    /// Tells by a file when what this task was given and what it answered is gone.
    private static byte[] watch(File collected, long before, byte[] argument) {
        Thread.ofPlatform().daemon().start(() -> {
            while (usedAfterCollection() > before + argumentSlack()) {
                LockSupport.parkNanos(20_000_000);
            }
            touch(collected);
        });
        return argument;
    }

    private static long argumentSlack() {
        return 8L * MIB;
    }

    private static long usedAfterCollection() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void touch(File file) {
        try {
            Files.createFile(file.toPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long descriptors() {
        return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
    }

    private static List<Long> sleepers(File folder) {
        return List.of(Objects.requireNonNull(folder.list())).stream()
                .map(Long::valueOf)
                .toList();
    }

    private static String startSleeperAndWait(File folder) throws IOException, InterruptedException {
        long pid = new ProcessBuilder("sleep", "600").start().pid();
        touch(new File(folder, Long.toString(pid)));
        return waitForEver();
    }

    private static String waitForEver() throws InterruptedException {
        new CountDownLatch(1).await();
        return "never";
    }

    private static String beginAndWaitFor(File begun, File file) {
        touch(begun);
        while (!file.exists()) {
            LockSupport.parkNanos(1_000_000);
        }
        return "seen";
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String exit() {
        System.exit(1);
        return "never";
    }

    private static String fail() {
        throw new IllegalStateException("on purpose");
    }

    /// A program that ends in some way without closing its queue. Prints the process id of its child.
    static final class Ending {

        private final Process process;
        private final BufferedReader lines;

        private Ending(Process process) {
            this.process = process;
            lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        static Ending start(String how, File folder) throws IOException {
            return new Ending(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx64m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Ending.class.getName(),
                            how,
                            folder.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }

        long number() throws IOException {
            return Long.parseLong(Objects.requireNonNull(lines.readLine(), "a line of the program"));
        }

        int exitCode() throws InterruptedException {
            try {
                assertThat(process.waitFor(CEILING.toSeconds(), TimeUnit.SECONDS))
                        .as("the program ends")
                        .isTrue();
                return process.exitValue();
            } finally {
                process.destroyForcibly();
            }
        }

        public static void main(String[] args) {
            var begun = new File(args[1], "begun");
            var queue = TaskQueue.on(ProcessWorkers.of(1).heap(32L * MIB));
            System.out.println(queue.submit(() -> ProcessHandle.current().pid()).join());
            if (args[0].equals("SUBMITS_LATE")) {
                Runtime.getRuntime()
                        .addShutdownHook(new Thread(() -> System.out.println(
                                queue.submit(() -> 42).outcome(CEILING).isPresent() ? 42 : 0)));
                return;
            }
            queue.execute(() -> beginAndWaitFor(begun, new File("/nonexistent")));
            awaiting().until(begun::exists);
        }
    }
}
