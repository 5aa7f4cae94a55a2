package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {

    @TempDir
    Path folder;

    @Test
    void sparesAFileThatIsThere() throws IOException {
        Path file = Files.writeString(folder.resolve("out"), "old\n");
        assertThatThrownBy(() -> OutputFile.open(file, OutputFile.Existing.REFUSE))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--append or --overwrite");
        assertThat(file).hasContent("old\n");
    }

    @Test
    void createsReplacesAndAppends() throws IOException {
        Path file = folder.resolve("out");
        write(file, OutputFile.Existing.REFUSE, "a\n");
        write(file, OutputFile.Existing.APPEND, "b\n");
        assertThat(file).hasContent("a\nb\n");
        write(file, OutputFile.Existing.OVERWRITE, "c\n");
        assertThat(file).hasContent("c\n");
    }

    @Test
    void beginsANewLineAfterHalfALine() throws IOException {
        Path file = Files.writeString(folder.resolve("out"), "{\"input\":\"cut");
        write(file, OutputFile.Existing.APPEND, "whole\n");
        assertThat(file).hasContent("{\"input\":\"cut\nwhole\n");
    }

    @Test
    void namesAFolderThatIsNotThere() {
        assertThatThrownBy(() -> OutputFile.open(folder.resolve("no/out"), OutputFile.Existing.REFUSE))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("cannot open output file");
    }

    private static void write(Path file, OutputFile.Existing existing, String text) throws IOException {
        try (var stream = OutputFile.open(file, existing)) {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
