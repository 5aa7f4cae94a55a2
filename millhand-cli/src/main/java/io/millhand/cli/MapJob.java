package io.millhand.cli;

import io.millhand.QueueConfig;
import io.millhand.ResultOrder;
import io.millhand.RetryPolicy;
import io.millhand.Task;
import io.millhand.TaskQueue;
import io.millhand.process.ProcessWorkers;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A function, its inputs and how to run it: everything of `millhand map` that is known before the first child starts.
record MapJob(FunctionRef function, Inputs inputs, Settings settings, Destination destination) {

    /// How the tasks run.
    record Settings(int workers, Duration timeout, int retries, ResultOrder order, Children children) {}

    /// What the children are given.
    ///
    /// @param heap bytes, or null for the library's default
    /// @param crashFolder where crashes are kept, or null for nowhere
    record Children(
            @Nullable Long heap,
            List<String> jvmOptions,
            @Nullable Path crashFolder) {}

    /// What tells of the end, and what may bring it early.
    private record Ends(Display display, Stop stop) {}

    /// Where results go.
    ///
    /// @param file null for the standard output
    record Destination(@Nullable Path file, OutputFile.Existing existing) {}

    /// Inputs under way for each worker, so that none waits for its next one.
    private static final int WINDOW = 4;

    /// Runs it and tells how it went.
    ///
    /// @return the exit code
    int run(Display display, Stop stop) {
        Path file = destination.file();
        boolean created = file != null && Files.notExists(file);
        boolean succeeded = false; // an empty file is the right result of no inputs
        var tally = new Tally(System.nanoTime(), inputs.total());
        try (TaskQueue queue = openQueue();
                ResultSink sink = openSink(display)) {
            int code = run(queue, sink, tally, new Ends(display, stop));
            succeeded = code == 0;
            return code;
        } catch (IOException e) {
            return cannotWrite(e, display, tally);
        } finally {
            if (file != null && created && !succeeded) {
                deleteIfEmpty(file);
            }
        }
    }

    private int run(TaskQueue queue, ResultSink sink, Tally tally, Ends ends) throws IOException {
        var display = ends.display;
        var stop = ends.stop;
        String end = "";
        var intake = new Intake(queue, tasks(), settings.order(), WINDOW * settings.workers());
        var run = new MapRun(queue, intake, sink, tally);
        try (var _ = new Ticker(display, tally)) {
            stop.govern(run::drain, run::kill);
            run.run();
        } catch (RunFailure | UncheckedIOException e) {
            display.line("millhand: " + e.getMessage());
            end = "stopped after ";
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody does this
        }
        int signal = stop.signal().orElse(0);
        if (signal != 0) {
            end = signal == 2 ? "interrupted after " : "terminated after ";
        }
        display.line("millhand: " + end + tally.summary(System.nanoTime()));
        return signal != 0 ? 128 + signal : end.isEmpty() && tally.allSucceeded() ? 0 : 1;
    }

    /// What a run that could not begin leaves would block its repetition.
    private static void deleteIfEmpty(Path file) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) == 0) {
                Files.delete(file);
            }
        } catch (IOException _) {
            // it stays, and the next run says so
        }
    }

    /// Before the output file is touched, since the workers may refuse what they are asked for.
    private TaskQueue openQueue() {
        try {
            return TaskQueue.on(openWorkers(), QueueConfig.defaults().named("map"));
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private ProcessWorkers openWorkers() {
        var workers = ProcessWorkers.of(settings.workers())
                .jvmOptions(settings.children().jvmOptions());
        Path crashFolder = settings.children().crashFolder();
        if (crashFolder != null) {
            workers = workers.diagnosis(workers.diagnosis().crashFolder(crashFolder));
        }
        Long heap = settings.children().heap();
        return heap == null ? workers : workers.heap(heap);
    }

    private Iterator<Task<String>> tasks() {
        var retry = settings.retries() == 0
                ? RetryPolicy.none()
                // who asks for retries means crashes too
                : RetryPolicy.exponential(settings.retries() + 1).withCrashLimit(settings.retries() + 1);
        var drawn = inputs.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return drawn.hasNext();
            }

            @Override
            public Task<String> next() {
                var input = drawn.next();
                return Task.of(new MapCall(function, input))
                        .named(input.text())
                        .timeout(settings.timeout())
                        .retry(retry);
            }
        };
    }

    private ResultSink openSink(Display display) throws IOException {
        Path file = destination.file();
        if (file == null) {
            return new StdoutSink(new FileOutputStream(FileDescriptor.out), display);
        }
        if (Files.isRegularFile(file) && inputs.reads(file)) {
            throw new UsageException("output file " + file + " is an input too: name another one");
        }
        return new JsonLinesSink(OutputFile.open(file, destination.existing()), display);
    }

    /// A reader that has seen enough (`| head`) is no error and is told nothing; the exit code is that of a program
    /// which SIGPIPE ends, so that a shell with `pipefail` treats it like any other.
    private int cannotWrite(IOException e, Display display, Tally tally) {
        String message = String.valueOf(e.getMessage());
        if (destination.file() == null && (message.contains("Broken pipe") || message.contains("Connection reset"))) {
            display.clear();
            return 128 + 13;
        }
        String place = destination.file() == null
                ? "the standard output"
                : destination.file().toString();
        display.line("millhand: cannot write results to " + place + ": " + message + "; the run was stopped");
        display.line("millhand: stopped after " + tally.summary(System.nanoTime()));
        return 1;
    }
}
