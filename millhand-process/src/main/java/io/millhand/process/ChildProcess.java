package io.millhand.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A child JVM as it was at one moment, and what can be asked of it while it runs.
///
/// ```java
/// for (var child : ChildProcess.living()) {
///     System.out.println(child + "\n" + child.threadDump());
/// }
/// ```
///
/// @param worker the name of the worker that it runs for; that of a spare ends in `#spare`
/// @param pid its process id
/// @param tasks the names of the tasks that it runs
/// @param age since its process was started
/// @param residentBytes what it occupies, or 0 where that is not known
/// @param debugPort where it listens for a debugger, once it has said so
public record ChildProcess(
        String worker, long pid, List<String> tasks, Duration age, long residentBytes, OptionalInt debugPort) {

    private static final String RECORDING = "millhand";

    /// Copies.
    public ChildProcess {
        tasks = List.copyOf(tasks);
    }

    /// The children of all open queues of this JVM that live now.
    ///
    /// @return in no order
    public static List<ChildProcess> living() {
        return ProcessPool.opened().flatMap(pool -> pool.living().stream()).toList();
    }

    /// What all of its threads do now, as `jcmd <pid> Thread.print` tells it. The task goes on, and its clocks too.
    /// Takes some 300 ms.
    ///
    /// @return the dump
    /// @throws IOException where the child is gone or does not answer, or this JDK has no `jcmd`
    /// @throws InterruptedException where the caller is interrupted while it waits
    public String threadDump() throws IOException, InterruptedException {
        return jcmd("Thread.print");
    }

    /// Records for a while what its JVM does, with the flight recorder, and returns when the file is written.
    ///
    /// @param length how long, positive
    /// @param file where to, not in use; for `jfr` and JDK Mission Control
    /// @throws IOException where the child is gone or does not answer, or this JDK has no `jcmd`
    /// @throws InterruptedException where the caller is interrupted while it waits; then nothing is written
    public void flightRecording(Duration length, Path file) throws IOException, InterruptedException {
        if (!length.isPositive()) {
            throw new IllegalArgumentException("length must be positive, was " + length);
        }
        jcmd("JFR.start", "name=" + RECORDING);
        boolean complete = false;
        try {
            var _ = new CountDownLatch(1).await(length.toNanos(), TimeUnit.NANOSECONDS);
            complete = true;
        } finally {
            if (!complete) {
                jcmd("JFR.stop", "name=" + RECORDING);
            }
        }
        jcmd("JFR.stop", "name=" + RECORDING, "filename=" + file.toAbsolutePath());
        if (!Files.exists(file)) {
            throw new IOException("worker " + worker + " (pid " + pid + ") wrote no flight recording to " + file);
        }
    }

    private String jcmd(String... request) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        command.add(Long.toString(pid));
        command.addAll(List.of(request));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var answer = process.getInputStream()) {
            String text = new String(answer.readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("worker " + worker + " (pid " + pid + ") cannot be asked: " + text.strip());
            }
            return text;
        } finally {
            process.destroyForcibly();
        }
    }
}
