package io.millhand.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A private folder for compiled classes that is gone when the command ends.
final class ScratchFolder implements AutoCloseable {

    private volatile @Nullable Path path; // set by the main thread, read by the shutdown hook

    /// The folder, made when it is first asked for.
    Path path() {
        Path made = path;
        if (made == null) {
            try {
                made = Files.createTempDirectory(
                        "millhand-" + ProcessHandle.current().pid() + "-");
            } catch (IOException e) {
                throw new UncheckedIOException("cannot create a folder for compiled classes", e);
            }
            path = made;
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(this::close, "millhand-scratch")); // System.exit skips close
        }
        return made;
    }

    /// Removes the folder and all that is in it. What cannot be removed is left to the system, silently.
    @Override
    public void close() {
        Path made = path;
        if (made == null || Files.notExists(made)) {
            return;
        }
        try (Stream<Path> content = Files.walk(made)) {
            content.sorted(Comparator.reverseOrder())
                    .forEach(entry -> entry.toFile().delete());
        } catch (IOException | UncheckedIOException _) {
            // nothing that the user could do about it
        }
    }
}
