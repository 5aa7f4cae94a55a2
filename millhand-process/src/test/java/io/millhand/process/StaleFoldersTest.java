package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaleFoldersTest {

    /// Above what any kernel gives.
    private static final long DEAD = 2_000_000_000;

    @TempDir
    Path around;

    private UserPrincipal user;
    private Instant later;

    @BeforeEach
    void look() throws IOException {
        user = Files.getOwner(around);
        later = Instant.now().plus(Duration.ofHours(2));
    }

    @Test
    void removesTheFoldersOfDeadProcesses() throws IOException {
        var empty = folder("millhand-" + DEAD + "-123");
        var full = new PrivateFolder(folder("millhand-" + DEAD + "-456"));
        Files.createFile(full.socket());
        Files.createFile(full.arguments());
        Files.createFile(full.ownCode());

        StaleFolders.sweep(around, user, later);

        assertThat(empty).doesNotExist();
        assertThat(full.path()).doesNotExist();
    }

    @Test
    void keepsTheFoldersOfTheLiving() throws IOException {
        var own = folder("millhand-" + ProcessHandle.current().pid() + "-123");

        StaleFolders.sweep(around, user, later);

        assertThat(own).isDirectory();
    }

    @Test
    void keepsAYoungFolderSinceItsProcessMayLiveInAnotherContainer() throws IOException {
        var young = folder("millhand-" + DEAD + "-123");

        StaleFolders.sweep(around, user, Instant.now());

        assertThat(young).isDirectory();
    }

    @Test
    void keepsTheFoldersOfOtherUsers() throws IOException {
        var folder = folder("millhand-" + DEAD + "-123");
        UserPrincipal somebodyElse = () -> "somebody else";

        StaleFolders.sweep(around, somebodyElse, later);

        assertThat(folder).isDirectory();
    }

    @Test
    void keepsWhatIsNotMillhands() throws IOException {
        var otherName = folder("millhand-" + DEAD + "-notes");
        var otherContent = folder("millhand-" + DEAD + "-123");
        Files.createFile(otherContent.resolve("notes.txt"));
        var target = folder("target");
        Files.createFile(target.resolve("arguments"));
        var link = Files.createSymbolicLink(around.resolve("millhand-" + DEAD + "-789"), target);

        StaleFolders.sweep(around, user, later);

        assertThat(otherName).isDirectory();
        assertThat(otherContent.resolve("notes.txt")).exists();
        assertThat(link).isSymbolicLink();
        assertThat(target.resolve("arguments")).exists();
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectory(around.resolve(name));
    }
}
