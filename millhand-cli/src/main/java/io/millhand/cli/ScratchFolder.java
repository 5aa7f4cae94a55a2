package io.millhand.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A private folder for compiled classes that is gone when the command ends, unless a crash was kept that needs them.
final class ScratchFolder implements AutoCloseable {

    private static final String KEPT = "classes-";

    /// As many as crashes are kept: the newest crashes are of the newest runs.
    private static final int MOST_KEPT = 20;

    /// Where crashes are kept, or null.
    private final @Nullable Path crashFolder;

    private volatile @Nullable Path path; // set by the main thread, read by the shutdown hook

    /// @param crashFolder where crashes are kept, or null; the classes are put there, too, so that a crash can be
    ///     replayed
    ScratchFolder(@Nullable Path crashFolder) {
        this.crashFolder = crashFolder;
    }

    /// The folder, made when it is first asked for.
    Path path() {
        Path made = path;
        if (made == null) {
            try {
                made = make();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot create a folder for compiled classes", e);
            }
            path = made;
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(this::close, "millhand-scratch")); // System.exit skips close
        }
        return made;
    }

    private Path make() throws IOException {
        if (crashFolder == null) {
            return Files.createTempDirectory(
                    "millhand-" + ProcessHandle.current().pid() + "-");
        }
        Files.createDirectories(crashFolder);
        var kept = Files.createTempDirectory(crashFolder.toAbsolutePath(), KEPT);
        var before = folders(crashFolder, name -> name.startsWith(KEPT));
        before.subList(0, Math.max(0, before.size() - MOST_KEPT)).forEach(ScratchFolder::remove);
        return kept;
    }

    /// Oldest first.
    private static List<Path> folders(Path parent, Predicate<String> named) throws IOException {
        try (Stream<Path> content = Files.list(parent)) {
            return content.filter(folder -> named.test(String.valueOf(folder.getFileName())))
                    .filter(Files::isDirectory)
                    .sorted(Comparator.comparingLong(folder -> folder.toFile().lastModified()))
                    .toList();
        }
    }

    /// Whether a crash was kept since the classes were compiled.
    private boolean isNeeded(Path made) {
        if (crashFolder == null) {
            return false;
        }
        try {
            var crashes = folders(crashFolder, name -> !name.startsWith(KEPT));
            return !crashes.isEmpty()
                    && crashes.getLast().toFile().lastModified()
                            >= made.toFile().lastModified();
        } catch (IOException _) {
            return true; // they may be of use
        }
    }

    /// Removes the folder and all that is in it. What cannot be removed is left to the system, silently.
    @Override
    public void close() {
        Path made = path;
        if (made == null || Files.notExists(made) || isNeeded(made)) {
            return;
        }
        remove(made);
    }

    private static void remove(Path folder) {
        try (Stream<Path> content = Files.walk(folder)) {
            content.sorted(Comparator.reverseOrder())
                    .forEach(entry -> entry.toFile().delete());
        } catch (IOException | UncheckedIOException _) {
            // nothing that the user could do about it
        }
    }
}
