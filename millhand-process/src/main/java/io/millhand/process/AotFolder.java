package io.millhand.process;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The folder of AOT caches.
///
/// ```
///   <key>.<checksum>.aot   a cache: what it holds good for, and what it must hold
///   <key>.making/          somebody makes it; of no use to anybody else, and abandoned after five minutes
/// ```
///
/// @param path only its user may write there, since a JVM runs what is in it
record AotFolder(Path path) {

    private static final String CACHE = ".aot";
    private static final String MAKING = ".making";
    private static final Duration ABANDONED = Duration.ofMinutes(5);
    private static final Duration KEPT = Duration.ofDays(30);
    private static final int MOST = 32;

    /// Where programs of this user keep what can be made again.
    static Path usual() {
        String home = System.getProperty("user.home", "");
        String caches = System.getenv("XDG_CACHE_HOME");
        if (System.getProperty("os.name", "").startsWith("Mac")) {
            return Path.of(home, "Library", "Caches", "millhand", "aot");
        }
        return (caches == null || caches.isEmpty() ? Path.of(home, ".cache") : Path.of(caches))
                .resolve("millhand")
                .resolve("aot");
    }

    /// Makes it, where it is not there.
    ///
    /// @throws IOException where it cannot be had, or others than its user and root may write there
    static AotFolder open(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        var permissions = Files.getPosixFilePermissions(path);
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException("its folder must be writable by its user only, was "
                    + PosixFilePermissions.toString(permissions) + " " + path);
        }
        var owner = Files.getOwner(path);
        if (!owner.getName().equals("root") && !owner.equals(thisUser())) {
            throw new IOException(
                    "its folder must be its user's own, or root's, was " + owner.getName() + "'s " + path);
        }
        return new AotFolder(path);
    }

    private static UserPrincipal thisUser() throws IOException {
        var own = Files.createTempFile("millhand-user", "");
        try {
            return Files.getOwner(own);
        } finally {
            Files.deleteIfExists(own);
        }
    }

    /// One that holds what it must; others of that key are removed.
    Optional<Path> find(AotKey key) throws IOException {
        for (var cache : list(key.text() + ".*" + CACHE)) {
            try {
                if (isOurs(cache) && cache.getFileName().toString().equals(nameOf(key, cache))) {
                    use(cache);
                    return Optional.of(cache);
                }
                Files.deleteIfExists(cache); // a disk was full, say
            } catch (NoSuchFileException _) {
                // somebody else has just removed it
            }
        }
        return Optional.empty();
    }

    /// Somebody else's could have been moved here.
    private boolean isOurs(Path cache) throws IOException {
        return Files.isRegularFile(cache, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(cache).equals(Files.getOwner(path));
    }

    private static String nameOf(AotKey key, Path cache) throws IOException {
        return key.text() + "." + AotKey.checksumOf(cache) + CACHE;
    }

    /// The JDK does not look at this time.
    private static void use(Path cache) {
        try {
            Files.setLastModifiedTime(cache, FileTime.from(Instant.now()));
        } catch (IOException _) {
            // it is made anew some day
        }
    }

    /// The place where the caller makes one, or empty where somebody else is about it.
    ///
    /// @throws IOException where nothing can be written
    Optional<Path> claim(AotKey key) throws IOException {
        var making = path.resolve(key.text() + MAKING);
        if (Files.isDirectory(making) && isOlder(making, ABANDONED)) {
            remove(making);
        }
        try {
            return Optional.of(Files.createDirectory(making));
        } catch (FileAlreadyExistsException _) {
            return Optional.empty();
        }
    }

    /// Lets everybody use it, from one moment to the next.
    Path publish(AotKey key, Path made) throws IOException {
        var cache = path.resolve(nameOf(key, made));
        Files.move(made, cache, StandardCopyOption.ATOMIC_MOVE);
        prune();
        return cache;
    }

    private void prune() throws IOException {
        var caches = list("*" + CACHE);
        caches.sort(Comparator.comparing(AotFolder::modified).reversed());
        for (int i = 0; i < caches.size(); i++) {
            if (i >= MOST || isOlder(caches.get(i), KEPT)) {
                Files.deleteIfExists(caches.get(i)); // who has it mapped keeps it
            }
        }
        for (var making : list("*" + MAKING)) {
            if (isOlder(making, ABANDONED)) {
                remove(making);
            }
        }
    }

    /// Removes a place where one was made, with what is in it.
    static void remove(Path making) {
        try (var files = Files.list(making)) {
            for (var file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(making);
        } catch (IOException _) {
            // it is abandoned
        }
    }

    private List<Path> list(String pattern) throws IOException {
        List<Path> found = new ArrayList<>();
        try (var files = Files.newDirectoryStream(path, pattern)) {
            files.forEach(found::add);
        }
        return found;
    }

    private static boolean isOlder(Path file, Duration age) {
        return modified(file).isBefore(Instant.now().minus(age));
    }

    private static Instant modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException _) {
            return Instant.EPOCH; // gone meanwhile
        }
    }
}
