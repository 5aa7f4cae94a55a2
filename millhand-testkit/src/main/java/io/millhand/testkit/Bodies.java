package io.millhand.testkit;

import io.millhand.BackOff;
import io.millhand.TaskContext;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/// What the tasks of the contract do. They run in any JVM and so tell through files; [File] travels, `Path` does not.
final class Bodies {

    private Bodies() {}

    /// Adds a line to a file.
    ///
    /// @return how many lines it has now
    static int mark(File file) {
        try {
            Files.writeString(file.toPath(), "x\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return marks(file);
    }

    /// How often a file was marked.
    static int marks(File file) {
        try {
            return file.exists() ? Files.readAllLines(file.toPath()).size() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Fails until the file was marked `times` times.
    static int succeedAfter(int times, File file) {
        int marks = mark(file);
        if (marks < times) {
            throw new IllegalStateException("attempt " + marks);
        }
        return marks;
    }

    /// Waits until the file is there. Heeds interrupts.
    static String waitFor(File file) throws InterruptedException {
        while (!file.exists()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("waited for " + file.getName());
            }
            LockSupport.parkNanos(1_000_000);
        }
        return "seen";
    }

    /// Says that it has begun, and then waits. Heeds interrupts.
    static String beginAndWaitFor(File begun, File file) throws InterruptedException {
        mark(begun);
        return waitFor(file);
    }

    /// Says that it has begun, and waits for ever. Heeds interrupts.
    static String beginAndBlock(File begun) throws InterruptedException {
        mark(begun);
        return block();
    }

    /// Waits for ever. Heeds interrupts.
    static String block() throws InterruptedException {
        new CountDownLatch(1).await();
        return "never";
    }

    /// Spins without heeding interrupts while the file is there: for ever, unless the test wants its thread back.
    static void spinWhile(File file) {
        long spins = 0;
        while (++spins % 1_000_000 != 0 || file.exists()) {
            Thread.onSpinWait();
        }
    }

    /// Waits until the task is told that it is cancelled, and says so.
    static void markWhenCancelled(File begun, File seen) {
        mark(begun);
        while (!TaskContext.current().cancelled()) {
            LockSupport.parkNanos(1_000_000);
        }
        mark(seen);
    }

    /// Gives signs of life for that long, and returns.
    static String liveFor(Duration time) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < time.toNanos()) {
            TaskContext.current().alive();
            LockSupport.parkNanos(1_000_000);
        }
        return "lived";
    }

    /// Throws.
    static String failIf(boolean asked) {
        if (asked) {
            throw new IllegalStateException("as asked");
        }
        return "went well";
    }

    /// Throws what says that a resource is out of quota.
    static String backOff(Duration retryAfter) {
        if (retryAfter.isPositive()) {
            throw new BackOff(retryAfter);
        }
        return "has quota";
    }
}
