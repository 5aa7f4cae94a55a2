package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotFolderTest {

    private static final AotKey KEY = new AotKey("0123-45");

    @TempDir
    private Path temporary;

    private AotFolder open() throws IOException {
        return AotFolder.open(temporary.resolve("caches/aot"));
    }

    private static Path make(AotFolder folder, AotKey key, String content) throws IOException {
        var making = folder.claim(key).orElseThrow();
        var made = Files.writeString(making.resolve("cache"), content);
        var published = folder.publish(key, made);
        AotFolder.remove(making);
        return published;
    }

    private static void age(Path file, Duration age) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    @Test
    void makesAFolderThatOnlyItsUserCanEnter() throws IOException {
        var folder = open();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
                .isEqualTo("rwx------");
    }

    @Test
    void refusesAFolderInWhichOthersMayWrite() throws IOException {
        var path = Files.createDirectory(temporary.resolve("open"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> AotFolder.open(path))
                .isInstanceOf(IOException.class)
                .hasMessage("its folder must be writable by its user only, was rwxrwxrwx " + path);
    }

    @Test
    void refusesAFolderOfAnotherUser() throws IOException {
        var path = Files.createDirectory(temporary.resolve("nobody"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        assumeThatCode(() -> Files.setOwner(path, user("nobody"))).doesNotThrowAnyException(); // only root may do it

        assertThatThrownBy(() -> AotFolder.open(path))
                .isInstanceOf(IOException.class)
                .hasMessage("its folder must be its user's own, or root's, was nobody's " + path);
    }

    private UserPrincipal user(String name) throws IOException {
        return temporary.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
    }

    @Test
    void findsWhatWasPublishedForTheSameKeyOnly() throws IOException {
        var folder = open();
        var published = make(folder, KEY, "content");

        assertThat(folder.find(KEY)).contains(published);
        assertThat(folder.find(new AotKey("0123-4"))).isEmpty();
    }

    @Test
    void removesACacheThatDoesNotHoldWhatItMust() throws IOException {
        var folder = open();
        var published = make(folder, KEY, "content");
        Files.writeString(published, "contend");

        assertThat(folder.find(KEY)).isEmpty();
        assertThat(published).doesNotExist();
    }

    @Test
    void letsOneAtATimeMakeACache() throws IOException {
        var folder = open();
        var making = folder.claim(KEY).orElseThrow();

        assertThat(folder.claim(KEY)).isEmpty();
        AotFolder.remove(making);
        assertThat(folder.claim(KEY)).isPresent();
    }

    @Test
    void takesOverWhatWasAbandoned() throws IOException {
        var folder = open();
        var making = folder.claim(KEY).orElseThrow();
        Files.writeString(making.resolve("cache"), "half");
        age(making, Duration.ofMinutes(6));

        assertThat(folder.claim(KEY)).contains(making);
        assertThat(making).isEmptyDirectory();
    }

    @Test
    void forgetsCachesThatNobodyHasUsedForAMonth() throws IOException {
        var folder = open();
        var old = make(folder, KEY, "old");
        var abandoned = folder.claim(new AotKey("a-1")).orElseThrow();
        age(old, Duration.ofDays(31));
        age(abandoned, Duration.ofMinutes(6));

        var made = make(folder, new AotKey("b-2"), "new");

        assertThat(folder.path()).isDirectoryNotContaining(file -> !file.equals(made));
    }

    @Test
    void aUseKeepsACache() throws IOException {
        var folder = open();
        var used = make(folder, KEY, "used");
        age(used, Duration.ofDays(31));

        var _ = folder.find(KEY);
        make(folder, new AotKey("b-2"), "new");

        assertThat(used).exists();
    }
}
