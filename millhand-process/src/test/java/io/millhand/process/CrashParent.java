package io.millhand.process;

import io.millhand.TaskQueue;
import io.millhand.process.CrashCell.Stage;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/// A program with a child JVM of its own, which something goes wrong in.
final class CrashParent {

    private CrashParent() {}

    static Process start(CrashLoad load) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:ErrorFile=" + fatalError(load),
                        "-XX:-CreateCoredumpOnCrash",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashParent.class.getName(),
                        load.stage().name(),
                        load.fault().name(),
                        load.marks().toString())
                .redirectError(Redirect.DISCARD)
                .start();
    }

    /// Where its JVM reports a native crash.
    static File fatalError(CrashLoad load) {
        return new File(load.marks(), "hs_err");
    }

    /// The process id of its child.
    static long awaitChild(Process parent) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8));
        return Long.parseLong(Objects.requireNonNull(lines.readLine(), "the process id of the child"));
    }

    public static void main(String[] args) throws InterruptedException {
        var load = new CrashLoad(Stage.valueOf(args[0]), Fault.valueOf(args[1]), new File(args[2]));
        var queue = TaskQueue.on(ProcessWorkers.of(1).heap(32 << 20));
        System.out.println(queue.submit(() -> ProcessHandle.current().pid()).join());
        var handle = queue.submit(load.task());
        if (load.stage() == Stage.CALLBACK) {
            handle.thenRun(load::strike).toCompletableFuture().join();
        }
        handle.join();
        throw new IllegalStateException("this program should have ended");
    }
}
