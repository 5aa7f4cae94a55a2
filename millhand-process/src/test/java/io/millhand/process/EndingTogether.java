package io.millhand.process;

import io.millhand.TaskQueue;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;

/// A program that ends at the same time as its children, all on the same word.
final class EndingTogether {

    static final int CHILDREN = 2;

    private static final long LOOK_NANOS = 500_000;

    private EndingTogether() {}

    /// Waits for the word.
    ///
    /// @param args the folder, how the parent ends, and how the children end
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        var folder = new File(args[0]);
        var childEnds = args[2];
        var main = Thread.currentThread();
        Thread.ofPlatform().daemon().start(() -> endOnTheWord(folder, args[1], main));
        try (var queue = TaskQueue.on(ProcessWorkers.of(CHILDREN).heap(32L << 20))) {
            var first = queue.submit(() -> announceAndEnd(folder, childEnds));
            var _ = queue.submit(() -> announceAndEnd(folder, childEnds));
            first.get();
        }
    }

    private static void endOnTheWord(File folder, String how, Thread main) {
        awaitTheWord(folder);
        switch (how) {
            case "HALT" -> Runtime.getRuntime().halt(0);
            case "EXIT" -> System.exit(0);
            case "INTERRUPT" -> main.interrupt();
            default -> throw new IllegalArgumentException(how);
        }
    }

    private static String announceAndEnd(File folder, String how) throws IOException {
        long pid = ProcessHandle.current().pid();
        Files.createFile(folder.toPath().resolve("begun").resolve(Long.toString(pid)));
        awaitTheWord(folder);
        switch (how) {
            case "EXIT" -> System.exit(1);
            case "KILL" -> Processes.signal(pid, "KILL");
            default -> throw new IllegalArgumentException(how);
        }
        return "never";
    }

    private static void awaitTheWord(File folder) {
        var word = new File(folder, "go");
        while (!word.exists()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
