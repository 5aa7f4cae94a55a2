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

    private @Nullable Path path;

    /// The folder, made when it is first asked for.
    Path path() {
        Path made = path;
        if (made == null) {
            try {
                made = Files.createTempDirectory("millhand-");
            } catch (IOException e) {
                throw new UncheckedIOException("cannot create a folder for compiled classes", e);
            }
            path = made;
        }
        return made;
    }

    /// Removes the folder and all that is in it. What cannot be removed is left to the system, silently.
    @Override
    public void close() {
        if (path == null) {
            return;
        }
        try (Stream<Path> content = Files.walk(path)) {
            content.sorted(Comparator.reverseOrder())
                    .forEach(entry -> entry.toFile().delete());
        } catch (IOException _) {
            // nothing that the user could do about it
        }
    }
}
