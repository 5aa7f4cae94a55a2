package io.millhand.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Capacity;
import io.millhand.Limits;
import io.millhand.MapOptions;
import io.millhand.Outcome;
import io.millhand.QueueConfig;
import io.millhand.RetryPolicy;
import io.millhand.Source;
import io.millhand.Task;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import io.millhand.Workers;
import io.millhand.process.ProcessWorkers;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.Test;

/// Makes the likely mistakes, and holds the table of what they are answered to `docs/mistakes.md`.
///
/// The rows are written anew by `-Dmistakes.write=true`.
@SuppressWarnings("FutureReturnValueIgnored") // the mistakes answer before
class MistakesIT {

    private static final Path DOCUMENT = Path.of("docs", "mistakes.md");
    private static final Path SOURCE = Path.of("checks/src/test/java/io/millhand/checks/MistakesIT.java");
    private static final String BEGIN = "| mistake | code | what it says |\n|---|---|---|\n";

    @FunctionalInterface
    private interface Mistake {
        /// @return what answers it, unless an exception does
        Object make(TaskQueue queue) throws Exception;
    }

    private final String source = Repository.around().read(SOURCE).orElseThrow();
    private final StringBuilder table = new StringBuilder(BEGIN);
    private final List<String> silent = new ArrayList<>();

    @Test
    void eachMistakeIsAnsweredAsTheTableSays() throws Exception {
        settings();
        tasks();
        sources();
        children();

        assertThat(silent).as("mistakes without an answer").isEmpty();
        var page = Repository.around().read(DOCUMENT).orElseThrow();
        if (Boolean.getBoolean("mistakes.write")) {
            page = page.substring(0, page.indexOf(BEGIN)) + table;
            Files.writeString(Repository.around().root().resolve(DOCUMENT), page);
        }
        assertThat(page).endsWith(table);
    }

    private void settings() throws Exception {
        onThread("no workers", _ -> ThreadWorkers.of(0));
        onThread("a name for people", _ -> QueueConfig.defaults().named("my queue"));
        onThread("capacity 0", _ -> Capacity.blocking(0));
        onThread("a limit of 0", _ -> Limits.fixed(0));
        onThread("a series that starts nothing", queue -> {
            queue.series("mail").limit(0);
            return queue;
        });
        onThread("no attempt at all", _ -> RetryPolicy.exponential(0));
        onThread("a negative window", _ -> MapOptions.defaults().window(-1));
    }

    private void tasks() throws Exception {
        onThread("no task", queue -> queue.submit((Task<?>) null));
        onThread("nothing to call", queue -> queue.submit((Runnable) null));
        onThread("niceness 21", _ -> Task.of(() -> 1).niceness(21));
        onThread("a negative timeout", _ -> Task.of(() -> 1).timeout(Duration.ofSeconds(-1)));
        onThread("first in a series", _ -> Task.of(() -> 1).series("mail").first());
        onThread(
                "a requirement that no worker serves",
                queue -> queue.submit(Task.of(() -> 1).requires("gpu")).explain());
        onThread("submit after close", queue -> {
            queue.close();
            return queue.submit(() -> 1);
        });
        onThread(
                "close in a task of the queue",
                queue -> queue.submit((Runnable) queue::close).get());
        onThread(
                "a task that waits for results of its own queue",
                queue -> queue.submit(
                                () -> queue.map(List.of(1), n -> n).iterator().next())
                        .get());
        onThread("workers that are not there", queue -> queue.workers("gpu"));
        onThread(
                "a broadcast that answers a stream",
                queue -> queue.broadcast(() -> List.of(1).stream()).get().getFirst());
        onThread(
                "ending a task by its future",
                queue -> queue.submit(() -> 1).toCompletableFuture().complete(2));
    }

    private void sources() throws Exception {
        onThread("a source for two maps", queue -> {
            var numbers = Source.of(List.of(1, 2));
            var _ = queue.map(numbers, n -> n, MapOptions.defaults());
            return queue.map(numbers, n -> -n, MapOptions.defaults());
        });
    }

    private void children() throws Exception {
        onChildren("no children", _ -> ProcessWorkers.of(0));
        onChildren("a capture that is not serializable", queue -> {
            var stream = new ByteArrayInputStream(new byte[8]);
            return queue.submit(() -> stream.read());
        });
        onChildren("a captured `this`", queue -> queue.submit(() -> source.length()));
        onChildren("a pool known as `ExecutorService`", queue -> {
            ExecutorService executor = queue;
            return executor.submit(() -> 1);
        });
        onChildren("a wrapper of the JDK's", queue -> CompletableFuture.supplyAsync(() -> 1, queue));
        onChildren(
                "a pool in a pool",
                queue -> queue.submit(() -> TaskQueue.on(ProcessWorkers.of(1)).submit(Task.call(() -> 1)))
                        .get());
    }

    private void onThread(String mistake, Mistake code) throws Exception {
        row(mistake, code, ThreadWorkers.of(1));
    }

    private void onChildren(String mistake, Mistake code) throws Exception {
        row(mistake, code, ProcessWorkers.of(1));
    }

    private void row(String mistake, Mistake code, Workers workers) throws Exception {
        try (var queue = TaskQueue.on(workers)) {
            try {
                var answer = code.make(queue);
                if (answer instanceof Outcome.Failed<?>(var cause)) {
                    add(mistake, told(cause));
                } else if (answer instanceof String text) {
                    add(mistake, "`explain()`: " + text);
                } else {
                    silent.add(mistake);
                }
            } catch (ExecutionException e) {
                add(mistake, told(e.getCause()));
            } catch (RuntimeException e) {
                add(mistake, told(e));
            } finally {
                var _ = queue.shutdownNow();
            }
        }
    }

    private static String told(Throwable answer) {
        return "`" + answer.getClass().getSimpleName() + "`: "
                + answer.getMessage().replaceAll("/0x[0-9a-f]+", "/0x...");
    }

    private void add(String mistake, String answer) {
        table.append("| ")
                .append(mistake)
                .append(" | `")
                .append(code(mistake))
                .append("` | ")
                .append(answer.replace("|", "\\|").replace("\n", " "))
                .append(" |\n");
    }

    /// The lambda of a row, as this file has it, in one line.
    private String code(String mistake) {
        int from = source.indexOf("->", source.indexOf("\"" + mistake + "\",")) + 2;
        int depth = 0;
        int to = from;
        for (char c = source.charAt(to); depth > 0 || c != ')'; c = source.charAt(++to)) {
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        var code = source.substring(from, to)
                .strip()
                .replaceAll("\\s*\\n\\s*", " ")
                .replace(" .", ".");
        if (code.startsWith("{")) {
            code = code.substring(1, code.length() - 1).strip();
        }
        return code.replace("( ", "(").replace("return ", "").replaceAll(";( queue;)?$", "");
    }
}
