package io.millhand.process;

import io.millhand.TaskQueue;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/// A program with two children, each with a process of its own, that waits to be killed.
final class OrphansParent {

    private static final long LOOK_NANOS = 2_000_000;
    private static final long SPARE_BYTES = 3 << 20;

    private OrphansParent() {}

    /// Waits to be killed.
    ///
    /// @param args the folder where tasks tell of themselves, and the situation
    public static void main(String[] args) throws InterruptedException {
        var folder = new File(args[0]);
        var situation = OrphanSituation.valueOf(args[1]);
        if (situation == OrphanSituation.SUBMITTED_BY_ENDED_THREAD) {
            var submitter = Thread.ofPlatform().start(() -> submit(situation, folder));
            submitter.join();
        } else {
            submit(situation, folder);
        }
        new CountDownLatch(1).await();
    }

    private static void submit(OrphanSituation situation, File folder) {
        var queue = TaskQueue.on(situation.workers());
        for (int i = 0; i < situation.tasks(); i++) {
            var _ = queue.submit(() -> announceAndWork(situation, folder));
        }
    }

    private static String announceAndWork(OrphanSituation situation, File folder) throws IOException {
        long sleeper = new ProcessBuilder("sleep", "600").start().pid();
        var begun = new File(folder, "begun");
        Files.createFile(begun.toPath().resolve(ProcessHandle.current().pid() + "-" + sleeper));
        // All at the same time: no child may run the tasks of two.
        while (Objects.requireNonNull(begun.list()).length < situation.tasks()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        work(situation, folder);
        return "done";
    }

    private static void work(OrphanSituation situation, File folder) throws IOException {
        switch (situation) {
            case IDLE, SPARE -> {}
            case WAITING, SUBMITTED_BY_ENDED_THREAD -> waitForEver();
            case COUNTED_LOOP, SLOTS -> Loops.counted();
            case NESTED_COUNTED_LOOPS -> Loops.nested();
            case BLOCKED_IN_NATIVE -> {
                try (var fifo = new FileInputStream(new File(folder, "fifo"))) {
                    throw new IllegalStateException("somebody writes to " + fifo);
                }
            }
            case THRASHING_COLLECTOR -> Loops.thrash(SPARE_BYTES);
            case LOOPING_SHUTDOWN_HOOK -> {
                Runtime.getRuntime().addShutdownHook(new Thread(Loops::nested));
                System.exit(0);
            }
            case COLLECTION_DURING_COUNTED_LOOP, COLLECTION_HELD_UP_FOR_EVER -> {
                Thread.ofPlatform().daemon().start(Loops::collect);
                Loops.nested();
            }
        }
    }

    private static void waitForEver() {
        while (true) {
            LockSupport.park();
        }
    }
}
