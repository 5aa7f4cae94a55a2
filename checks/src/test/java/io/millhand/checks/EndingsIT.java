package io.millhand.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.AttachedWorkers;
import io.millhand.CancelReason;
import io.millhand.Outcome;
import io.millhand.RetryPolicy;
import io.millhand.SerializableCallable;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import io.millhand.Unfinished;
import io.millhand.VirtualThreadWorkers;
import io.millhand.Workers;
import io.millhand.cli.Millhand;
import io.millhand.process.ProcessWorkers;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Brings about every ending on every kind of worker that has it, and holds the table of `docs/semantics.md` to what is
/// seen, cell by cell. `-Dendings.write=true` writes the table anew.
@ExtendWith(LeakCheck.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EndingsIT {

    private static final Path DOCUMENT = Path.of("docs", "semantics.md");
    private static final String BEGIN = """
            | ending | seen on | outcome | `get()` | `join()` | `state()` | a stage sees | command's exit code |
            |---|---|---|---|---|---|---|---|
            """;

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /// No input of the command ends so.
    private static final int NONE = -1;

    private static final Duration SHORT = Duration.ofMillis(50);

    /// Where tasks run.
    private record Kind(String label, Workers workers) {

        static final Kind CHILDREN = new Kind("children", children());
        static final Kind BROKEN = new Kind("children", children().jvmOptions(List.of("-XX:NoSuchOption")));
        static final List<Kind> ALL = List.of(
                new Kind("threads", ThreadWorkers.of(1)), new Kind("virtual", VirtualThreadWorkers.of(1)), CHILDREN);

        private static ProcessWorkers children() {
            return ProcessWorkers.of(1).heap(64 << 20);
        }
    }

    @FunctionalInterface
    private interface Story {
        /// @return a task that has ended, or will soon
        TaskHandle<?> tell(TaskQueue queue, File begun) throws Exception;
    }

    private final Map<String, List<String>> kinds = new LinkedHashMap<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private int stories;

    @SuppressWarnings("NullAway.Init")
    EndingsIT() {}

    @Test
    @Guarantee("5.5.3")
    void theTableOfEndingsIsSo() throws Exception {
        ownEndings();
        limits();
        deaths();
        cancels();
        ends();
        doors();

        var table = new StringBuilder(BEGIN);
        kinds.forEach((row, labels) -> table.append(row.formatted(seenOn(labels))));
        var page = Repository.around().read(DOCUMENT).orElseThrow();
        int from = page.indexOf(BEGIN);
        int to = page.indexOf("\n\n", from) + 1;
        if (Boolean.getBoolean("endings.write")) {
            Files.writeString(
                    Repository.around().root().resolve(DOCUMENT), page.substring(0, from) + table + page.substring(to));
        } else {
            assertThat(page.substring(from, to)).isEqualTo(table.toString());
        }
    }

    private static String seenOn(List<String> labels) {
        return labels.size() == Kind.ALL.size() ? "all" : String.join(", ", labels);
    }

    private void ownEndings() throws Exception {
        int ok = exitCode("answer");
        int failed = exitCode("fail");
        on(Kind.ALL, "returned", ok, (queue, _) -> queue.submit(() -> "value"));
        on(Kind.ALL, "threw", failed, (queue, _) -> queue.submit((SerializableCallable<?>) EndingsIT::fail));
        on(
                List.of(Kind.CHILDREN),
                "its result cannot travel back",
                failed,
                (queue, _) -> queue.submit(() -> Thread.currentThread()));
        on(Kind.ALL, "stack exhausted", failed, (queue, _) -> queue.submit(() -> EndingsIT.deepen(0)));
        on(Kind.ALL, "heap exhausted", failed, (queue, _) -> queue.submit(() -> new long[Integer.MAX_VALUE].length));
    }

    private void limits() throws Exception {
        int limited = exitCode("spin", "--timeout", "1s");
        on(
                Kind.ALL,
                "timeout",
                limited,
                (queue, _) -> queue.submit(Task.of(() -> pause(null)).timeout(SHORT)));
        on(
                Kind.ALL,
                "deadline",
                limited,
                (queue, _) -> queue.submit(Task.of(() -> pause(null)).deadline(SHORT)));
        on(
                Kind.ALL,
                "no progress",
                limited,
                (queue, _) -> queue.submit(Task.of(() -> pause(null)).noProgress(SHORT)));
    }

    private void deaths() throws Exception {
        int died = exitCode("halt");
        on(List.of(Kind.CHILDREN), "the worker died", died, (queue, _) -> queue.submit(() -> halt()));
        on(
                List.of(Kind.CHILDREN),
                "crashed too many workers",
                died,
                (queue, _) -> queue.submit(
                        Task.of(() -> halt()).retry(RetryPolicy.exponential(9).withDelays(Duration.ZERO, SHORT))));
        on(List.of(Kind.BROKEN), "no worker can be started", NONE, (queue, _) -> queue.submit(() -> "never"));
    }

    private void cancels() throws Exception {
        on(Kind.ALL, "cancelled by the caller, queued", NONE, (queue, begun) -> {
            var _ = begin(queue, begun);
            var queued = queue.submit(() -> "never");
            assertThat(queued.cancel(true)).isTrue();
            return queued;
        });
        on(Kind.ALL, "cancelled by the caller, running", NONE, (queue, begun) -> {
            var running = begin(queue, begun);
            assertThat(running.cancel(true)).isTrue();
            return running;
        });
        on(Kind.ALL, "cancelled with its series", NONE, (queue, begun) -> {
            var _ = begin(queue, begun);
            var queued = queue.submit(Task.of(() -> "never").series("mail"));
            assertThat(queue.series("mail").cancel(true)).isEqualTo(1);
            return queued;
        });
        on(Kind.ALL, "its workers are detached, with `RETURN`", NONE, (queue, begun) -> {
            var running = begin(queue, begun);
            for (AttachedWorkers workers : queue.workers()) {
                var _ = workers.detach(Duration.ZERO, Unfinished.RETURN);
            }
            return running;
        });
    }

    private void ends() throws Exception {
        on(Kind.ALL, "`shutdownNow`, running", NONE, (queue, begun) -> {
            var running = begin(queue, begun);
            var _ = queue.shutdownNow();
            return running;
        });
        on(Kind.ALL, "`shutdownNow`, never run", NONE, (queue, begun) -> {
            var _ = begin(queue, begun);
            var queued = queue.submit(() -> "never");
            var _ = queue.shutdownNow();
            return queued;
        });
        on(Kind.ALL, "`close(Duration)` is over", NONE, (queue, begun) -> {
            var running = begin(queue, begun);
            var _ = queue.close(Duration.ZERO);
            return running;
        });
        on(Kind.ALL, "a shutdown finds no worker for it", NONE, (queue, _) -> {
            var unserved = queue.submit(Task.of(() -> "never").requires("gpu"));
            queue.shutdown();
            return unserved;
        });
    }

    private void doors() throws Exception {
        refused(Kind.ALL, "submitted after the shutdown", queue -> {
            queue.shutdown();
            return queue.submit(() -> "never");
        });
        refused(List.of(Kind.CHILDREN), "cannot travel to the workers", queue -> {
            var lock = new Object();
            return queue.submit(() -> lock.hashCode());
        });
    }

    @FunctionalInterface
    private interface Door {
        TaskHandle<?> knock(TaskQueue queue);
    }

    private void refused(List<Kind> on, String ending, Door door) {
        for (var kind : on) {
            try (var queue = TaskQueue.on(kind.workers)) {
                var _ = door.knock(queue);
                throw new AssertionError(ending + " was let in");
            } catch (RejectedExecutionException e) {
                String row = "| " + ending + " | %s | none: `submit` throws `"
                        + e.getClass().getSimpleName() + "` | | | | | |\n";
                kinds.computeIfAbsent(row, _ -> new ArrayList<>()).add(kind.label);
            }
        }
    }

    /// @param exitCode of the command where an input ends so
    private void on(List<Kind> on, String ending, int exitCode, Story story) throws Exception {
        for (var kind : on) {
            try (var queue = TaskQueue.on(kind.workers)) {
                var begun = folder.resolve("begun" + ++stories).toFile();
                var handle = story.tell(queue, begun);
                assertThat(handle.outcome(PATIENCE)).as(ending + " on " + kind).isPresent();
                String code = exitCode == NONE ? "" : String.valueOf(exitCode);
                String row = "| " + ending + " | %s | " + cells(handle) + " | " + code + " |\n";
                kinds.computeIfAbsent(row, _ -> new ArrayList<>()).add(kind.label);
                var _ = queue.shutdownNow(); // with what only took the slot
            }
        }
    }

    private static String cells(TaskHandle<?> handle) throws Exception {
        return String.join(
                " | ",
                outcome(handle.outcome()),
                told(handle::get),
                told(handle::join),
                "`" + handle.state() + "`",
                stage(handle));
    }

    private static String stage(TaskHandle<?> handle) throws Exception {
        var failure = handle.handle((value, thrown) -> thrown)
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return failure == null ? "the value" : "`" + nameOf(failure) + "`";
    }

    private static String outcome(Outcome<?> outcome) {
        return switch (outcome) {
            case Outcome.Succeeded<?> _ -> "`Succeeded`";
            case Outcome.Failed<?>(var cause) -> "`Failed(" + cause.getClass().getSimpleName() + ")`";
            case Outcome.TimedOut<?>(var expiry) -> "`TimedOut(" + expiry.clock() + ")`";
            case Outcome.Crashed<?>(var report) -> report.quarantined() ? "`Crashed`, quarantined" : "`Crashed`";
            case Outcome.Cancelled<?>(CancelReason reason) -> "`Cancelled(" + reason + ")`";
        };
    }

    private static String told(Callable<?> reading) {
        try {
            var _ = reading.call();
            return "the value";
        } catch (ExecutionException | CompletionException e) {
            return "`" + e.getClass().getSimpleName() + "` of `" + nameOf(e.getCause()) + "`";
        } catch (Exception e) {
            return "`" + nameOf(e) + "`";
        }
    }

    private static String nameOf(@Nullable Throwable cause) {
        return cause == null ? "nothing" : cause.getClass().getSimpleName();
    }

    /// A task that has begun and goes on until it is stopped.
    private static TaskHandle<?> begin(TaskQueue queue, File begun) {
        var handle = queue.submit(() -> pause(begun));
        while (!begun.exists()) {
            LockSupport.parkNanos(1_000_000);
        }
        return handle;
    }

    private static String pause(@Nullable File begun) throws IOException, InterruptedException {
        if (begun != null) {
            Files.createFile(begun.toPath());
        }
        while (!Thread.interrupted()) {
            LockSupport.parkNanos(1_000_000);
        }
        throw new InterruptedException("stopped");
    }

    private static String fail() throws IOException {
        throw new IOException("disk");
    }

    private static int deepen(int depth) {
        return depth < 0 ? depth : deepen(depth + 1) + 1;
    }

    private static String halt() {
        Runtime.getRuntime().halt(3);
        return "dead";
    }

    /// Runs `millhand map` over one input.
    private int exitCode(String method, String... options) throws Exception {
        var source = folder.resolve("Endings.java");
        Files.writeString(source, """
                import java.io.IOException;
                class Endings {
                    public static String answer(String input) {
                        return input;
                    }
                    public static String fail(String input) throws IOException {
                        throw new IOException(input);
                    }
                    public static String spin(String input) {
                        while (!input.isEmpty()) {
                            Thread.onSpinWait();
                        }
                        return input;
                    }
                    public static String halt(String input) {
                        Runtime.getRuntime().halt(3);
                        return input;
                    }
                }
                """);
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Millhand.class.getName(), "map"));
        command.addAll(List.of(source + "::" + method, "--range", "1..1"));
        command.addAll(List.of(options));
        var process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
