package io.millhand.process;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/// Removes the [private folders][PrivateFolder] of JVMs that were killed before their child could do it.
final class StaleFolders {

    /*
     * Best effort. A process that is unknown here may live all the same, in another container that shares the temporary
     * folder; hence the age, which no start reaches. Only what Millhand itself puts there is deleted, so that a folder
     * with anything else in it stays.
     */

    private static final Duration AGE = Duration.ofHours(1);
    private static final Pattern NAME = Pattern.compile("millhand-(\\d{1,10})-\\d+");

    private static final AtomicBoolean SWEPT = new AtomicBoolean();

    private StaleFolders() {}

    /// Sweeps around a folder of this JVM, beside the start that it is for; once a JVM.
    static void sweepOnce(PrivateFolder own) throws IOException {
        if (!SWEPT.getAndSet(true)) {
            // Asked here, since the folder is gone when the child is there.
            var user = Files.getOwner(own.path());
            var around = Objects.requireNonNull(own.path().getParent());
            Thread.ofPlatform().daemon().name("millhand-stale").start(() -> {
                try {
                    sweep(around, user, Instant.now());
                } catch (IOException _) {
                    // the next JVM tries again
                }
            });
        }
    }

    /// @param user whose folders are removed
    static void sweep(Path around, UserPrincipal user, Instant now) throws IOException {
        try (var folders = Files.newDirectoryStream(around, "millhand-*")) {
            for (var folder : folders) {
                if (isStale(folder, user, now)) {
                    new PrivateFolder(folder).delete();
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static boolean isStale(Path folder, UserPrincipal user, Instant now) {
        var name = NAME.matcher(folder.getFileName().toString());
        if (!name.matches() || ProcessHandle.of(Long.parseLong(name.group(1))).isPresent()) {
            return false;
        }
        try {
            return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(user)
                    && Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS)
                            .toInstant()
                            .isBefore(now.minus(AGE));
        } catch (IOException _) {
            return false; // somebody else was faster
        }
    }
}
