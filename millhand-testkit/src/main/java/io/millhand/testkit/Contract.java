package io.millhand.testkit;

import io.millhand.Outcome;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.Workers;
import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// What the parts of the contract share.
@Guarantee("5.17.9") // by the leak check
@ExtendWith({LeakCheck.class, ContractReport.class})
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
interface Contract {

    Workers workers(int slots);

    /// A queue with default settings.
    default TaskQueue open(int slots) {
        return TaskQueue.on(workers(slots));
    }

    /// The outcome, which must come.
    static <T extends @Nullable Object> Outcome<T> ended(TaskHandle<T> handle) {
        return handle.outcome(WorkerContract.PATIENCE)
                .orElseThrow(() -> new AssertionError("waited in vain for the end of " + handle));
    }

    /// A file that does not exist yet.
    static File file(Path folder, String name) {
        return folder.resolve(name).toFile();
    }

    static void awaitFile(File file) {
        Await.until(file.getName(), file::exists);
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(WorkerContract.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("waited in vain for a latch");
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /// Runs an action beside the test.
    static CompletableFuture<?> aside(Runnable action) {
        return CompletableFuture.runAsync(action, Thread.ofPlatform().daemon()::start);
    }

    /// Waits for a task to have `count` ended attempts: the last one is recorded when the worker confirms its end.
    static void awaitAttempts(TaskHandle<?> handle, int count) {
        Await.until(count + " attempts of " + handle, () -> handle.attempts().size() >= count);
    }
}
