package io.millhand.examples;

import io.millhand.Emitter;
import io.millhand.Items;
import io.millhand.ItemsTask;
import io.millhand.Results;
import io.millhand.Source;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.process.ProcessWorkers;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// A child that walks a large log and streams records. What `docs/streams.md` shows is cut from here.
///
/// Expected: for the log given, or one of a million lines that it makes, the number of its errors, its first
/// three records, the number of its lines, its errors again, its characters, and twice its errors.
@SuppressWarnings("StreamResourceLeak") // the items close their streams
public final class LogWalk {

    /// A line of a log.
    ///
    /// @param number from 1
    /// @param level its first word
    /// @param text the rest
    record Entry(long number, String level, String text) implements Serializable {}

    private LogWalk() {}

    /// Runs them all.
    ///
    /// @param args a log, or nothing
    public static void main(String[] args) throws IOException {
        var file = args.length > 0 ? new File(args[0]) : madeUp();
        try (var pool = TaskQueue.on(ProcessWorkers.of(1))) {
            all(pool, file);
            firstThree(pool, file);
            emitted(pool, file);
            consumed(pool, file);
            through(pool, file);
            several(pool, List.of(file, file));
        }
        if (args.length == 0) {
            Files.delete(file.toPath());
        }
    }

    private static void all(TaskQueue pool, File file) {
        // snippet:all
        try (Items<Entry> entries = pool.items(() -> entries(file))) {
            long errors = 0;
            for (var entry : entries) { // the child is a window ahead at most
                errors += entry.level().equals("ERROR") ? 1 : 0;
            }
            System.out.println(errors + " errors");
        }
        // end:all
    }

    private static void firstThree(TaskQueue pool, File file) {
        // snippet:some
        var walk = ItemsTask.of(() -> entries(file))
                .with(task -> task.named("walk").timeout(Duration.ofMinutes(10)).series("logs"));
        try (Stream<Entry> entries = pool.items(walk).stream()) {
            entries.limit(3).forEach(System.out::println);
        } // the child closes the file here
        // end:some
    }

    private static void emitted(TaskQueue pool, File file) {
        // snippet:emitter
        try (Items<String> lines = pool.items(emitter -> walk(file, emitter))) {
            System.out.println(lines.stream().count() + " lines");
        }
        // end:emitter
    }

    private static void consumed(TaskQueue pool, File file) throws IOException {
        // snippet:consume
        try (var lines = Files.lines(file.toPath())) { // here, not in the child
            TaskHandle<Long> errors = pool.consume(
                    Source.of(lines),
                    input -> input.stream()
                            .filter(line -> line.startsWith("ERROR"))
                            .count());
            System.out.println(errors.join() + " errors");
        }
        // end:consume
    }

    private static void through(TaskQueue pool, File file) throws IOException {
        // snippet:through
        Source<String> lines = Source.of(Files.lines(file.toPath()));
        try (Items<Integer> lengths =
                pool.items(lines, input -> input.stream().map(String::length), task -> task.named("measure"))) {
            System.out.println(lengths.stream().mapToInt(length -> length).sum() + " characters");
        }
        // end:through
    }

    private static void several(TaskQueue pool, List<File> files) {
        // snippet:flat
        try (Results<Entry> errors = pool.flatMap(Source.of(files), LogWalk::errors)) { // file by file
            System.out.println(errors.stream().count() + " errors");
        } // what is open is closed in the children
        // end:flat
    }

    private static Stream<Entry> errors(File file) {
        try {
            return entries(file).filter(entry -> entry.level().equals("ERROR"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void walk(File file, Emitter<String> emitter) throws IOException {
        try (var lines = Files.lines(file.toPath())) {
            lines.forEach(emitter::emit);
        }
    }

    private static Stream<Entry> entries(File file) throws IOException {
        var number = new long[1];
        return Files.lines(file.toPath()).map(line -> entry(++number[0], line));
    }

    private static Entry entry(long number, String line) {
        int end = line.indexOf(' ');
        return end < 0
                ? new Entry(number, "", line)
                : new Entry(number, line.substring(0, end), line.substring(end + 1));
    }

    private static File madeUp() throws IOException {
        Path file = Files.createTempFile("log-walk", ".log");
        try (var out = Files.newBufferedWriter(file)) {
            for (int line = 1; line <= 1_000_000; line++) {
                out.write(line % 1_000 == 0 ? "ERROR it went wrong\n" : "INFO it went well\n");
            }
        }
        return file.toFile();
    }
}
