package io.millhand.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// All inputs of a run, in order: files first, then lines, then ranges. Names of files are known at once; lines and
/// numbers are drawn as they are needed.
final class Inputs {

    private static final String STDIN = "-";

    private final List<Supplier<Iterator<Input>>> parts = new ArrayList<>();
    private final List<Path> sources = new ArrayList<>();
    private boolean countable = true;
    private long total;
    private boolean stdinTaken;

    /// Adds what stands on the command line without an option: a file, a pattern for files, or `-`.
    ///
    /// @throws UsageException where it is none of these
    void add(String argument, Parameter parameter) {
        if (argument.equals(STDIN)) {
            addLines(STDIN);
            return;
        }
        path(argument);
        List<String> files = files(argument);
        if (parameter != Parameter.PATH) {
            files.stream()
                    .filter(file -> Files.isDirectory(Path.of(file)))
                    .findFirst()
                    .ifPresent(folder -> {
                        throw new UsageException(
                                "'" + folder + "' is a folder; for the files in it write '" + folder + "/**'");
                    });
        }
        files.forEach(file -> sources.add(Path.of(file)));
        count(files.size());
        parts.add(() -> files.stream().map(Input::file).iterator());
    }

    /// Adds the lines of a file, or of the standard input for `-`.
    void addLines(String file) {
        InputStream stream = file.equals(STDIN) ? stdin() : open(file);
        countable = false;
        var lines = new LineReader(stream);
        parts.add(() -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return lines.hasNext();
            }

            @Override
            public Input next() {
                return Input.text(lines.next());
            }
        });
    }

    void addRange(NumberRange range) {
        count(range.size());
        parts.add(range::inputs);
    }

    /// Whether the file is one of those that are read.
    boolean reads(Path file) throws IOException {
        if (Files.exists(file)) {
            for (Path source : sources) {
                if (Files.exists(source) && Files.isSameFile(source, file)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// How many inputs there are, where that is known beforehand.
    OptionalLong total() {
        return countable ? OptionalLong.of(total) : OptionalLong.empty();
    }

    /// Draws the inputs, once.
    Iterator<Input> iterator() {
        var left = parts.iterator();
        return new Iterator<>() {
            private Iterator<Input> current = List.<Input>of().iterator();

            @Override
            public boolean hasNext() {
                while (!current.hasNext() && left.hasNext()) {
                    current = left.next().get();
                }
                return current.hasNext();
            }

            @Override
            public Input next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("all inputs were drawn");
                }
                return current.next();
            }
        };
    }

    private void count(long more) {
        long sum = total + more;
        total = sum < 0 ? Long.MAX_VALUE : sum;
    }

    /// A name that exists is that file, even if it looks like a pattern.
    private static List<String> files(String argument) {
        if (Files.exists(Path.of(argument))) {
            return List.of(argument);
        }
        if (!Glob.isPattern(argument)) {
            throw new UsageException("there is no file '" + argument + "'");
        }
        List<String> found = new Glob(argument).expand();
        if (found.isEmpty()) {
            throw new UsageException("no file matches '" + argument + "'");
        }
        return found;
    }

    private InputStream stdin() {
        if (stdinTaken) {
            throw new UsageException("the standard input can be read only once");
        }
        stdinTaken = true;
        return new FileInputStream(FileDescriptor.in);
    }

    private InputStream open(String file) {
        Path path = path(file);
        try {
            if (Files.isDirectory(path)) {
                throw new UsageException("cannot read lines from '" + file + "': it is a folder");
            }
            sources.add(path);
            return Files.newInputStream(path);
        } catch (IOException e) {
            throw new UsageException("cannot read lines from '" + file + "': " + reason(e));
        }
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException("an input is no name of a file: " + e.getMessage());
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException _ -> "there is no such file";
            case java.nio.file.AccessDeniedException _ -> "access denied";
            default -> String.valueOf(e.getMessage());
        };
    }
}
