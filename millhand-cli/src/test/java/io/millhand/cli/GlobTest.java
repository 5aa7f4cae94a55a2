package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlobTest {

    @TempDir
    Path folder;

    @BeforeEach
    void plant() throws IOException {
        for (String name : List.of("b.md", "a.md", "a.txt", ".hidden.md", "sub/c.md", "sub/deep/d.md", ".git/e.md")) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
    }

    @Test
    void staysWithinOneFolder() {
        assertThat(expand("*.md")).containsExactly("a.md", "b.md");
    }

    @Test
    void crossesFoldersOrNone() {
        assertThat(expand("**/*.md")).containsExactly("a.md", "b.md", "sub/c.md", "sub/deep/d.md");
    }

    @Test
    void takesAllFilesBelow() {
        assertThat(expand("sub/**")).containsExactly("sub/c.md", "sub/deep/d.md");
    }

    @Test
    void showsHiddenFilesWhenAskedFor() {
        assertThat(expand(".*.md")).containsExactly(".hidden.md");
    }

    @Test
    void knowsAlternativesAndSets() {
        assertThat(expand("{a,b}.[mt]*")).containsExactly("a.md", "a.txt", "b.md");
    }

    @Test
    void findsNothingInAFolderThatIsNotThere() {
        assertThat(expand("nowhere/*.md")).isEmpty();
    }

    @Test
    void refusesAMalformedPattern() {
        assertThatThrownBy(() -> expand("a[.md"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("neither a file nor a valid pattern");
    }

    private List<String> expand(String pattern) {
        return new Glob(folder + "/" + pattern)
                .expand().stream()
                        .map(found -> folder.relativize(Path.of(found)).toString())
                        .toList();
    }
}
